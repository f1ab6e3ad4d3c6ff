/**
 * Writes as one commit: the steps of a transaction, and of every single write (which is a transaction of one).
 * https://hl7.org/fhir/R4/http.html#trules
 *
 * Deletes, then creates, then updates. Conditions are searches inside the commit. References between entries (fullUrl), conditional
 * references, and references to what a conditional create found, are resolved in the texts before anything is indexed.
 */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { referencesWithin } from '../../fhir/bundle.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { References } from '../../fhir/stamp.ts'
import { isSubsetted } from '../../fhir/view.ts'
import type { Change, Put } from '../../store/change.ts'
import { ask, askAll, rest, type Steps, type Stored, write } from '../../store/store.ts'
import { consequences } from '../collections/consequences.ts'
import type { Context } from '../context.ts'
import { askAbout, newDoubles, settledOf } from '../duplicates.ts'
import { prefixOf } from '../ids.ts'
import { nextVersion, removal } from '../keep.ts'
import { beforeOf, type Touched, touchedBy, uphold } from '../rules/uphold.ts'
import { Criteria } from './criteria.ts'
import type { Settled, Write, Written } from './entry.ts'
import { guarded } from './guard.ts'
import { patched } from './patched.ts'
import { visible } from './visible.ts'

/** A write with its target settled: the id it will have, what stands there now. */
interface Target<W extends Write = Settled> {
  readonly write: W
  readonly id: string | undefined
  readonly current: Stored | undefined
  /** A conditional create that found something: nothing is written. */
  readonly matched: boolean
  /** Place of the earlier entry that makes what this conditional create asks for. */
  readonly twin?: number
}

/** `whole`: a transaction, in which every `urn:` has to be the name of an entry. */
export function* transact(
  ctx: Context,
  writes: readonly Write[],
  { whole = false }: { readonly whole?: boolean } = {},
): Steps<Result<readonly Written[]>> {
  const { at } = yield* ask({ ask: 'now' })
  const criteria = new Criteria(ctx, writes)
  const found = yield* settle(ctx, writes, criteria)
  if (!found.ok) return found
  const targets = yield* withPatches(ctx, found.value)
  if (!targets.ok) return targets
  const overlap = overlapping(targets.value)
  if (overlap) return overlap
  for (const [i, { write, current, matched }] of targets.value.entries()) {
    yield* rest(i)
    const refused = matched ? undefined : guarded(ctx, write, current)
    if (refused) return refused
  }

  const links = new Map<string, string>()
  for (const { write, id } of targets.value) {
    if (write.kind !== 'delete' && write.fullUrl !== undefined && id !== undefined)
      links.set(write.fullUrl, `${write.type}/${id}`)
  }
  const conditional = yield* resolveConditional(targets.value, criteria, links)
  if (!conditional.ok) return conditional
  const dangling = whole ? danglingUrn(targets.value, links) : undefined
  if (dangling) return dangling

  const base = `${ctx.settings.baseUrl}/fhir`
  const changes: Change[] = []
  const puts: Put[] = []
  const results: Written[] = []
  const touched: Touched[] = []
  const fresh: Put[] = []
  for (const [i, target] of targets.value.entries()) {
    results.push(outcomeOf(target))
    yield* rest(i)
  }
  const held = yield* touchedBy(touched)
  const doubles = yield* newDoubles(touched)
  yield* write(...changes)
  yield* askAbout(doubles, at)
  yield* settledOf(
    touched.flatMap(({ type, id, next }) => (type === 'Patient' && !next ? [id] : [])),
    at,
  )
  const upheld = yield* uphold(ctx, held, fresh, at)
  if (!upheld.ok) return upheld
  const then = yield* consequences(ctx, [...puts, ...upheld.value], at, beforeOf(held))
  return then.ok ? ok(asTheyStand(results, [...upheld.value, ...then.value])) : then

  function outcomeOf({ write, current, id, matched, twin }: Target): Written {
    if (write.kind === 'delete') {
      if (!current || current.text === undefined)
        return { effect: 'absent', type: write.type, ...(current && { version: current.version }) }
      const change = removal(current, at)
      changes.unshift(change)
      touched.push({ type: write.type, id: current.id, current })
      return { effect: 'deleted', type: write.type, id: current.id, version: change.version, at }
    }
    if (twin !== undefined) return { ...results[twin]!, effect: 'matched' }
    if (matched) return standing('matched', current!)
    const references = referencesWithin(links, { base, ...(write.fullUrl !== undefined && { fullUrl: write.fullUrl }) })
    if (current?.text !== undefined && bringsNothing(write, current, references)) return standing('same', current)
    const put = nextVersion(write.type, id!, write.resource, current, at, references)
    changes.push(put)
    puts.push(put)
    if (current?.text === undefined) fresh.push(put)
    touched.push({ type: write.type, id: id!, current, next: put.resource })
    return {
      effect: current?.text === undefined ? 'created' : 'updated',
      type: write.type,
      id: id!,
      version: put.version,
      at,
      text: put.text,
    }
  }
}

