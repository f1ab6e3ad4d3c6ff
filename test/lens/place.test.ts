import type * as fhir from '@medplum/fhirtypes'
import { describe, expect, test } from 'vitest'
import { silently, unread } from '../../src/lens/codec.ts'
import { date, text } from '../../src/lens/codecs.ts'
import { type Place, root } from '../../src/lens/place.ts'

const at: Place<fhir.Patient, fhir.Patient> = root<fhir.Patient>()
const patient = (more: object): fhir.Patient => ({ resourceType: 'Patient', ...more })

describe('a place', () => {
  test('knows its FHIRPath', () => {
    expect(at.maritalStatus.coding.where({ system: 's' }).code.path).toBe('maritalStatus.coding.where({"system":"s"}).code')
    expect(at.at('link').path).toBe('link')
  })

  test('reads what is there, and undefined where nothing is, or something else than expected', () => {
    const city = at.managingOrganization.identifier.value
    expect(city.get(patient({ managingOrganization: { identifier: { value: '7' } } }), silently)).toBe('7')
    for (const odd of [undefined, null, 'text', 7, []])
      expect(city.get(patient({ managingOrganization: odd }), silently)).toBeUndefined()
  })

  test('writes a copy along the path and shares the rest', () => {
    const before = patient({ name: [{ family: 'Stone' }], maritalStatus: { text: 'single' } })
    const after = at.maritalStatus.text.put(before, 'married')
    expect(after).toEqual(patient({ name: [{ family: 'Stone' }], maritalStatus: { text: 'married' } }))
    expect(after.name).toBe(before.name)
    expect(before.maritalStatus?.text).toBe('single')
  })

  test('written with what stands there, returns the very same resource', () => {
    const before = patient({ maritalStatus: { coding: [{ code: 'S' }] } })
    expect(at.maritalStatus.put(before, { coding: [{ code: 'S' }] })).toBe(before)
    expect(at.birthDate.put(before, undefined)).toBe(before)
  })

  test('taken away, takes the parents along that would be empty, an element id notwithstanding', () => {
    const before = patient({ maritalStatus: { id: 'm1', text: 'single' }, contact: [{ name: { text: 'Ann' } }] })
    expect(at.maritalStatus.text.put(before, undefined)).toEqual(patient({ contact: before.contact }))
    const kept = patient({ maritalStatus: { text: 'single', extension: [{ url: 'urn:x', valueCode: 'y' }] } })
    expect(at.maritalStatus.text.put(kept, undefined).maritalStatus).toEqual({ extension: [{ url: 'urn:x', valueCode: 'y' }] })
  })

  test('that needs a member goes with it, whatever else it says', () => {
    const location = root<fhir.Location>()
    const before: fhir.Location = {
      resourceType: 'Location',
      position: { latitude: 1, longitude: 2, extension: [{ url: 'urn:x', valueCode: 'y' }] },
    }
    expect(location.position.needing('latitude').latitude.put(before, undefined)).toEqual({ resourceType: 'Location' })
    expect(location.position.needing('latitude').latitude.put(before, 3).position).toEqual({ ...before.position, latitude: 3 })
  })

  test('never writes an empty object or list', () => {
    expect(at.maritalStatus.put(patient({}), {})).toEqual(patient({}))
    expect(at.name.put(patient({ name: [{ text: 'Ann' }] }), [])).toEqual(patient({}))
  })

  test('replaces what could not be an element, when it is written', () => {
    expect(at.maritalStatus.text.put(patient({ maritalStatus: 'S' }), 'single').maritalStatus).toEqual({ text: 'single' })
  })

  test('new members stand in the order of the table; what stands already is not moved', () => {
    const table = root<fhir.Patient>()
    const [gender, birthDate, deceased] = [table.gender, table.birthDate, table.deceasedBoolean]
    const ours = gender.put(deceased.put(birthDate.put(patient({}), '1984'), false), 'female')
    expect(Object.keys(ours)).toEqual(['resourceType', 'gender', 'birthDate', 'deceasedBoolean'])
    const theirs = gender.put(birthDate.put(patient({ deceasedBoolean: true, id: 'p' }), '1984'), 'female')
    expect(Object.keys(theirs)).toEqual(['resourceType', 'gender', 'birthDate', 'deceasedBoolean', 'id'])
  })
})

