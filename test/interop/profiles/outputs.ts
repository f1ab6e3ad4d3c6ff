/**
 * What the mappings write over commands that together say everything, marked as it is when it is sent, by profile: `node outputs.ts <folder>`,
 * for a validator that is not ours. What breaks a rule of R4 is left away: no command gets past it.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalBase } from '../../../mappings/shared/extension.ts'
import { barest, covering } from '../../../scripts/profiles/covering.ts'
import { written } from '../../../scripts/profiles/written.ts'
import type { JsonObject } from '../../../src/fhir/exact.ts'
import { validate } from '../../../src/fhir/validate/validate.ts'
import { collections } from '../../../src/flows/collections/index.ts'
import { profileIdOf } from '../../../src/flows/collections/profiles.ts'
import { marked } from '../../../src/flows/delivery/stamp.ts'

const [folder = 'outputs'] = process.argv.slice(2)
const system = `${canonicalBase}/NamingSystem/handoff-id`

/** What stands for any text is neither a system nor a language. */
function sober(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => sober(key, one))
  if (typeof value !== 'object' || value === null || 'rawJSON' in value) {
    if (value !== 'specimen') return value
    if (key === 'questionnaire') return 'http://example.org/questionnaire'
    return key === 'system' ? 'http://example.org/system' : key === 'language' ? 'en' : value
  }
  // Ids of elements are the same in all, for they come of one value; the type of a reference is no type.
  const isOdd = ([name, member]: [string, unknown]): boolean => name === 'id' || (name === 'type' && member === 'specimen')
  const members = Object.entries(value).filter((one) => !isOdd(one))
  return Object.fromEntries(members.map(([name, member]) => [name, sober(name, member)]))
}

for (const collection of collections) {
  const { command } = collection
  const bare = barest(command).filter((value) => command.safeParse(value).success)
  // An empty object is nothing said.
  const said = [...covering(command), ...bare].filter((value) => !JSON.stringify(value).includes('{}'))
  for (const [n, value] of said.entries()) {
    const parsed = command.safeParse(value)
    for (const resource of written(collection, parsed.success ? parsed.data : value, `specimen-${n}`)) {
      const sent = marked(sober('', JSON.parse(JSON.stringify(resource))) as JsonObject, resource.id, system)
      const { structure, rules } = validate(sent)
      if (structure.length + rules.length > 0) continue
      const into = join(folder, profileIdOf(collection, resource.resourceType))
      mkdirSync(into, { recursive: true })
      writeFileSync(join(into, `${resource.id}-${n}.json`), JSON.stringify(sent))
    }
  }
}
