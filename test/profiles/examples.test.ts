/** The examples are what the gateway would take, keep and give back; HL7's own validator is asked in `test/interop/profiles`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { validate } from '../../src/fhir/validate/validate.ts'
import { collectionOf } from '../../src/flows/collections/index.ts'
import { contains } from '../../src/lens/equal.ts'

const folder = resolve(import.meta.dirname, '../../profiles')
const json = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'))
const profiles = readdirSync(join(folder, 'structure-definitions')).map((name) => name.replace('.json', ''))
const of = (profile: string, kind: 'good' | 'bad'): string[] =>
  readdirSync(join(folder, 'examples', profile))
    .filter((name) => name.startsWith(`${kind}-`))
    .map((name) => `examples/${profile}/${name}`)

interface Element {
  readonly id: string
  readonly path: string
  readonly min?: number
  readonly type?: readonly { readonly profile?: readonly string[] }[]
}

/** What the elements right under the resource have to say; deeper ones are for a whole validator. */
function missing(resource: Record<string, unknown>, profile: string): string[] {
  const elements: readonly Element[] = json(`structure-definitions/${profile}.json`).differential.element
  const required = elements.filter(({ path, min }) => min === 1 && path.split('.').length === 2)
  return required
    .filter(({ path, type }) => {
      const url = type?.[0]?.profile?.[0]
      if (url !== undefined) return !((resource.extension ?? []) as { url: string }[]).some((one) => one.url === url)
      const name = path.split('.')[1]!
      const start = name.replace('[x]', '')
      return !Object.keys(resource).some((key) => key.replace('_', '') === start || (name !== start && key.startsWith(start)))
    })
    .map(({ id }) => id)
}

/** Elements right under the resource that say something else than the profile's pattern. */
function other(resource: Record<string, unknown>, profile: string): string[] {
  const elements: readonly (Element & Record<string, unknown>)[] = json(`structure-definitions/${profile}.json`).differential
    .element
  return elements.flatMap((element) => {
    const [, pattern] = Object.entries(element).find(([key]) => key.startsWith('pattern')) ?? []
    return pattern === undefined || contains(resource[element.path.split('.')[1]!], pattern) ? [] : [element.id]
  })
}

describe.each(profiles)('%s', (profile) => {
  test.each(of(profile, 'good'))('%s is R4, has what the profile requires, and is read by its collection', (path) => {
    const resource = json(path)
    expect(validate(resource)).toEqual({ structure: [], rules: [] })
    expect(missing(resource, profile)).toEqual([])
    expect(other(resource, profile)).toEqual([])
    const { baseDefinition } = json(`structure-definitions/${profile}.json`)
    expect(baseDefinition).toMatch(/^http:\/\/hl7\.org\//)
    const collection = collectionOf(resource)
    if (collection) expect(collection.mapping.read({ ...collection.mapping.blank, [collection.anchor]: resource }).ok).toBe(true)
  })

  test('has bad examples, each with something missing or something wrong', () => {
    expect(of(profile, 'bad').length).toBeGreaterThan(0)
    for (const path of of(profile, 'bad')) {
      const bad = json(path)
      const isMissing = path.includes('/bad-without-')
      if (isMissing) expect([...missing(bad, profile), ...validate(bad).structure]).not.toEqual([])
      else if (path.includes('unknown-element')) expect(validate(bad).structure).not.toEqual([])
      else expect(JSON.stringify(bad)).toContain('valueBase64Binary')
    }
  })
})
