/**
 * What US Core 7.0.0 asks by the profiles that ours derive from, where that can be refused and R4 does not ask it itself: the gateway has no
 * guide at hand when it says of what it sends that a profile is kept. `test/profiles/us-core.test.ts` sets these rows beside the guide.
 * Not here is documentreference: its types are all of LOINC's that have the scale Doc, which only a terminology service could tell.
 */
import type { ElementDefinitionConstraint, ElementDefinitionType } from '@medplum/fhirtypes'
import type { Row } from '../../src/fhir/profiles/definition.ts'

const guide = 'http://hl7.org/fhir/us/core/'

const to = (...types: string[]): { readonly type: ElementDefinitionType[] } => ({
  type: [{ code: 'Reference', targetProfile: types.map((type) => `http://hl7.org/fhir/StructureDefinition/${type}`) }],
})
const somebody = to('Patient', 'Group')
const once = { min: 1 } as const

/** A required binding of few codes, said as an invariant: the value sets are the guide's. */
const asked = (key: string, human: string, expression: string): { readonly constraint: ElementDefinitionConstraint[] } => ({
  constraint: [{ key, severity: 'error', human, expression, xpath: '' }],
})

const people = ['Practitioner', 'Organization', 'Patient', 'PractitionerRole', 'CareTeam', 'RelatedPerson']
const sources = ['Observation', 'DocumentReference', 'QuestionnaireResponse', 'ImagingStudy', 'Media', 'MolecularSequence']
const requesters = ['Practitioner', 'Organization', 'Patient', 'PractitionerRole', 'RelatedPerson', 'Device']

/** By the canonical of the guide's profile. */
export const usCore: Readonly<Record<string, readonly Row[]>> = {
  [`${guide}StructureDefinition/us-core-condition-problems-health-concerns`]: [
    {
      id: 'Condition',
      ...asked(
        'us-core-category',
        'One of the categories is problem-list-item or health-concern',
        "category.coding.where((system = 'http://terminology.hl7.org/CodeSystem/condition-category' and code = 'problem-list-item') or " +
          `(system = '${guide}CodeSystem/condition-category' and code = 'health-concern')).exists()`,
      ),
    },
    { id: 'Condition.category', ...once },
    { id: 'Condition.code', ...once },
    { id: 'Condition.subject', ...somebody },
  ],
  [`${guide}StructureDefinition/us-core-goal`]: [{ id: 'Goal.subject', ...to('Patient', 'Group', 'Organization') }],
  [`${guide}StructureDefinition/us-core-careplan`]: [
    {
      id: 'CarePlan.text',
      ...asked(
        'us-core-narrative-status',
        'The narrative is additional or generated',
        "status = 'additional' or status = 'generated'",
      ),
    },
    { id: 'CarePlan.category', ...once, slicing: { discriminator: [{ type: 'pattern', path: '$this' }], rules: 'open' } },
    {
      id: 'CarePlan.category:AssessPlan',
      ...once,
      max: '1',
      patternCodeableConcept: { coding: [{ system: `${guide}CodeSystem/careplan-category`, code: 'assess-plan' }] },
    },
    { id: 'CarePlan.subject', ...somebody },
  ],
  [`${guide}StructureDefinition/us-core-careteam`]: [
    { id: 'CareTeam.subject', ...once, ...somebody },
    { id: 'CareTeam.participant', ...once },
    { id: 'CareTeam.participant.role', ...once, max: '1' },
    { id: 'CareTeam.participant.member', ...once, ...to(...people) },
  ],
  [`${guide}StructureDefinition/us-core-servicerequest`]: [
    { id: 'ServiceRequest.code', ...once },
    { id: 'ServiceRequest.subject', ...to('Patient', 'Group', 'Location', 'Device') },
    { id: 'ServiceRequest.encounter', ...to('Encounter') },
    { id: 'ServiceRequest.requester', ...to(...requesters) },
  ],
  [`${guide}StructureDefinition/us-core-location`]: [
    { id: 'Location.name', ...once },
    { id: 'Location.managingOrganization', ...to('Organization') },
  ],
  [`${guide}StructureDefinition/us-core-simple-observation`]: [
    { id: 'Observation.category', ...once },
    { id: 'Observation.subject', ...once, ...to('Patient', 'Group', 'Device', 'Location') },
    { id: 'Observation.performer', ...to(...people) },
    { id: 'Observation.derivedFrom', ...to(...sources) },
  ],
}
