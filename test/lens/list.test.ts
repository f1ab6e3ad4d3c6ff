import type * as fhir from '@medplum/fhirtypes'
import { describe, expect, test } from 'vitest'
import { type Report, silently } from '../../src/lens/codec.ts'
import { oneOf, text, withHandle } from '../../src/lens/codecs.ts'
import { root } from '../../src/lens/place.ts'
import { shape } from '../../src/lens/shape.ts'

type Phone = { handle?: string | undefined; use?: 'home' | 'work' | undefined; value: string }
const at = root<fhir.Patient>()
const patient = (more: object): fhir.Patient => ({ resourceType: 'Patient', ...more })

const phone = withHandle<fhir.ContactPoint, Phone>(
  shape('ContactPoint', (item) => ({ use: item.use.optional(oneOf('home', 'work')), value: item.value.as(text) })),
)
const phones = at.telecom.each(phone, { by: ['handle'] })
const read = (resource: fhir.Patient): readonly Phone[] => phones.get(resource, silently) as readonly Phone[]

const mine = { use: 'home', value: '1', rank: 7 }
const work = { id: 'w', use: 'work', value: '2', extension: [{ url: 'urn:theirs', valueCode: 'kept' }] }
const odd = { use: 'home', _value: { extension: [{ url: 'urn:absent', valueCode: 'unknown' }] } }

describe('a list', () => {
  test('reads the items that it can, and says which it cannot', () => {
    const report: Report = []
    expect(phones.get(patient({ telecom: [mine, odd, null, work] }), report)).toMatchObject([
      { value: '1' },
      { value: '2', handle: 'w' },
    ])
    expect(report).toEqual([{ path: 'telecom[1].value', message: 'is required here', severity: 'warning' }])
  })

  test('turned round, every item keeps what the mapping does not know', () => {
    const before = patient({ telecom: [mine, odd, null, work] })
    const [one, two] = read(before)
    expect(phones.put(before, [two!, one!]).telecom).toEqual([work, odd, null, mine])
  })

  test('changed, an item keeps its identity: its handle becomes its element id', () => {
    const before = patient({ telecom: [mine, work] })
    const [one, two] = read(before)
    const after = phones.put(before, [{ ...one!, value: '3' }, two!])
    expect(after.telecom).toEqual([{ id: one!.handle, use: 'home', value: '3', rank: 7 }, work])
    expect(read(after)[0]!.handle).toBe(one!.handle)
    expect(after.telecom?.[1]).toBe(work)
  })

  test('without an item, the others stay what they were; the last one takes the list along', () => {
    const before = patient({ telecom: [mine, work] })
    expect(phones.put(before, read(before).slice(1)).telecom).toEqual([work])
    expect(phones.put(before, [])).toEqual(patient({}))
    expect(phones.put(patient({ telecom: [mine, odd] }), []).telecom).toEqual([odd])
  })

  test('a new item stands after the others of its row, and has no id unless it was given a handle', () => {
    const before = patient({ telecom: [mine, odd] })
    expect(phones.put(before, [...read(before), { value: '9' }]).telecom).toEqual([mine, { value: '9' }, odd])
    expect(phones.put(before, [...read(before), { handle: 'n1', value: '9' }]).telecom).toContainEqual({ id: 'n1', value: '9' })
  })

  test('items that are alike are told apart by their order', () => {
    const twins = patient({ telecom: [{ value: '1' }, { value: '1' }] })
    expect(phones.put(twins, read(twins))).toBe(twins)
    const [one] = read(twins)
    expect(phones.put(twins, [one!]).telecom).toHaveLength(1)
  })

  test('an item whose value did not change is the very same, whatever its codec would write', () => {
    const careless = root<fhir.Patient>().telecom.each({ ...phone, write: ({ value }) => ({ value }) }, { by: ['handle'] })
    const before = patient({ telecom: [mine, work] })
    const [one, two] = read(before)
    expect(careless.put(before, [two!, { ...one!, value: '3' }]).telecom).toEqual([work, { value: '3' }])
  })

  test('what should be a list and is none reads as empty, and is replaced when it is written', () => {
    const before = patient({ telecom: { value: '1' } })
    expect(read(before)).toEqual([])
    expect(phones.put(before, [])).toBe(before)
    expect(phones.put(before, [{ value: '1' }]).telecom).toEqual([{ value: '1' }])
  })

  test('rows may share a list, each its own items', () => {
    const table = root<fhir.Patient>()
    const ofUse = (use: string) =>
      table.telecom.each(phone, { by: ['handle'], only: { label: use, test: (item) => item.use === use } })
    const [home, atWork] = [ofUse('home'), ofUse('work')]
    const before = patient({ telecom: [mine, work] })
    expect(atWork.put(before, [])).toEqual(patient({ telecom: [mine] }))
    const both = home.put(atWork.put(patient({}), [{ use: 'work', value: '2' }]), [{ use: 'home', value: '1' }])
    expect(both.telecom?.map(({ use }) => use)).toEqual(['home', 'work'])
  })
})

describe('a list of primitives', () => {
  const name = root<fhir.HumanName>()
  const given = name.given.each(text, { by: (value) => value })
  const hanging = { extension: [{ url: 'urn:x', valueCode: 'y' }] }
  const before = { given: ['Ada', null, 'May'], _given: [null, hanging, { id: 'm' }] } as unknown as fhir.HumanName

  test('moves what hangs on its items with them, placeholders included', () => {
    expect(given.get(before, silently)).toEqual(['Ada', 'May'])
    expect(given.put(before, ['May', 'Ada'])).toEqual({ given: ['May', null, 'Ada'], _given: [{ id: 'm' }, hanging, null] })
    expect(given.put(before, ['May', 'Lee', 'Ada'])).toEqual({
      given: ['May', null, 'Lee', 'Ada'],
      _given: [{ id: 'm' }, hanging, null, null],
    })
  })

  test('drops the siblings with the last item that had one', () => {
    const one = { given: ['Ada', 'May'], _given: [null, { id: 'm' }] } as unknown as fhir.HumanName
    expect(given.put(one, ['Ada'])).toEqual({ given: ['Ada'] })
    expect(given.put(one, [])).toEqual({})
  })
})
