/**
 * How fast resources are validated, beside @medplum/core's validateResource on the same resources: one JSON line per figure. Profiles are
 * ours, over their own good examples, with R4 itself asked first and alone.
 * `node test/bench/validate.ts [seconds]`. The resources are the Synthea bundles of the corpora; without them, the examples of the tests.
 *
 * Times are of the best of many short windows: neighbours on the machine make some of them longer, never shorter.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { validateResource } from '@medplum/core'
import { resourceTypes } from '../../src/fhir/types.ts'
import { examples } from '../fhir/validate/examples.ts'
import { resourcesOf } from '../support/corpora.ts'
import { indexStructures } from '../support/structures.ts'
import { print } from './people.ts'

const seconds = Number(process.argv[2] ?? 5)

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

function measure<T>(figure: string, among: readonly T[], check: (one: T) => unknown, share: number): void {
  // Those of one window are evenly spread over all of them.
  const size = Math.min(among.length, 500)
  const stride = Math.floor(among.length / size)
  let best = Number.POSITIVE_INFINITY
  let offset = 0
  for (const until = performance.now() + seconds * 1000 * share; performance.now() < until; offset = (offset + 1) % stride) {
    const start = performance.now()
    for (let at = 0; at < size; at++) check(among[at * stride + offset]!)
    best = Math.min(best, (performance.now() - start) / size)
  }
  const bytes = among.reduce((sum, one) => sum + JSON.stringify(one).length, 0) / among.length
  print(figure, {
    'resources/s': Math.round(1000 / best),
    µs: Math.round(best * 1e4) / 10,
    'bytes/resource': Math.round(bytes),
    resources: among.length,
  })
}

indexStructures()

measure('valid, fast way', resources, (one) => isValid(one), 1)
measure('valid, with explanation', resources, (one) => validate(one), 0.3)
const broken = resources.map((resource) => ({ ...resource, surprise: 1, id: 'a/b' }))
resources.splice(0, resources.length, ...broken)
measure('broken, with explanation', resources, (one) => validate(one), 0.5)
for (const resource of resources) {
  delete resource.surprise
  resource.id = 'a'
}
measure("valid, @medplum/core's validateResource", resources, (one) => validateResource(one), 1)

const folder = resolve(import.meta.dirname, '../../profiles/examples')
const profiled = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => basename(name).startsWith('good-'))
  .map((name) => ({
    resource: JSON.parse(readFileSync(join(folder, name), 'utf8')) as object,
    profile: `https://warm-handoff.example/fhir/StructureDefinition/${dirname(name)}`,
  }))
const { ownProfiles } = await import('../../src/fhir/profiles/own.ts')
const profiles = ownProfiles()
measure('good examples, against R4', profiled, ({ resource }) => isValid(resource), 0.5)
measure(
  'good examples, against R4 and their profiles',
  profiled,
  ({ resource, profile }) => isValid(resource) && profiles.keeps(resource, [profile]),
  0.5,
)
