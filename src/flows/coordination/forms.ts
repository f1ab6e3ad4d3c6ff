/** What members of each collection look like, as JSON Schemas for `/openapi.json`: as they are told, and as they are sent. */
import { z } from 'zod'
import { jsonSchema } from '../../domain/json-schema.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { collections } from '../collections/index.ts'
import type { Context } from '../context.ts'
import { Event } from './command.ts'

interface Forms {
  readonly collection: string
  readonly told: object
  /** By POST and PUT. */
  readonly sent: object
  /** Absent where states do not move, or not from outside. */
  readonly event?: object
}

export async function memberForms({ pause }: Context): Promise<readonly Forms[]> {
  const forms: Forms[] = []
  for (const one of collections) {
    forms.push({ collection: one.name, told: toldOf(one), sent: jsonSchema(one.command), ...eventOf(one) })
    await pause()
  }
  return forms
}

/** A view may tell a state that is not stored. */
function toldOf({ mapping, machine }: AnyCollection): object {
  const { properties, ...schema } = jsonSchema(mapping.domain) as { readonly properties: object }
  return { ...schema, properties: { ...properties, ...(machine && { [machine.field]: { enum: machine.states.states } }) } }
}

function eventOf({ machine }: AnyCollection): Pick<Forms, 'event'> {
  const all = Object.entries(machine?.states.events ?? {}).filter(([, { by }]) => by !== 'clock')
  return all.length > 0 ? { event: jsonSchema(Event.extend({ type: z.enum(all.map(([type]) => type)) })) } : {}
}
