/** The examples are what the gateway would take, keep and give back; HL7's own validator is asked in `test/interop/profiles`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canonicalBase } from '../../mappings/shared/extension.ts'
import { ownProfiles } from '../../src/fhir/profiles/own.ts'
import { validate } from '../../src/fhir/validate/validate.ts'
import { collectionOf } from '../../src/flows/collections/index.ts'

const folder = resolve(import.meta.dirname, '../../profiles')
const json = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'))
const names = readdirSync(join(folder, 'structure-definitions')).map((name) => name.replace('.json', ''))
const of = (profile: string, kind: 'good' | 'bad'): string[] =>
  readdirSync(join(folder, 'examples', profile))
    .filter((name) => name.startsWith(`${kind}-`))
    .map((name) => `examples/${profile}/${name}`)

/** What is wrong with it, as a resource of R4 and by the profile. */
function wrong(resource: object, profile: string): string[] {
  const { structure, rules } = validate(resource)
  const url = `${canonicalBase}/StructureDefinition/${profile}`
  const judged = structure.length > 0 ? [] : ownProfiles().judge(resource, [url])
  const errors = [...structure, ...rules, ...judged.filter(({ severity }) => severity === undefined)]
  return errors.map(({ path, message }) => `${path} ${message.replace(` (${url})`, '')}`)
}

/** How the fault begins that a bad example was made with, as its name tells. */
function madeWith(path: string, { resourceType: type, extension = [] }: Bad): string {
  const [, missing, url] = /bad-(?:without-(\w+)|value-of-([\w-]+)|unknown-element)\.json$/.exec(path)!
  if (missing) return `${type}.${missing.replace(/(?<=[a-z])(DateTime|Period|CodeableConcept|Reference)$/, '')} is required`
  const at = extension.findIndex((one) => one.url.endsWith(`/${url}`))
  return url ? `${type}.extension[${at}].value ` : `${type}.nonsense is not an element of this type`
}

interface Bad {
  readonly resourceType: string
  readonly extension?: readonly { readonly url: string }[]
}

describe.each(names)('%s', (profile) => {
  test.each(of(profile, 'good'))('%s is valid, and is read by its collection', (path) => {
    const resource = json(path)
    expect(wrong(resource, profile)).toEqual([])
    const collection = collectionOf(resource)
    if (collection) expect(collection.mapping.read({ ...collection.mapping.blank, [collection.anchor]: resource }).ok).toBe(true)
  })

  test.each(of(profile, 'bad'))('%s is refused for what it was made with', (path) => {
    const resource = json(path)
    expect(wrong(resource, profile).find((one) => one.startsWith(madeWith(path, resource)))).toBeDefined()
  })

  test('derives from R4 or a guide of HL7', () =>
    expect(json(`structure-definitions/${profile}.json`).baseDefinition).toMatch(/^http:\/\/hl7\.org\//))
})

test('there are bad examples of every profile', () =>
  expect(names.filter((profile) => of(profile, 'bad').length === 0)).toEqual([]))
