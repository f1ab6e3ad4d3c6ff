/** What we ask by heart of US Core is what US Core asks: of the guide's examples and ours, whole and with whatever is in them taken away. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bases } from '../../scripts/profiles/bases.ts'
import { usCore } from '../../scripts/profiles/us-core.ts'
import { ownProfiles } from '../../src/fhir/profiles/own.ts'
import { Profiles } from '../../src/fhir/profiles/profiles.ts'
import { resourceTypes } from '../../src/fhir/types.ts'
import { validate } from '../../src/fhir/validate/validate.ts'
import { corpora, resourcesOf } from '../support/corpora.ts'
import { profilesOf } from '../support/guides.ts'

const url = 'urn:by-heart'
const ours = join(import.meta.dirname, '../../profiles/examples')
const own = (profile: string): object[] =>
  readdirSync(join(ours, profile)).map((name) => JSON.parse(readFileSync(join(ours, profile, name), 'utf8')))

/** Without extensions: the guide knows some that are not known here. */
const plain = (resource: object): object =>
  JSON.parse(JSON.stringify(resource, (name, value) => (name === 'extension' ? undefined : value)))

/** The same without each of its members, at whatever depth, and with each reference to something else. */
function* spoilt(node: unknown): Generator<unknown> {
  if (typeof node !== 'object' || node === null) return
  if (Array.isArray(node)) {
    for (const [at, item] of node.entries()) {
      yield node.toSpliced(at, 1)
      yield [...node, item]
      for (const other of spoilt(item)) yield node.with(at, other)
    }
    return
  }
  for (const [name, value] of Object.entries(node)) {
    const { [name]: _, ...rest } = node as Record<string, unknown>
    yield rest
    if (name === 'reference') yield { ...rest, reference: 'Basic/1' }
    if (name === 'code') yield { ...rest, code: 'other' }
    for (const other of spoilt(value)) yield { ...node, [name]: other }
  }
}

/** What the guide asks of some references is what R4 asks of them itself. */
function isValidButForReferences(resource: object): boolean {
  const { structure, rules } = validate(resource)
  return [...structure, ...rules].every(({ message }) => message.startsWith('may lead to'))
}

describe.skipIf(corpora === undefined)('with the corpora (needs CORPORA)', () => {
  const guide = corpora === undefined ? undefined : profilesOf(['us-core-7.0.0'], 'differentials')
  const examples = resourcesOf(new Set(resourceTypes), ['1_igs/us-core-7.0.0/examples']).map(({ resource }) => resource as object)

  test.each(Object.entries(bases).filter(([, base]) => base in usCore))('%s asks what %s does', (profile, base) => {
    const type = guide!.typeOf(base)!
    const differential = { element: usCore[base]! }
    const heart = new Profiles([{ url, type, baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`, differential }])
    const whole = [...examples, ...own(profile)].filter((one) => (one as { resourceType: string }).resourceType === type)
    const all = whole.map(plain).flatMap((one) => [one, ...spoilt(one)]) as { meta?: unknown }[]
    const bare = all.map(({ meta: _, ...rest }) => rest).filter(isValidButForReferences)
    const answers = bare.map((one) => [heart.keeps(one, [url]), guide!.keeps(one, [base])] as const)
    const apart = bare.filter((_, at) => answers[at]![0] !== answers[at]![1])
    expect(apart.map((one) => guide!.judge(one, [base]))).toEqual([])
    expect(whole.length).toBeGreaterThan(1)
    expect(new Set(answers.map(([kept]) => kept)).size).toBe(2)
  })
})

test('of all but one profile everything that it asks can be asked here', () => {
  const canonical = (id: string) => `https://warm-handoff.example/fhir/StructureDefinition/${id}`
  expect(Object.keys(bases).filter((id) => !ownProfiles().asksAllOf(canonical(id)))).toEqual([
    'handoff-session-document-reference',
  ])
})
