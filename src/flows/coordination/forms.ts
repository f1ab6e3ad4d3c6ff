/** What members of each collection look like, as JSON Schemas for `/openapi.json`: as they are told, and as POST and PUT take them. */
import { jsonSchema } from '../../domain/json-schema.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { collections } from '../collections/index.ts'
import type { Context } from '../context.ts'

interface Forms {
  readonly collection: string
  readonly told: object
  readonly sent: object
}

export async function memberForms({ pause }: Context): Promise<readonly Forms[]> {
  const forms: Forms[] = []
  for (const one of collections) {
    forms.push({ collection: one.name, told: toldOf(one), sent: jsonSchema(one.command) })
    await pause()
  }
  return forms
}

/** A view may tell a state that is not stored. */
function toldOf({ mapping, machine }: AnyCollection): object {
  const { properties, ...schema } = jsonSchema(mapping.domain) as { readonly properties: object }
  return { ...schema, properties: { ...properties, ...(machine && { [machine.field]: { enum: machine.states.states } }) } }
}
