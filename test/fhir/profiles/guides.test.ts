/** The examples of guides are valid against the profiles that they claim, but for named ones; spoiling any of them is noticed. */
import { describe, expect, test } from 'vitest'
import { resourceTypes } from '../../../src/fhir/types.ts'
import { isValid } from '../../../src/fhir/validate/validate.ts'
import { corpora, resourcesOf } from '../../support/corpora.ts'
import { profilesOf } from '../../support/guides.ts'

const guides = [
  'us-core-7.0.0',
  'sdoh-clinicalcare-3.0.0',
  'us-behavioral-health-0.1.0',
  'davinci-alerts-1.1.0',
  'davinci-pas-2.2.1',
]
const usBehavioral = '1_igs/us-behavioral-health-0.1.0/examples'

describe.skipIf(corpora === undefined)('with the corpora (needs CORPORA)', () => {
  const profiles = corpora === undefined ? undefined : profilesOf(guides)
  const examples = guides.flatMap((guide) => resourcesOf(new Set(resourceTypes), [`1_igs/${guide}/examples`]))
  const claiming = examples.filter(
    ({ resource, from }) => !from.includes(' entry[') && isValid(resource) && profiles!.isClaimed(resource),
  )
  const faults = (resource: object): readonly string[] =>
    profiles!
      .judge(resource)
      .filter(({ severity }) => severity === undefined)
      .map(({ path, message }) => `${path} ${message.replace(/ \(http.*$/, '')}`)

  test('published examples are valid, but for those that break their guide', () => {
    expect(claiming.length).toBeGreaterThan(180)
    const wrong = claiming.map(({ from, resource }) => [from, faults(resource)] as const).filter(([, found]) => found.length > 0)
    expect(Object.fromEntries(wrong)).toEqual({
      [`${usBehavioral}/Condition-depression-condition-example-1.json`]: ['Condition.category has to have the slice us-core'],
      [`${usBehavioral}/MedicationDispense-bupropion-dispense-example-1.json`]: [
        'MedicationDispense whenHandedOver SHALL be present if the status is "completed" (us-core-20)',
      ],
      // The guide names the organisation's profile as that of the reference.
      [`${usBehavioral}/Observation-bh-grant-info-observation-example-1.json`]: [
        'Observation.performer[0] is not valid against http://hl7.org/fhir/us/core/StructureDefinition/us-core-organization',
      ],
    })
  })

  /** What a profile of US Core requires, taken away. */
  test.each([
    ['Patient', 'identifier', 'Patient.identifier is required'],
    ['Patient', 'name', 'Patient.name is required'],
    ['Condition', 'code', 'Condition.code is required'],
    ['Condition', 'category', 'Condition.category is required'],
    ['Encounter', 'type', 'Encounter.type is required'],
  ])('%s without %s is told', (type, member, fault) => {
    const of = claiming.filter(
      ({ resource, from }) => resource.resourceType === type && from.includes('us-core') && member in resource,
    )
    expect(of.length).toBeGreaterThan(0)
    for (const { resource } of of) {
      const { [member]: _, ...rest } = resource
      expect(faults(rest)).toContain(fault)
    }
  })
})