const standing = (effect: 'matched' | 'same', current: Stored): Written => ({
  effect,
  type: current.type,
  id: current.id,
  version: current.version,
  at: current.at,
  ...(current.text !== undefined && { text: current.text }),
})

/** What the rules made of the same resources is what stands, and what is answered with. */
function asTheyStand(results: readonly Written[], further: readonly Put[]): readonly Written[] {
  if (further.length === 0) return results
  const last = new Map(further.map((put) => [`${put.type}/${put.id}`, put]))
  return results.map((one) => {
    const put = last.get(`${one.type}/${one.id}`)
    return put ? { ...one, version: put.version, text: put.text } : one
  })
}

/** Finds what each write is about: by id, by criteria, or new. */
function* settle(ctx: Context, writes: readonly Write[], criteria: Criteria): Steps<Result<readonly Target<Write>[]>> {
  const found = yield* criteria.search(writes.flatMap((write) => criteriaOf(write) ?? []))
  if (!found.ok) return found
  const byId = writes.flatMap((write) => {
    const id = idOf(write)
    return id === undefined ? [] : [{ ask: 'resource' as const, type: write.type, id }]
  })
  const standing = new Map(
    (yield* askAll(byId)).flatMap((stored) => (stored ? [[`${stored.type}/${stored.id}`, stored] as const] : [])),
  )

  const targets: Target<Write>[] = []
  /** By the key of a conditional create: its place. */
  const makers = new Map<string, number>()
  for (const [i, write] of writes.entries()) {
    yield* rest(i)
    const wanted = criteriaOf(write)
    const matches = wanted === undefined ? undefined : criteria.matches(wanted)
    if (matches && matches.length > 1)
      return fail('multiple-matches', `The condition on ${write.type} matches more than one resource.`)
    const match = matches?.[0]
    const there = match ?? ('id' in write && write.id !== undefined ? standing.get(`${write.type}/${write.id}`) : undefined)
    const hidden = there?.text !== undefined && !visible(ctx, there)
    if (hidden && write.kind === 'create') return fail('precondition-failed', 'The condition cannot be met.')
    if (hidden && write.kind === 'update') return fail('not-found', `There is no ${write.type} that this caller could change.`)
    const current = hidden ? undefined : there
    const refused = precondition(write, current)
    if (refused) return refused
    if (write.kind === 'create') {
      // Two entries of one condition are one resource: the second finds what the first makes.
      const twin = wanted === undefined || match ? undefined : makers.get(wanted.key)
      if (wanted !== undefined && twin === undefined) makers.set(wanted.key, i)
      if (twin !== undefined) targets.push({ write, id: targets[twin]!.id, current: undefined, matched: true, twin })
      else targets.push({ write, id: match?.id ?? ctx.newId(prefixOf(write.type)), current: match, matched: match !== undefined })
    } else if (write.kind === 'update') {
      const own = write.resource.value.id
      if (match && typeof own === 'string' && own !== match.id)
        return fail('invalid', 'The id in the resource is not the id of the resource that the condition matches.')
      if (matches && !match && typeof own === 'string' && standing.get(`${write.type}/${own}`)?.text !== undefined) {
        return fail('conflict', 'Nothing matches the condition, and the id in the resource is taken by another resource.')
      }
      targets.push({
        write,
        id: match?.id ?? write.id ?? (typeof own === 'string' ? own : ctx.newId(prefixOf(write.type))),
        current,
        matched: false,
      })
    } else targets.push({ write, id: current?.id, current, matched: false })
  }
  return ok(targets)
}

/** Every patch turned into the update that it comes to. */
function* withPatches(ctx: Context, targets: readonly Target<Write>[]): Steps<Result<readonly Target[]>> {
  const settled: Target[] = []
  for (const { write, ...rest } of targets) {
    const plain = write.kind === 'patch' ? yield* patched(ctx, write, rest.current) : ok(write)
    if (!plain.ok) return plain
    settled.push({ ...rest, write: plain.value })
  }
  return ok(settled)
}