describe('an item of a list', () => {
  const race = at.extension.where({ url: 'race' }, (item) => item.extension !== undefined)
  const text1 = race.extension.where({ url: 'text' }).valueString

  test('is made from its pattern, and goes when nothing else is left of it', () => {
    const written = text1.put(patient({}), 'White')
    expect(written).toEqual(patient({ extension: [{ url: 'race', extension: [{ url: 'text', valueString: 'White' }] }] }))
    expect(text1.put(written, undefined)).toEqual(patient({}))
  })

  test('is the first that contains the pattern; the others, and what else it says, are left alone', () => {
    const others = [{ url: 'x', valueCode: 'y' }, null, { url: 'race', extension: [{ url: 'omb', valueCode: 'z' }] }]
    const written = text1.put(patient({ extension: others }), 'White')
    expect(written.extension).toEqual([
      others[0],
      null,
      {
        url: 'race',
        extension: [
          { url: 'omb', valueCode: 'z' },
          { url: 'text', valueString: 'White' },
        ],
      },
    ])
    expect(text1.put(written, undefined).extension).toEqual(others)
  })

  test('that has lost its point goes with all it says', () => {
    const merged = at.link.where({ type: 'replaced-by' }, (link) => link.other !== undefined).other.reference
    const before = patient({ link: [{ id: 'l1', type: 'replaced-by', other: { reference: 'Patient/2' } }] })
    expect(merged.put(before, undefined)).toEqual(patient({}))
  })

  test('taken away, takes all of its like along: none may come up in its place', () => {
    const code = root<fhir.Patient>().extension.where({ url: 'a' }, (item) => item.valueCode !== undefined).valueCode
    const before = patient({
      extension: [
        { url: 'a', valueCode: '1' },
        { url: 'b', valueCode: '2' },
        { url: 'a', valueCode: '3' },
      ],
    })
    expect(code.put(before, undefined).extension).toEqual([{ url: 'b', valueCode: '2' }])
    expect(code.put(before, '4').extension?.map(({ valueCode }) => valueCode)).toEqual(['4', '2', '3'])
  })

  test('new items stand in the order of the table', () => {
    const table = root<fhir.Patient>()
    const [a, b] = [table.extension.where({ url: 'a' }).valueCode, table.extension.where({ url: 'b' }).valueCode]
    const foreign = { url: 'x', valueCode: 'x' }
    const written = a.put(b.put(patient({ extension: [foreign] }), '2'), '1')
    expect(written.extension?.map(({ url }) => url)).toEqual(['x', 'a', 'b'])
  })
})

describe('what hangs on a primitive', () => {
  const absent = { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }
  const time = { url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime', valueDateTime: '1984-03-17T10:00:00Z' }
  const birthDate = at.birthDate.optional(date)

  test('stays when the value changes', () => {
    const before = patient({ birthDate: '1984', _birthDate: { id: 'b', extension: [time] } })
    expect(birthDate.put(before, '1985')).toEqual(patient({ birthDate: '1985', _birthDate: { id: 'b', extension: [time] } }))
  })

  test('goes when the value is taken away', () => {
    expect(birthDate.put(patient({ birthDate: '1984', _birthDate: { extension: [time] } }), undefined)).toEqual(patient({}))
  })

  test('loses the reason why there was no value, when there is one', () => {
    expect(birthDate.put(patient({ _birthDate: { extension: [absent] } }), '1984')).toEqual(patient({ birthDate: '1984' }))
    expect(birthDate.put(patient({ _birthDate: { extension: [absent, time] } }), '1984')).toEqual(
      patient({ birthDate: '1984', _birthDate: { extension: [time] } }),
    )
  })

  test('alone is nothing to read, and is left alone', () => {
    const before = patient({ _birthDate: { extension: [absent] } })
    expect(birthDate.get(before, silently)).toBeUndefined()
    expect(birthDate.put(before, undefined)).toBe(before)
  })
})

describe('reading through a codec', () => {
  test('what is required and absent is an error, with its place', () => {
    const report: { path?: string }[] = []
    expect(at.birthDate.as(date).get(patient({}), report as never)).toBe(unread)
    expect(report).toEqual([{ path: 'birthDate', message: 'is required here' }])
  })

  test('what is optional and unreadable is absent with a warning, and is kept until it is written', () => {
    const before = patient({ birthDate: 'spring' })
    const report: object[] = []
    const place = at.birthDate.optional(date)
    expect(place.get(before, report as never)).toBeUndefined()
    expect(report).toEqual([{ path: 'birthDate', message: 'expected a date', severity: 'warning' }])
    expect(place.put(before, undefined)).toBe(before)
    expect(place.put(before, '1984')).toEqual(patient({ birthDate: '1984' }))
  })

  test('an owner is the row’s, not the place’s', () => {
    expect(at.birthDate.optional(date).ownedBy('partner').owner).toBe('partner')
    expect(at.birthDate.owner).toBeUndefined()
    expect(at.active.optional(text as never).owner).toBeUndefined()
  })
})
