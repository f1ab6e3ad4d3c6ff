/** Bodies at the door: checked by the collection's command schema, every fault at once with its place. */
import { z } from 'zod'
import { Id } from '../../domain/kernel.ts'
import { parsed } from '../../domain/parsed.ts'
import { fail, type Problem, type Result } from '../../domain/problem.ts'
import { isDateTime } from '../../fhir/validate/dates.ts'
import { equal, isObject } from '../../lens/equal.ts'
import type { AnyCollection, EventInput } from '../collections/collection.ts'

type Refusal = { readonly ok: false; readonly problem: Problem }

/** What the envelope carries, and what stands beside the record, is ignored in a body, so that what was read can be sent back. */
const envelope = ['id', 'version', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy', 'warnings']

/** What answers show beside the record (the envelope, `shown`) is ignored. Problem: `invalid`. */
export function commandOf(collection: AnyCollection, body: unknown): Result<Record<string, unknown>> {
  if (!isObject(body)) return fail('invalid', 'The body must be a JSON object.')
  const ignored = [...envelope.filter((name) => !(name in collection.mapping.fields)), ...(collection.shown ?? [])]
  const named = Object.fromEntries(Object.entries(body).filter(([name]) => !ignored.includes(name)))
  const otherwise = `This is not a valid member of ${collection.name}.`
  const command = parsed<Record<string, unknown>>(collection.command, named, otherwise)
  if (!command.ok) return command
  const unknown = Object.entries(named).flatMap(([name, said]) =>
    name in (collection.mapping.fields as object) ? unheard(said, command.value[name], name) : [nameable(name)],
  )
  const issues = unknown.map((path) => ({ path, message: 'is not a field here' }))
  return issues.length > 0 ? fail('invalid', otherwise, { issues }) : command
}

/** Where a schema heard less than was said: it knows no such member. What somebody says is refused rather than left out in silence. */
function unheard(said: unknown, heard: unknown, path: string): readonly string[] {
  if (Array.isArray(said)) return Array.isArray(heard) ? said.flatMap((one, i) => unheard(one, heard[i], `${path}.${i}`)) : []
  if (!isObject(said) || !isObject(heard)) return []
  return Object.entries(said).flatMap(([name, value]) => {
    const place = `${path}.${nameable(name)}`
    if (Object.hasOwn(heard, name)) return unheard(value, heard[name], place)
    return value === undefined ? [] : [place]
  })
}

/** Names are the sender's text too: only what looks like one is repeated. */
const nameable = (name: string): string => (/^\w{1,64}$/.test(name) ? name : '?')

const actorTypes = ['PractitionerRole', 'Practitioner', 'RelatedPerson', 'Patient', 'Organization', 'CareTeam', 'Device'] as const
/** Somebody by reference, in words, or by id: a role at an organization goes without saying. */
const Actor = z
  .union([z.string().min(1), z.strictObject({ id: Id, type: z.enum(actorTypes).default('PractitionerRole') })], {
    error: 'is a reference, words, or an id (and a type)',
  })
  .transform((actor) => (typeof actor === 'string' ? actor : `${actor.type}/${actor.id}`))

/** What every event says; its details are the collection's business. */
export const Event = z.looseObject({
  type: z.string('is required'),
  at: z.string().refine(isDateTime, 'is a date and time with its offset, or a date').optional(),
  actor: Actor.optional(),
  reason: z.string().min(1).optional(),
})

export const eventIn = (body: unknown): Result<EventInput> =>
  parsed(Event as z.ZodType<EventInput>, body, 'This is not an event.')

/** Fields that no body sets: those computed here, and those that events set. */
const ownFields = ({ computed = [], byEvents = [] }: AnyCollection): readonly string[] => [...computed, ...byEvents]

/** Left out: absent, or a list that the schema made of it. */
export const isLeftOut = (said: unknown): boolean => said === undefined || (Array.isArray(said) && said.length === 0)

/** Computed fields may be repeated as they stand or left out, not changed. */
export function refuseComputed(
  collection: AnyCollection,
  next: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): Refusal | undefined {
  const changed = ownFields(collection).filter((name) => !isLeftOut(next[name]) && !equal(next[name], now[name]))
  return changed.length > 0 ? computedHere(changed) : undefined
}

export const computedHere = (fields: readonly string[]): Refusal =>
  fail('rule-broken', 'Some fields are computed here.', {
    issues: fields.map((path) => ({ path, message: 'is computed and cannot be set' })),
  })

/** What a body leaves out of the computed fields stands as it is. */
export function withComputed(
  collection: AnyCollection,
  next: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const kept = ownFields(collection).filter((name) => isLeftOut(next[name]) && now[name] !== undefined)
  return { ...next, ...Object.fromEntries(kept.map((name) => [name, now[name]])) }
}
