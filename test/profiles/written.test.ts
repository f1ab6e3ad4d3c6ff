/** What the mappings write of whatever a command can say is valid against its profile, and against what that derives from. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBase } from '../../mappings/shared/extension.ts'
import { apart } from '../../scripts/profiles/bases.ts'
import { written } from '../../scripts/profiles/written.ts'
import { ownStructures } from '../../src/fhir/generated/structures.ts'
import { ownProfiles } from '../../src/fhir/profiles/own.ts'
import type { Profiles } from '../../src/fhir/profiles/profiles.ts'
import { validate } from '../../src/fhir/validate/validate.ts'
import type { AnyCollection } from '../../src/flows/collections/collection.ts'
import { collections } from '../../src/flows/collections/index.ts'
import { profileIdOf } from '../../src/flows/collections/profiles.ts'
import { arbitraryOf } from '../laws/arbitrary.ts'
import { settings } from '../laws/laws.ts'
import { corpora } from '../support/corpora.ts'
import { withGuides } from '../support/guides.ts'

/** Throws with what is wrong. */
function keepsItsProfiles(collection: AnyCollection, value: object, profiles: Profiles): void {
  for (const resource of written(collection, value as never, 'drawn')) {
    const { structure, rules } = validate(resource)
    // No command gets past it.
    if (structure.length + rules.length > 0) continue
    const profile = `${canonicalBase}/StructureDefinition/${profileIdOf(collection, resource.resourceType)}`
    const errors = profiles.judge(resource, [profile]).filter(({ severity }) => severity === undefined)
    if (errors.length > 0) throw new Error(errors.map(({ path, message }) => `${path} ${message}`).join('\n'))
  }
}

const overCommands = (collection: AnyCollection, profiles: Profiles): void =>
  fc.assert(
    fc.property(arbitraryOf(collection.command), (value) => {
      const command = collection.command.safeParse(value)
      fc.pre(command.success)
      keepsItsProfiles(collection, command.data as object, profiles)
    }),
    settings,
  )

describe.each(collections.map((collection) => ({ name: collection.name, collection })))('$name', ({ collection }) => {
  test('what is written of a command is valid against its profiles', () => overCommands(collection, ownProfiles()))

  test.skipIf(corpora === undefined)('and against the guides that they derive from (needs CORPORA)', () =>
    overCommands(collection, withGuides()),
  )
})

test('only profiles that there are have reasons to stand apart from a guide', () => {
  const ids = ownStructures.map(({ url }) => url.split('/').at(-1))
  expect(Object.keys(apart).filter((id) => !ids.includes(id))).toEqual([])
})
