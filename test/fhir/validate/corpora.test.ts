/** Published and synthetic resources: what is valid is taken, each exception with its reason, and spoiling any of it is noticed. */
import { validateResource } from '@medplum/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { resourceTypes } from '../../../src/fhir/types.ts'
import { isValid, validate } from '../../../src/fhir/validate/validate.ts'
import { corpora, type Found, resourcesOf } from '../../support/corpora.ts'
import { indexStructures } from '../../support/structures.ts'
import { mutantsOf } from './mutations.ts'

const all = new Set(resourceTypes)
const placesOf = (resource: unknown) => {
  const { structure, rules } = validate(resource)
  return [...structure, ...rules].map(({ path, message }) => `${path} ${message}`)
}
const refused = (found: readonly Found[]) =>
  Object.fromEntries(
    found.filter(({ resource }) => !isValid(resource)).map(({ from, resource }) => [from, placesOf(resource)[0]]),
  )
const examples = '1_igs/hl7.fhir.r4.examples-4.0.1'

/** Evenly spread, so that every kind is among them. */
const some = <T>(list: readonly T[], count: number): T[] =>
  list.filter((_, i) => i % Math.max(1, Math.floor(list.length / count)) === 0)

describe.skipIf(corpora === undefined)('with the corpora (needs CORPORA)', () => {
  test('the examples of R4 are valid, but for five that R4 itself refuses', () => {
    const found = resourcesOf(all, [examples])
    expect(found.length).toBeGreaterThan(350)
    expect(refused(found)).toEqual({
      // Their narrative is a div with white space in it.
      [`${examples}/ActivityDefinition-blood-tubes-supply.json`]:
        'ActivityDefinition.text.div The narrative SHALL have some non-whitespace content (txt-2)',
      [`${examples}/EventDefinition-example.json`]:
        'EventDefinition.text.div The narrative SHALL have some non-whitespace content (txt-2)',
      // They refer to what these elements do not provide for: an Organization is asked to dispense, an Encounter performs nothing.
      [`${examples}/MedicationRequest-medrx0301.json`]:
        'MedicationRequest.dispenseRequest.performer may lead to Organization here, and not to Practitioner',
      [`${examples}/Observation-clinical-gender.json`]: expect.stringMatching(
        /^Observation\.performer\[0\] .* not to Encounter$/,
      ),
      // Its items take their linkIds from definitions, which R4 does not provide for.
      [`${examples}/Questionnaire-qs1.json`]: 'Questionnaire.item[0].item[0].linkId is required',
    })
  })

  test('synthetic records are valid', () => {
    const found = resourcesOf(all, ['2_clinical'])
    expect(found.length).toBeGreaterThan(5000)
    expect(refused(found)).toEqual({})
  })

  test('every mutant of published examples is refused, at its place', () => {
    const valid = resourcesOf(all, [examples])
      .map(({ resource }) => resource)
      .filter((resource) => isValid(resource) && JSON.stringify(resource).length < 6000)
    const mutants = some(valid, 60).flatMap((resource) => some([...mutantsOf(resource)], 150))
    expect(mutants.length).toBeGreaterThan(5000)
    const unnoticed = mutants.filter(
      ({ resource, strength, path }) => isValid(resource) || !validate(resource)[strength].some((issue) => issue.path === path),
    )
    expect(unnoticed.map(({ kind, path }) => `${kind} at ${path}`)).toEqual([])
  })
})

/** What another implementation takes and this one refuses, with what R4 says. */
const stricter: Readonly<Record<string, string>> = {
  [`${examples}/ActivityDefinition-blood-tubes-supply.json`]: 'txt-2: no content in the narrative',
  [`${examples}/EventDefinition-example.json`]: 'txt-2: no content in the narrative',
  '1_igs/davinci-alerts-1.1.0/examples/OperationOutcome-intermediary-response.json': 'no XHTML namespace',
  '1_igs/davinci-pas-kit-fixtures/nonconformant_pas_bundle_v110.json': 'an empty array',
  [`${examples}/MedicationRequest-medrx0301.json`]: 'dispenseRequest.performer is a Practitioner',
  [`${examples}/Observation-clinical-gender.json`]: 'performer is an Encounter',
  '1_igs/us-behavioral-health-0.1.0/examples/MedicationRequest-paroxetine-discharge-med-example-1.json': 'an empty object',
}

describe.skipIf(corpora === undefined)("beside @medplum/core's validateResource (needs CORPORA)", () => {
  beforeAll(indexStructures)

  test('published resources are judged alike, with named exceptions', () => {
    const takes = (resource: Found['resource']): boolean => {
      try {
        return validateResource(resource as unknown as Parameters<typeof validateResource>[0]).every(
          ({ severity }) => severity !== 'error',
        )
      } catch {
        return false
      }
    }
    // It knows no exact numbers; bundles hold what is found in them once more; conformance resources take it minutes.
    const found = resourcesOf(all, ['1_igs']).filter(({ from }) => !from.includes(' entry[') && !from.includes('/conformance/'))
    const plain = found.map(({ from, resource }) => ({
      from,
      resource: JSON.parse(JSON.stringify(resource)) as Found['resource'],
    }))
    const different = plain.filter(({ resource }) => takes(resource) !== isValid(resource)).map(({ from }) => from)
    expect(different.sort()).toEqual(Object.keys(stricter).sort())
  })
})
