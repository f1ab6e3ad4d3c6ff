/**
 * Writes as one commit: the steps of a transaction, and of every single write (which is a transaction of one).
 * https://hl7.org/fhir/R4/http.html#trules
 *
 * Deletes, then creates, then updates. Conditions are searches inside the commit. References between entries (fullUrl), conditional
 * references, and references to what a conditional create found, are resolved in the texts before anything is indexed.
 */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { referencesWithin } from '../../fhir/bundle.ts'
import { namedType, parseReference } from '../../fhir/reference.ts'
import type { References } from '../../fhir/stamp.ts'
import type { TypeAt } from '../../fhir/validate/rule.ts'
import type { Change, Put } from '../../store/change.ts'
import { ask, rest, restAfter, type Steps, type Stored, write } from '../../store/store.ts'
import { noteTarget } from '../audit/looks.ts'
import { recheckLines } from '../billing/recheck-lines.ts'
import { consequences } from '../collections/consequences.ts'
import type { Context } from '../context.ts'
import { nextVersion, removal, storedValue } from '../next-version.ts'
import { beforeOf, type Touched, touchedBy, uphold } from '../rules/uphold.ts'
import { allowed } from './allowed.ts'
import { Criteria } from './criteria.ts'
import { type At, ofEntry, type Settled, type Write, type Written } from './entry.ts'
import { guarded } from './guard.ts'
import { patched } from './patched.ts'
import { readableMatches, wouldLose } from './redaction.ts'
import { criteriaOf, settle, type Target, twice, type Wanted } from './settle.ts'
import { versionNamed } from './version-named.ts'

type Bringing = Extract<Settled, { resource: unknown }>

interface Around {
  /** Where each write stands in its Bundle. */
  readonly entries: readonly number[]
  /** Types of the entries by their fullUrls. */
  readonly typeAt: TypeAt
}

