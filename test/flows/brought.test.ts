/** A transaction is held against its own conditions: in little time, however many there are. */
import { describe, expect, it } from 'vitest'
import { parseSearch } from '../../src/fhir/search/parse.ts'
import { Brought } from '../../src/flows/fhir/brought.ts'

const many = 1500
const told = Array.from({ length: many }, (_, i) => ({
  ...{ type: 'Observation', id: `o${i}`, lastUpdated: 0 },
  resource: {
    ...{ resourceType: 'Observation', status: 'final', effectiveDateTime: '2026-03-01', subject: { reference: `Patient/p${i}` } },
    ...{ identifier: [{ system: 'urn:o', value: `${i}` }], code: { coding: [{ code: 'mood' }] }, valueString: `Note ${i} here` },
  },
}))

const query = (text: string) => {
  const read = parseSearch('Observation', new URLSearchParams(text), { base: 'http://localhost/fhir', now: 0 })
  if (!read.ok) throw new Error(read.problem.detail)
  return read.value
}
/** Runs the steps, which ask nothing. */
function find(brought: Brought, text: string): readonly string[] | string {
  const steps = brought.find(query(text))
  let step = steps.next([])
  while (!step.done) step = steps.next([])
  return step.value.ok ? step.value.value : step.value.problem.code
}

describe('what a transaction brings', () => {
  // One by one they would be asked more often than any transaction may ask.
  it.each([
    ['codes', (i: number) => `identifier=urn:o|${i}`],
    ['references', (i: number) => `subject=Patient/p${i}`],
    ['texts as they are', (i: number) => `value-string:exact=Note ${i} here`],
    ['texts that begin so', (i: number) => `value-string=NOTE ${i} h`],
    ['a code that all have, and a text', (i: number) => `value-string=note ${i} h&status=final`],
  ])('is found by %s', (_, ask) => {
    const brought = new Brought(told)
    for (let i = 0; i < many; i++) expect(find(brought, ask(i))).toEqual([`o${i}`])
  })

  it('is found twice where there are more, and not at all where it does not fit', () => {
    const brought = new Brought(told)
    expect(find(brought, 'code=mood')).toHaveLength(2)
    expect(find(brought, 'value-string=note 1')).toHaveLength(2)
    expect(find(brought, 'value-string:contains=te 14 h')).toEqual(['o14'])
    expect(find(brought, 'date=2026-03&subject=Patient/p7')).toEqual(['o7'])
    expect(find(brought, 'identifier=urn:other|7')).toEqual([])
    expect(find(brought, 'value-string=paper')).toEqual([])
  })

  it('is asked one by one by what is not looked up, and not without end', () => {
    const brought = new Brought(told)
    const answers = Array.from({ length: many }, () => find(brought, 'date=2025'))
    expect([answers[0], answers.at(-1)]).toEqual([[], 'too-costly'])
  })
})