/** The id that a write names: of its target, or (conditional update) the one it would give a new resource. */
function idOf(write: Write): string | undefined {
  if (write.kind === 'create') return undefined
  if (write.id !== undefined || write.kind !== 'update') return write.id
  const own = write.resource.value.id
  return typeof own === 'string' ? own : undefined
}

interface Wanted {
  readonly type: string
  readonly text: string
  readonly key: string
}

function criteriaOf(write: Write): Wanted | undefined {
  const text = write.kind === 'create' ? write.ifNoneExist : write.criteria
  return text === undefined ? undefined : { type: write.type, text, key: `${write.type}?${text}` }
}

function precondition(write: Write, current: Stored | undefined): ReturnType<typeof fail> | undefined {
  if (write.kind === 'create') return undefined
  const live = current?.text === undefined ? undefined : current
  if (write.ifMatch !== undefined && (live === undefined || (write.ifMatch !== '*' && write.ifMatch !== String(live.version)))) {
    return fail('precondition-failed', 'The resource is at another version than If-Match names.')
  }
  if (write.kind !== 'update') return undefined
  if (isSubsetted(write.resource.value))
    return fail('rule-broken', 'The resource is marked as incomplete (SUBSETTED): to store it would be to lose the rest.')
  if (live && write.ifNoneMatch?.some((one) => one === '*' || one === String(live.version)))
    return fail('precondition-failed', 'The resource exists already, at a version that If-None-Match names.')
  return undefined
}

/** A resource may be written once in a transaction. */
function overlapping(targets: readonly Target[]): ReturnType<typeof fail> | undefined {
  const seen = new Set<string>()
  for (const { write, id, matched } of targets) {
    if (id === undefined || matched) continue
    const key = `${write.type}/${id}`
    if (seen.has(key)) return fail('invalid', `${write.type}: two entries of the transaction are about the same resource.`)
    seen.add(key)
  }
  return undefined
}

/** `Practitioner?identifier=…` in a reference: exactly one resource must match, of the store or of this transaction. */
function* resolveConditional(targets: readonly Target[], criteria: Criteria, links: Map<string, string>): Steps<Result<void>> {
  const wanted = new Map<string, Wanted>()
  for (const { write, matched } of targets) {
    if (write.kind === 'delete' || matched) continue
    for (const link of write.resource.links) {
      if (link.kind !== 'reference' || links.has(link.value)) continue
      const parsed = parseReference(link.value)
      if (parsed.kind === 'conditional') wanted.set(link.value, { type: parsed.type, text: parsed.query, key: link.value })
    }
  }
  const found = yield* criteria.search([...wanted.values()])
  if (!found.ok) return found
  for (const [link, one] of wanted) {
    const stored = criteria.matches(one)
    const fresh = stored.length === 0 ? criteria.among(one, targets) : []
    const count = stored.length + fresh.length
    if (count === 0) return fail('precondition-failed', `A conditional reference to ${one.type} matches nothing.`)
    if (count > 1) return fail('multiple-matches', `A conditional reference to ${one.type} matches more than one resource.`)
    links.set(link, `${one.type}/${stored[0]?.id ?? fresh[0]}`)
  }
  return ok(undefined)
}

/** Types that hold resources and references of their own, which no transaction resolves. */
const closed = new Set(['Bundle', 'Parameters'])

/** A reference to an entry that is not there would be kept as one to nothing. */
function danglingUrn(targets: readonly Target[], links: ReadonlyMap<string, string>): ReturnType<typeof fail> | undefined {
  for (const { write, matched } of targets) {
    if (write.kind === 'delete' || matched || closed.has(write.type)) continue
    const link = write.resource.links.find(
      ({ kind, value }) => kind === 'reference' && /^urn:(?:uuid|oid):/.test(value) && !links.has(value),
    )
    if (link)
      return fail('unresolved-reference', `A reference in a ${write.type} names an entry that the transaction does not have.`)
  }
  return undefined
}

/** Would the update store the very text that stands there? Then no version is made and the old ETag stands. */
function bringsNothing(write: Extract<Settled, { resource: unknown }>, current: Stored, links: References): boolean {
  return nextVersion(write.type, current.id, write.resource, current, current.at, links).text === current.text
}
