/** A resource against a profile of a few rows: errors with their places, and what could not be asked. */
import { expect } from 'vitest'
import type { Row } from '../../../src/fhir/profiles/definition.ts'
import { Profiles, termsIn } from '../../../src/fhir/profiles/profiles.ts'

export const url = 'https://example.org/StructureDefinition/p'
export const valueSet = 'https://example.org/ValueSet/colours'
const terms = termsIn([
  { resourceType: 'ValueSet', url: valueSet, status: 'active', compose: { include: [{ system: 'urn:colours' }] } },
  {
    resourceType: 'CodeSystem',
    url: 'urn:colours',
    status: 'active',
    content: 'complete',
    concept: [{ code: 'red', concept: [{ code: 'pink' }] }],
  },
])

export function judged(type: string, element: readonly Row[], content: object): readonly string[] {
  const profiles = new Profiles(
    [{ url, type, baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`, differential: { element } }],
    terms,
  )
  const resource = { resourceType: type, ...content }
  const issues = profiles.judge(resource, [url])
  const errors = issues.filter(({ severity }) => severity === undefined)
  expect(profiles.keeps(resource, [url])).toBe(errors.length === 0)
  return issues.map(({ severity, path, message }) => (severity ? message : `${path} ${message.replace(` (${url})`, '')}`))
}
