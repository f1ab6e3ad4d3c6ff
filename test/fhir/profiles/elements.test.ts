/** What a profile may say of an element, each with a resource that keeps it and some that do not. */
import { describe, expect, test } from 'vitest'
import type { Row } from '../../../src/fhir/profiles/definition.ts'
import { judged, url, valueSet } from './judged.ts'

const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
const notAllowed = 'is of a type that the profile does not allow'

describe.each<[what: string, type: string, rows: readonly Row[], good: object, bad: readonly (readonly [object, ...string[]])[]]>(
  [
    [
      'at least one',
      'Patient',
      [{ id: 'Patient.birthDate', min: 1 }],
      { birthDate: '1984' },
      [[{}, 'Patient.birthDate is required']],
    ],
    [
      'a value that is not there, but its reason',
      'Patient',
      [{ id: 'Patient.birthDate', min: 1 }],
      {
        _birthDate: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] },
      },
      [],
    ],
    [
      'at most so many',
      'Patient',
      [{ id: 'Patient.name', max: '1' }],
      { name: [{}] },
      [[{ name: [{}, {}] }, 'Patient.name may be there once']],
    ],
    [
      'none',
      'Patient',
      [{ id: 'Patient.photo', max: '0' }],
      {},
      [[{ photo: [{ url: 'x' }] }, 'Patient.photo must not be there']],
    ],
    [
      'none of a choice',
      'Patient',
      [{ id: 'Patient.deceased[x]', max: '0' }],
      {},
      [[{ deceasedBoolean: true }, 'Patient.deceased must not be there']],
    ],
    [
      'so many below what repeats',
      'Patient',
      [{ id: 'Patient.contact.name', min: 1 }],
      { contact: [{ name: {} }] },
      [[{ contact: [{ name: {} }, { gender: 'male' }] }, 'Patient.contact[1].name is required']],
    ],
    [
      'a fixed value',
      'Observation',
      [{ id: 'Observation.code', fixedCodeableConcept: coded('urn:s', 'a') }],
      { code: coded('urn:s', 'a') },
      [[{ code: { ...coded('urn:s', 'a'), text: 'A' } }, 'Observation.code is not the value that is fixed here']],
    ],
    [
      'a pattern',
      'Observation',
      [{ id: 'Observation.code', patternCodeableConcept: coded('urn:s', 'a') }],
      {
        code: {
          coding: [
            { system: 'urn:t', code: 'b' },
            { system: 'urn:s', code: 'a', display: 'A' },
          ],
          text: 'A',
        },
      },
      [[{ code: coded('urn:s', 'b') }, 'Observation.code does not fit the pattern']],
    ],
    [
      'types of a choice',
      'Observation',
      [{ id: 'Observation.value[x]', type: [{ code: 'Quantity' }, { code: 'string' }] }],
      { valueString: 'x' },
      [[{ valueBoolean: true }, `Observation.value ${notAllowed}`]],
    ],
    [
      'a type of a choice, in short',
      'Observation',
      [{ id: 'Observation.valueQuantity.code', min: 1 }],
      { valueQuantity: { code: 'kg' } },
      [[{ valueQuantity: { value: 1 } }, 'Observation.value.code is required']],
    ],
    [
      'types of a reference',
      'Observation',
      [
        {
          id: 'Observation.subject',
          type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Patient'] }],
        },
      ],
      { subject: { reference: 'http://x.example/fhir/Patient/1/_history/2' } },
      [
        [{ subject: { reference: 'Device/1' } }, 'Observation.subject refers to a type that the profile does not allow'],
        [{ subject: { type: 'Device', display: 'x' } }, 'Observation.subject refers to a type that the profile does not allow'],
        [
          { subject: { reference: '#g' }, contained: [{ resourceType: 'Group', id: 'g' }] },
          'Observation.subject refers to a type that the profile does not allow',
        ],
      ],
    ],
    [
      'a required binding',
      'Observation',
      [{ id: 'Observation.code', binding: { strength: 'required', valueSet } }],
      { code: coded('urn:colours', 'pink') },
      [
        [{ code: coded('urn:colours', 'green') }, 'Observation.code has no code of the required value set'],
        [{ code: { text: 'red' } }, 'Observation.code has no code of the required value set'],
      ],
    ],
    [
      'a preferred binding',
      'Observation',
      [{ id: 'Observation.code', binding: { strength: 'preferred', valueSet } }],
      { code: { text: 'mauve' } },
      [],
    ],
    [
      'an invariant',
      'Patient',
      [
        {
          id: 'Patient.name',
          constraint: [
            { key: 'x-1', severity: 'error', human: 'A family or a text', expression: 'family.exists() or text.exists()' },
          ],
        },
      ],
      { name: [{ family: 'Quintero' }] },
      [[{ name: [{ text: 'Rosa' }, { given: ['Rosa'] }] }, 'Patient.name[1] A family or a text (x-1)']],
    ],
    [
      'an invariant of the whole',
      'Patient',
      [
        {
          id: 'Patient',
          constraint: [{ key: 'x-2', severity: 'error', human: 'Named', expression: '%resource.name.count() > 0' }],
        },
      ],
      { name: [{ family: 'Quintero' }] },
      [[{}, 'Patient Named (x-2)']],
    ],
    [
      'an invariant that only warns',
      'Patient',
      [{ id: 'Patient', constraint: [{ key: 'x-3', severity: 'warning', human: 'Named', expression: 'name.exists()' }] }],
      {},
      [],
    ],
    [
      'what is inside of what is inside',
      'Consent',
      [
        { id: 'Consent.provision.type', min: 1 },
        { id: 'Consent.provision.provision', contentReference: '#Consent.provision' },
      ],
      { provision: { type: 'deny', provision: [{ type: 'permit' }] } },
      [
        [
          { provision: { type: 'deny', provision: [{ type: 'permit', provision: [{}] }] } },
          'Consent.provision.provision[0].provision[0].type is required',
        ],
      ],
    ],
    [
      'a resource in a bundle',
      'Bundle',
      [
        { id: 'Bundle.entry.resource', type: [{ code: 'Patient' }] },
        { id: 'Bundle.entry.resource.active', min: 1 },
      ],
      { type: 'collection', entry: [{ resource: { resourceType: 'Patient', active: true } }] },
      [
        [
          { type: 'collection', entry: [{ resource: { resourceType: 'Patient' } }] },
          'Bundle.entry[0].resource.active is required',
        ],
        [
          { type: 'collection', entry: [{ resource: { resourceType: 'Group', active: true } }] },
          `Bundle.entry[0].resource ${notAllowed}`,
        ],
      ],
    ],
  ],
)('%s', (_, type, rows, good, bad) => {
  test('is met', () => expect(judged(type, rows, good)).toEqual([]))
  test.each(bad)('%j is told', (content, ...issues) => expect(judged(type, rows, content as object)).toEqual(issues))
})

describe('what cannot be asked is said', () => {
  test.each<[string, Row, string]>([
    [
      'codes that nobody knows',
      { id: 'Patient.maritalStatus', binding: { strength: 'required', valueSet: 'urn:vs' } },
      'The codes of urn:vs are not known here.',
    ],
    [
      'an expression that cannot be read',
      { id: 'Patient', constraint: [{ key: 'x-4', severity: 'error', human: 'x', expression: '((' }] },
      'The invariant x-4 cannot be asked here.',
    ],
    [
      'a function that the evaluator does not know',
      { id: 'Patient', constraint: [{ key: 'x-6', severity: 'error', human: 'x', expression: 'descendants().exists()' }] },
      'The invariant x-6 cannot be asked here.',
    ],
  ])('%s', (_, row, message) =>
    expect(judged('Patient', [row], { maritalStatus: { text: 'x' } })).toEqual([`${url}: ${message}`]),
  )

  test('an invariant at which the evaluator gives up refuses nobody', () => {
    const constraint: Row['constraint'] = [{ key: 'x-5', severity: 'error', human: 'x', expression: "name.skip('x').exists()" }]
    expect(judged('Patient', [{ id: 'Patient', constraint }], {})).toEqual([])
  })
})
