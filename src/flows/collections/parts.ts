/** The resources a domain object is made of: gathered from the store, read through the mapping, written back. */
import type { Resource } from '@medplum/fhirtypes'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import type { Filter } from '../../fhir/search/query.ts'
import type { Put } from '../../store/change.ts'
import { ask, askAll, restAfter, type Steps, type Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { prefixOf } from '../ids.ts'
import { nextOf, readingStored, storedValue } from '../next-version.ts'
import { every, pointsAt } from '../questions.ts'
import { targetOf } from '../references.ts'
import { type AnyCollection, byAll, type EventInput, type Held, type PartOf, type Seen } from './collection.ts'

type Bag = Record<string, Resource | Resource[] | undefined>

/** A domain object as it stands, with the versions of its parts. */
export interface Gathered extends Held<Record<string, unknown>, Bag> {
  readonly anchor: Stored
  readonly stored: readonly Stored[]
  /** What the mapping could not represent, and left alone. */
  readonly warnings: readonly Issue[]
}

/**
 * Reads a domain object; 404, 410, or 422 where the anchor belongs to another collection or cannot be read. For a caller of whom it is told
 * what is `seen`, what is not is not there.
 */
export function* hold(collection: AnyCollection, id: string, seen: Seen = byAll): Steps<Result<Gathered>> {
  const anchor = yield* ask({ ask: 'resource', type: collection.anchor, id })
  const found = yield* anchored(collection, anchor && seen(anchor) ? anchor : undefined)
  if (!found.ok) return found
  yield* restAfter(found.value.text!)
  return yield* gather(collection, found.value, seen)
}

function* anchored(collection: AnyCollection, anchor: Stored | undefined): Steps<Result<Stored>> {
  if (!anchor) return fail('not-found', `There is no such member of ${collection.name}.`)
  if (anchor.text === undefined) return fail('gone', `This member of ${collection.name} was deleted.`)
  return collection.claims((yield* readingStored<Resource>(anchor))!)
    ? ok(anchor)
    : fail('not-found', `There is no such member of ${collection.name}.`)
}

/** The resources, not read yet. */
export function* together(
  collection: AnyCollection,
  anchor: Stored,
  seen: Seen = byAll,
): Steps<{ readonly bag: Readonly<Bag>; readonly stored: readonly Stored[] }> {
  const root = (yield* readingStored<Resource>(anchor))!
  const bag: Bag = { [collection.anchor]: root }
  const stored: Stored[] = [anchor]
  for (const part of collection.parts) {
    const found = (yield* partsOf(part, anchor, root)).filter((one) => one.text !== undefined && seen(one))
    const values = found.map((one) => storedValue<Resource>(one)!)
    if (part.many) bag[part.type] = values
    else if (values[0]) bag[part.type] = values[0]
    stored.push(...(part.many ? found : found.slice(0, 1)))
  }
  return { bag, stored }
}

/** Reads a domain object from its anchor and parts. Problem: `rule-broken` with the places that cannot be read. */
export function* gather(collection: AnyCollection, anchor: Stored, seen: Seen = byAll): Steps<Result<Gathered>> {
  const { bag, stored } = yield* together(collection, anchor, seen)
  yield* restAfter(anchor.text ?? '')
  const reading = collection.mapping.read(bag)
  yield* restAfter(anchor.text ?? '')
  if (!reading.ok)
    return fail('rule-broken', `This ${collection.anchor} cannot be read as a member of ${collection.name}.`, {
      issues: reading.issues,
    })
  const held = { id: anchor.id, value: reading.value, parts: bag, anchor, stored, warnings: reading.warnings }
  return ok(collection.view ? { ...held, value: { ...held.value, ...(yield* collection.view(held, seen)) } } : held)
}

function* partsOf(part: PartOf, anchor: Stored, root: Resource): Steps<readonly Stored[]> {
  if (!('of' in part)) {
    const { only = () => true } = part
    const filter: Filter | undefined = 'like' in part ? part.like(root) : pointsAt(part.by, `${anchor.type}/${anchor.id}`)
    return filter ? (yield* newest(part.type, filter)).filter((one) => only(storedValue<Resource>(one)!)) : []
  }
  const asks = part.of(root).flatMap((reference) => {
    const target = targetOf(reference)
    return target.type === part.type && target.id !== '' ? [{ ask: 'resource' as const, ...target }] : []
  })
  return (yield* askAll(asks)).filter((one) => one !== undefined)
}

/** Newest first, so that where one part is wanted it is the newest. */
export function* newest(type: string, filter: Filter): Steps<readonly Stored[]> {
  const { query, ...question } = every(type, filter)
  const sort = [{ param: '_lastUpdated', kind: 'lastUpdated', descending: true }] as const
  return (yield* ask({ ...question, query: { ...query, sort } })).items
}

/** What the commit has written of it so far stays as it is: whatever comes is a version of its own, not the same one anew. */
export const closed = (now: Gathered): Gathered => ({ ...now, stored: now.stored.map((one) => ({ ...one, at: '' })) })

/** A member on its way into the store. */
export interface Writing {
  readonly collection: AnyCollection
  readonly id: string
  /** As it is to be. */
  readonly value: object
  /** As it stands; none where it is new. */
  readonly before?: Gathered | undefined
  /** The commit's instant. */
  readonly at: string
  /** The event that makes it so, where one does. */
  readonly event?: EventInput | undefined
}

/** Writes a value onto its parts: a new version for each that changed, ids and links for the new ones. */
export function putsFor(ctx: Context, { collection, id, value, before, at }: Writing): Put[] {
  const bag = collection.mapping.write(value, before?.parts) as Bag
  const current = new Map((before?.stored ?? []).map((one) => [`${one.type}/${one.id}`, one]))
  const puts: Put[] = []
  const keep = (resource: Resource, fresh: string, link?: (part: Resource) => Resource): void => {
    const stored = resource.id === undefined ? undefined : current.get(`${resource.resourceType}/${resource.id}`)
    puts.push(nextOf(stored || !link ? resource : link(resource), resource.id ?? fresh, stored, at))
  }
  for (const [type, now] of Object.entries(bag)) {
    const was = before?.parts[type]
    if (now === was || now === undefined) continue
    const part = collection.parts.find((one) => one.type === type)
    const link = part && 'link' in part ? (one: Resource) => part.link(one, `${collection.anchor}/${id}`, value) : undefined
    if (type === collection.anchor) keep(now as Resource, id)
    else if (Array.isArray(now)) {
      for (const one of now) if (!(was as Resource[] | undefined)?.includes(one)) keep(one, ctx.newId(prefixOf(type)), link)
    } else keep(now, ctx.newId(prefixOf(type)), link)
  }
  return puts
}
