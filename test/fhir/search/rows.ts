/** A sink that writes every index value down as one line of text. */
import { extract } from '../../../src/fhir/search/extract.ts'
import type { Sink } from '../../../src/fhir/search/index-row.ts'

export function rowsOf(resource: object): string[] {
  const rows = new Set<string>()
  const add = (...parts: unknown[]) => void rows.add(parts.map((part) => (part === undefined ? '-' : String(part))).join(' '))
  const sink: Sink = {
    token: (param, system, code) => add('token', param, system, code),
    reference: (param, target) => add('reference', param, target),
    string: (param, value, exact) => add('string', param, `${value} (${exact})`),
    date: (param, lo, hi) => add('date', param, lo, hi),
    number: (param, lo, hi) => add('number', param, lo, hi),
    quantity: (param, lo, hi, system, code) => add('quantity', param, lo, hi, system, code),
    uri: (param, value) => add('uri', param, value),
    present: (param) => add('present', param),
  }
  extract(resource, sink)
  return [...rows].sort()
}
