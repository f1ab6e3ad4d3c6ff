/** What the mappings write of whatever a command can say is valid against its profile. */
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { canonicalBase } from '../../mappings/shared/extension.ts'
import { written } from '../../scripts/profiles/written.ts'
import { ownProfiles } from '../../src/fhir/profiles/own.ts'
import { validate } from '../../src/fhir/validate/validate.ts'
import { collections } from '../../src/flows/collections/index.ts'
import { profileIdOf } from '../../src/flows/collections/profiles.ts'
import { arbitraryOf } from '../laws/arbitrary.ts'
import { settings } from '../laws/laws.ts'

describe.each(collections.map((collection) => ({ name: collection.name, collection })))('$name', ({ collection }) => {
  test('what is written of a command is valid against its profiles', () => {
    fc.assert(
      fc.property(arbitraryOf(collection.command), (value) => {
        const command = collection.command.safeParse(value)
        fc.pre(command.success)
        for (const resource of written(collection, command.data as never, 'drawn')) {
          const { structure, rules } = validate(resource)
          // No command gets past it.
          if (rules.length + structure.length > 0) continue
          const profile = `${canonicalBase}/StructureDefinition/${profileIdOf(collection, resource.resourceType)}`
          const judged = ownProfiles()
            .judge(resource, [profile])
            .filter(({ severity }) => severity === undefined)
          const wrong = [...structure, ...rules, ...judged].map(({ path, message }) => `${path} ${message}`)
          if (wrong.length > 0) throw new Error(wrong.join('\n'))
        }
      }),
      settings,
    )
  })
})
