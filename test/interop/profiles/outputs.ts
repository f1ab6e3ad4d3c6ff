/**
 * What the mappings write over generated commands, marked as it is when it is sent, by profile: `node outputs.ts <folder> [runs]`, for a
 * validator that is not ours. Values are drawn at random, so what no command would get past is left away: what breaks a rule of R4.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { canonicalBase } from '../../../mappings/shared/extension.ts'
import { profileIdOf } from '../../../scripts/profiles/structures.ts'
import type { JsonObject } from '../../../src/fhir/exact.ts'
import { validate } from '../../../src/fhir/validate/validate.ts'
import { collections } from '../../../src/flows/collections/index.ts'
import { marked } from '../../../src/flows/delivery/stamp.ts'
import { arbitraryOf } from '../../laws/arbitrary.ts'

const [folder = 'outputs', runs = '20'] = process.argv.slice(2)
const system = `${canonicalBase}/NamingSystem/handoff-id`

type Json = { readonly [member: string]: unknown }

/** Texts drawn at random are no languages; identifiers and telecoms of which half is missing are no promise of ours. */
function sober(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sober)
  if (typeof value !== 'object' || value === null || 'rawJSON' in value) return value
  const { language: _, ...element } = value as Json
  const whole = (key: string): readonly Json[] | undefined =>
    (element[key] as readonly Json[] | undefined)?.filter?.((one) => one.system !== undefined && one.value !== undefined)
  const members = Object.entries(element).map(([key, member]) => [
    key,
    sober(key === 'identifier' || key === 'telecom' ? (whole(key) ?? member) : member),
  ])
  return Object.fromEntries(members.filter(([, member]) => !Array.isArray(member) || member.length > 0))
}

for (const collection of collections) {
  const values = fc.sample(arbitraryOf(collection.command), { numRuns: Number(runs), seed: 1 })
  for (const [n, value] of values.entries())
    for (const [m, resource] of Object.values(collection.mapping.write(value)).flat().entries()) {
      if (resource === undefined) continue
      const { resourceType: type } = resource as { resourceType: string }
      const sent = marked(sober(JSON.parse(JSON.stringify(resource))) as JsonObject, `${n}-${m}`, system)
      const { structure, rules } = validate(sent)
      if (structure.length + rules.length > 0) continue
      const into = join(folder, profileIdOf({ collection, type }))
      mkdirSync(into, { recursive: true })
      writeFileSync(join(into, `${n}-${m}.json`), JSON.stringify(sent))
    }
}
