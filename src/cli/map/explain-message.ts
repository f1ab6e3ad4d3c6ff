/**
 * An HL7 v2 message, place by place: what each value became in the reading. A reading has no table to ask; which values it looked at is
 * found out by reading the message again with each of them changed.
 */
import { readV2, type V2Reading } from '../../../mappings/hl7v2/reading.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { readMessage } from '../../hl7v2/message.ts'
import { differences } from '../../lens/difference.ts'
import { type HeldValue, valuesOf } from './message-values.ts'

/** As text in UTF-8, whatever MSH-18 says: that is how the file was read. */
function read(text: string): Result<V2Reading> {
  const message = readMessage(new TextEncoder().encode(text), { charset: 'utf-8' })
  return message.ok ? readV2(message.value) : message
}

export function explainMessage(text: string): Result<readonly string[]> {
  const reading = read(text)
  if (!reading.ok) return reading
  const { issues, ...told } = reading.value
  const line = ({ place, value, from, to }: HeldValue): string => {
    const other = [`${value}x`, ''].map((next) => read(text.slice(0, from) + next + text.slice(to)))
    const readings = other.flatMap((one) => (one.ok ? [{ ...one.value, issues: undefined }] : []))
    const became = readings.map((one) => differences(told, one)).find((some) => some.length > 0) ?? []
    const warning = issues.find(({ path = '' }) => covers(path, place) || covers(place, path))
    if (became.length > 0) return `→ ${became.map(({ path, before }) => `${path} ${said(before)}`).join(', ')}`
    if (readings.length < other.length) return '→ needed for reading it at all'
    return warning ? `not representable: ${warning.message}` : 'kept in the message alone'
  }
  return ok(valuesOf(text).map((held) => `${held.place}  ${JSON.stringify(held.value)}  ${line(held)}`))
}

/** Is it the same place, or a part of it? */
const covers = (outer: string, inner: string): boolean =>
  inner === outer || (inner.startsWith(outer) && '.['.includes(inner.charAt(outer.length)))

/** One value as it is; of more, the place is enough. */
const said = (value: unknown): string => (typeof value === 'object' || value === undefined ? '' : JSON.stringify(value))
