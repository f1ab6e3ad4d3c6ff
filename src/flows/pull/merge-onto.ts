/** What a partner changed in a resource that is linked to ours, merged onto what stands here; what both changed waits for a person. */
import type { Resource } from '@medplum/fhirtypes'
import type { Connection } from '../../connectors/connector.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { fromText, type JsonObject, valueIn } from '../../fhir/exact.ts'
import { concerns } from '../../fhir/search/patients-of.ts'
import { equal } from '../../lens/equal.ts'
import type { Sides } from '../../lens/merge-trees.ts'
import type { Link } from '../../store/change.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { survivorOf } from '../clients/survivor.ts'
import type { Membership } from '../collections/membership.ts'
import { endAgreed } from '../conflicts/agreed.ts'
import { noteConflict, openAbout } from '../conflicts/conflict.ts'
import { forgetDeletion } from '../conflicts/deletion.ts'
import type { Context } from '../context.ts'
import { addedLabels, withLabels } from '../delivery/labels.ts'
import { agreedNow, elementsOf, type MergedResource, memberOf, mergeResources } from './merge.ts'
import { type Applied, isOlder, linkOf, nothing, type Pulled, saysTheSame, writeOne } from './pulled.ts'
import { sidesOf } from './sides.ts'

/** In the commit that applies it. Problems: `gone` where it was deleted here, and what the rules refuse. */
export function* mergeOnto(ctx: Context, connection: Connection, link: Link, pulled: Pulled, at: string): Steps<Result<Applied>> {
  const { type, id } = link
  const stored = yield* ask({ ask: 'resource', type, id })
  if (stored?.text === undefined)
    return fail('gone', 'It was deleted here: what the partner says of it is kept, and not applied.')
  if (isOlder(pulled.text, link.base)) return ok(nothing)
  yield* forgetDeletion(link)
  if (saysTheSame(pulled.text, link.base)) {
    const { remoteVersion: _, ...rest } = link
    const { version } = pulled
    yield* write({
      change: 'tie',
      link: { ...rest, ...(version !== undefined && { remoteVersion: version }), base: pulled.text },
    })
    yield* endAgreed(ctx, connection, link, at)
    return ok(nothing)
  }
  const sides = yield* sidesOf(ctx, connection, link, stored, pulled.value)
  const member = yield* memberOf(sides.ours as unknown as Resource)
  const open = new Set(yield* openElements(connection, link, member))
  const merged = yield* mergeResources(sides, open, member)
  const next = withLabels(merged.resource, addedLabels(sides.ours, sides.theirs, sides.agreed.theirs))
  if (!equal(concerns(next), concerns(sides.ours)))
    return fail('conflict', 'It is about somebody else now: whose it is, a person decides.', {
      issues: [{ path: 'subject', message: 'is another than before' }],
    })
  const isNews = !equal(next, sides.ours) || merged.elements.length > 0 || merged.fields.length > 0
  if (isNews && type === 'Patient' && (yield* survivorOf(stored)) !== id)
    return fail('conflict', 'It was merged away here: whether this is true of the record that it went into, a person decides.', {
      issues: [{ path: 'id', message: 'is of a record that was merged into another' }],
    })
  const written = equal(next, sides.ours)
    ? ok(undefined)
    : yield* writeOne(ctx, { kind: 'update', type, id, resource: fromText(JSON.stringify(next)) })
  if (!written.ok) return written
  yield* noted(connection, link, merged, member, at)
  const now = yield* ask({ ask: 'resource', type, id })
  const standing = yield* openElements(connection, link, member)
  yield* write({
    change: 'tie',
    link: agreedLink(linkOf(connection, pulled, id, now!.version), sides, valueIn(now!.text!), standing),
  })
  yield* endAgreed(ctx, connection, link, at)
  return ok({ wrote: written.value ? [`${type}/${id}`] : [], issues: [] })
}

/** Elements in which a person has yet to settle something. */
function* openElements(connection: Connection, { type, id }: Link, member: Membership | undefined): Steps<readonly string[]> {
  const open = yield* openAbout(connection.name, `${type}/${id}`, member)
  return open.flatMap(({ collection, fields }) => {
    const names = Object.keys(fields)
    return collection === undefined || !member ? names : elementsOf(member.collection.mapping, type, names)
  })
}

/** The same, of a resource as it stands here. */
export function* contestedIn(connection: Connection, link: Link, resource: JsonObject): Steps<readonly string[]> {
  return yield* openElements(connection, link, yield* memberOf(resource as unknown as Resource))
}

function* noted(
  { name: connection }: Connection,
  { type, id }: Link,
  { elements, fields }: MergedResource,
  member: Membership | undefined,
  at: string,
): Steps<void> {
  const byName = (all: MergedResource['fields']) =>
    Object.fromEntries(all.map(({ name, ours, theirs }) => [name, { ours, theirs }]))
  if (elements.length > 0) yield* noteConflict({ connection, resource: `${type}/${id}`, fields: byName(elements) }, at)
  if (!member || fields.length === 0) return
  const { anchor, name: collection } = member.collection
  yield* noteConflict({ connection, resource: `${anchor}/${member.id}`, collection, fields: byName(fields) }, at)
}

/** In what is open nothing is to be told to the partner; in all else, what is otherwise here than agreed is. */
function agreedLink(link: Link, sides: Sides<JsonObject>, now: JsonObject, open: readonly string[]): Link {
  const standing = Object.fromEntries(open.map((name) => [name, now[name]]))
  return agreeing(link, { ...agreedNow(sides), ...standing }, now)
}

/** The link by which this much is agreed; what is otherwise `now` the partner has yet to learn. */
export function agreeing({ ours: _, ...link }: Link, agreed: JsonObject, now: JsonObject): Link {
  const ours: JsonObject = { ...agreed, meta: now.meta }
  return equal(bare(ours), bare(now)) ? link : { ...link, ours: JSON.stringify(ours) }
}

const bare = ({ id: _, meta: __, ...rest }: JsonObject): JsonObject => rest
