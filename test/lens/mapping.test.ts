import type * as fhir from '@medplum/fhirtypes'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cannot, type Report } from '../../src/lens/codec.ts'
import { bool, date, integer, text } from '../../src/lens/codecs.ts'
import { type Mapping, mapping, type Parts } from '../../src/lens/mapping.ts'
import { type FieldsOf, shape, together } from '../../src/lens/shape.ts'

type P = { Patient: fhir.Patient; RelatedPerson?: fhir.RelatedPerson }
const Domain = z.object({ born: z.string(), active: z.boolean().optional() })
type Domain = z.infer<typeof Domain>

const make = (fields: (parts: Parts<P>) => FieldsOf<P, Domain>): Mapping<Domain, P> =>
  mapping<Domain, P>({
    name: 'person',
    version: 2,
    domain: Domain,
    owner: 'shared',
    blank: { Patient: { resourceType: 'Patient' } },
    fields,
  })

const person = make(({ Patient, RelatedPerson }) => ({
  born: Patient.birthDate.as(date),
  active: RelatedPerson.active.optional(bool).ownedBy('partner'),
}))

describe('a mapping', () => {
  test('reads all issues at once, each with its FHIRPath', () => {
    const both = make(({ Patient }) => ({ born: Patient.birthDate.as(date), active: Patient.active.as(bool) as never }))
    expect(both.read({ Patient: { resourceType: 'Patient', birthDate: 'spring' } })).toEqual({
      ok: false,
      issues: [
        { path: 'Patient.birthDate', message: 'expected a date' },
        { path: 'Patient.active', message: 'is required here' },
      ],
    })
  })

  test('says of several elements together what is wrong, at the innermost element that holds them', () => {
    const neither = { name: 'either', read: (_: unknown, report: Report) => cannot(report, 'expected one'), write: () => ({}) }
    const either = shape<fhir.HumanName, { said: string }>('name', (at) => ({
      said: together({ family: at.family.optional(text), text: at.text.optional(text) }).as(neither as never),
    }))
    const named = make(({ Patient }) => ({
      born: Patient.birthDate.as(date),
      active: Patient.name.each(either, { by: ['said'] }) as never,
    }))
    const reading = named.read({ Patient: { resourceType: 'Patient', birthDate: '1984', name: [{ use: 'old' }] } })
    expect(reading).toMatchObject({ warnings: [{ path: 'Patient.name[0]', message: 'expected one' }] })
  })

  test('writes onto the parts it is given, and returns the parts that did not change', () => {
    const before: P = {
      Patient: { resourceType: 'Patient', id: 'p', birthDate: '1984' },
      RelatedPerson: { resourceType: 'RelatedPerson', patient: {}, active: true },
    }
    const after = person.write({ born: '1985', active: true }, before)
    expect(after.Patient).toEqual({ resourceType: 'Patient', id: 'p', birthDate: '1985' })
    expect(after.RelatedPerson).toBe(before.RelatedPerson)
  })

  test('writes afresh what it would write onto its blank, and leaves the blank alone', () => {
    const value = { born: '1985' }
    expect(person.write(value)).toEqual(person.write(value, person.blank))
    expect(person.blank).toEqual({ Patient: { resourceType: 'Patient' } })
  })

  test('says what its rows are', () => {
    expect(person.rows).toEqual([
      { field: 'born', places: ['Patient.birthDate'], owner: 'shared', codec: 'date' },
      { field: 'active', places: ['RelatedPerson.active'], owner: 'partner', codec: 'boolean' },
    ])
  })

  test('refuses two rows that write one place, or one inside the other', () => {
    expect(() =>
      make(({ Patient }) => ({
        born: Patient.birthDate.as(date),
        active: together({ is: Patient.active.optional(bool), was: Patient.birthDate.optional(text) }).optional({
          name: 'x',
          read: () => true,
          write: () => ({ is: true, was: '1' }),
        }),
      })),
    ).toThrow('mapping person: born and active both write Patient.birthDate')
    expect(() =>
      make(({ Patient }) => ({
        born: Patient.maritalStatus.text.as(text),
        active: Patient.maritalStatus.optional({ name: 'x', read: () => true, write: () => ({}) }),
      })),
    ).toThrow('both write')
    expect(() =>
      shape<fhir.Period, { from?: string | undefined; to?: string | undefined }>('Period', (at) => ({
        from: at.start.optional(date),
        to: at.start.optional(date),
      })),
    ).toThrow('Period: from and to both write start')
  })

  test('does not compile where codec and element, or field and schema, disagree', () => {
    make(({ Patient }) => ({
      // @ts-expect-error a date is no whole number
      born: Patient.birthDate.as(integer),
      active: Patient.active.optional(bool),
    }))
    make(({ Patient }) => ({
      // @ts-expect-error the schema wants text, the element is a boolean
      born: Patient.multipleBirthBoolean.as(bool),
      active: Patient.active.optional(bool),
    }))
    make(({ Patient }) => ({
      // @ts-expect-error what is required in the schema may not be absent
      born: Patient.birthDate.optional(date),
      active: Patient.active.optional(bool),
    }))
    // @ts-expect-error a field of the schema is missing
    make(({ Patient }) => ({ born: Patient.birthDate.as(date) }))
    make(({ Patient }) => ({
      born: Patient.birthDate.as(date),
      // @ts-expect-error Patient has no such member
      active: Patient.isActive,
    }))
  })
})