/** `around`: of a transaction. Its problems name the entry, and every `urn:` in it has to be the name of one. */
export function* transact(ctx: Context, writes: readonly Write[], around?: Around): Steps<Result<readonly Written[]>> {
  const failedAt: At = (place, failed) => {
    const write = writes[place]!
    noteTarget(ctx, write.type, write.kind === 'create' ? undefined : write.id)
    return around === undefined ? failed : ofEntry(around.entries[place]!, failed)
  }
  const { at } = yield* ask({ ask: 'now' })
  const criteria = new Criteria(ctx, writes)
  const found = yield* settle(ctx, writes, criteria, failedAt)
  if (!found.ok) return found
  for (const [i, { write, current, matched }] of found.value.entries()) {
    yield* rest(i, current?.text)
    const lossy = matched ? undefined : yield* wouldLose(ctx, write, current)
    if (lossy) return failedAt(i, lossy)
  }
  const targets = yield* withPatches(ctx, found.value, failedAt, around?.typeAt)
  if (!targets.ok) return targets
  const overlap = yield* overlapping(targets.value, criteria, failedAt)
  if (overlap) return overlap
  for (const [i, { write, current, matched }] of targets.value.entries()) {
    yield* rest(i, current?.text)
    const refused = matched ? undefined : guarded(ctx, write, current)
    if (refused) return failedAt(i, refused)
    yield* restAfter(current?.text ?? '')
  }

  const base = `${ctx.settings.baseUrl}/fhir`
  const links = new Map<string, string>()
  for (const { write, id } of targets.value) {
    if (write.kind !== 'delete' && write.fullUrl !== undefined && id !== undefined)
      links.set(write.fullUrl, `${write.type}/${id}`)
  }
  const conditional = yield* resolveConditional(targets.value, criteria, links, base, failedAt)
  if (!conditional.ok) return conditional
  const dangling = around && dangles(targets.value, links, failedAt)
  if (dangling) return dangling

  const versionOf = versionNamed(targets.value, at, ({ write, current }) => 'resource' in write && isSame(write, current!))
  const changes: Change[] = []
  const puts: Put[] = []
  const results: Written[] = []
  const touched: Touched[] = []
  const fresh: Put[] = []
  for (const [i, target] of targets.value.entries()) {
    const one = outcomeOf(target)
    results.push(one)
    yield* rest(i, one.text)
  }
  const held = yield* touchedBy(touched)
  yield* write(...changes)
  const upheld = yield* uphold(ctx, held, fresh, at)
  if (!upheld.ok) return upheld
  const then = yield* consequences(ctx, [...puts, ...upheld.value], at, beforeOf(held))
  if (!then.ok) return then
  // Lines follow what is there no more, too: whoever covered a day.
  yield* recheckLines(touched.flatMap(removedFrom), at)
  const made = asTheyStand(results, [...upheld.value, ...then.value])
  return ok(unreadOf(ctx, writes, yield* readableMatches(ctx, made)))

  function referencesOf({ fullUrl }: Bringing): References {
    return referencesWithin(links, { base, versionOf, ...(fullUrl !== undefined && { fullUrl }) })
  }

  /** Would the update store the very text that stands there? Then no version is made and the old ETag stands. */
  function isSame(write: Bringing, current: Stored): boolean {
    if ('isBlind' in write) return false
    return nextVersion(write.type, current.id, write.resource, current, current.at, referencesOf(write)).text === current.text
  }

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
    if (current?.text !== undefined && isSame(write, current)) return standing('same', current)
    const put = nextVersion(write.type, id!, write.resource, current, at, referencesOf(write))
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

const removedFrom = ({ id, current, next }: Touched) => {
  const resource = next === undefined && current ? storedValue<Put['resource']>(current) : undefined
  return resource ? [{ id, resource }] : []
}

const standing = (effect: 'matched' | 'same', current: Stored): Written => ({
  effect,
  type: current.type,
  id: current.id,
  version: current.version,
  at: current.at,
  ...(current.text !== undefined && { text: current.text }),
})

/** A patch is answered with all that it was put onto, and a condition that was met with what met it: to read that is another right. */
const unreadOf = (ctx: Context, writes: readonly Write[], results: readonly Written[]): readonly Written[] =>
  results.map((one, i) => {
    const isOwn = writes[i]!.kind !== 'patch' && one.effect !== 'matched'
    return isOwn || allowed(ctx, 'read', one.type).ok ? one : { ...one, isUnread: true }
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

/** Every patch turned into the update that it comes to. */
function* withPatches(
  ctx: Context,
  targets: readonly Target<Write>[],
  at: At,
  typeAt: TypeAt | undefined,
): Steps<Result<readonly Target[]>> {
  const settled: Target[] = []
  for (const [i, { write, ...target }] of targets.entries()) {
    if (write.kind === 'patch') yield* rest(i)
    const plain = write.kind === 'patch' ? yield* patched(ctx, write, target.current, typeAt) : ok(write)
    if (!plain.ok) return at(i, plain)
    settled.push({ ...target, write: plain.value })
  }
  return ok(settled)
}

/** A resource may be written once in a transaction. */
function* overlapping(targets: readonly Target[], criteria: Criteria, at: At): Steps<ReturnType<typeof fail> | undefined> {
  const seen = new Set<string>()
  for (const [i, { write, id, current, matched }] of targets.entries()) {
    if (id === undefined || matched) continue
    const key = `${write.type}/${id}`
    if (seen.has(key)) return at(i, twice(write.type))
    seen.add(key)
    // What another entry brings would meet the condition, too: nothing was found, and there would be two.
    const wanted = write.kind === 'update' && targets.length > 1 && current === undefined ? criteriaOf(write) : undefined
    if (!wanted) continue
    const others = yield* criteria.among(wanted, targets)
    if (!others.ok) return at(i, others)
    if (others.value.some((other) => other !== id)) return at(i, twice(write.type))
  }
  return undefined
}

/** `Practitioner?identifier=…` in a reference, below our own base or relative: exactly one resource must match, of the store or of this transaction. */
function* resolveConditional(
  targets: readonly Target[],
  criteria: Criteria,
  links: Map<string, string>,
  base: string,
  at: At,
): Steps<Result<void>> {
  const wanted = new Map<string, Wanted & { readonly place: number }>()
  for (const [place, { write, matched }] of targets.entries()) {
    if (write.kind === 'delete' || matched) continue
    for (const link of write.resource.links) {
      if (link.kind !== 'reference' || !link.value.includes('?') || links.has(link.value)) continue
      const parsed = parseReference(link.value.startsWith(`${base}/`) ? link.value.slice(base.length + 1) : link.value)
      if (parsed.kind === 'conditional') wanted.set(link.value, { type: parsed.type, text: parsed.query, key: link.value, place })
    }
  }
  const found = yield* criteria.search([...wanted.values()], at)
  if (!found.ok) return found
  // They come last of all, and so name what will stand: what is written anew is asked among what the transaction brings.
  const brought = new Set<string>()
  for (const { write, current, matched } of wanted.size > 0 ? targets : []) {
    if (write.kind === 'delete' || matched) continue
    brought.add(write.type)
    if (current) criteria.leaveOut(write.type, current.id)
  }
  for (const [link, one] of wanted) {
    const stored = yield* criteria.matches(one)
    const among = brought.has(one.type) ? yield* criteria.among(one, targets) : ok([])
    if (!among.ok) return at(one.place, among)
    const fresh = among.value
    const count = stored.length + fresh.length
    if (count === 0) return at(one.place, fail('precondition-failed', `A conditional reference to ${one.type} matches nothing.`))
    if (count > 1)
      return at(one.place, fail('multiple-matches', `A conditional reference to ${one.type} matches more than one resource.`))
    links.set(link, `${one.type}/${stored[0]?.id ?? fresh[0]}`)
  }
  return ok(undefined)
}

const isSearchElsewhere = (link: string): boolean => /^https?:/.test(link) && link.includes('?') && namedType(link) !== undefined

/** Types that hold resources and references of their own, which no transaction resolves. */
const closed = new Set(['Bundle', 'Parameters'])

/** A reference to an entry that is not there would be kept as one to nothing, and so would one to what another server would find. */
function dangles(targets: readonly Target[], links: ReadonlyMap<string, string>, at: At): ReturnType<typeof fail> | undefined {
  for (const [i, { write, matched }] of targets.entries()) {
    if (write.kind === 'delete' || matched || closed.has(write.type)) continue
    const link = write.resource.links.find(
      ({ kind, value }) =>
        kind === 'reference' && (/^urn:(?:uuid|oid):/.test(value) || isSearchElsewhere(value)) && !links.has(value),
    )
    const what =
      link && isSearchElsewhere(link.value)
        ? 'what a search of another server finds'
        : 'an entry that the transaction does not have'
    if (link) return at(i, fail('unresolved-reference', `A reference in a resource of type ${write.type} names ${what}.`))
  }
  return undefined
}
