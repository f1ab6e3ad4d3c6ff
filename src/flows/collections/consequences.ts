/**
 * What follows from a write, whoever made it: the rules of the collection that claims the resource, in the same commit. A discharge
 * opens follow-ups whether it came as ADT, FHIR message, bundle or by hand.
 */
import type { Resource } from '@medplum/fhirtypes'
import { ok, type Result } from '../../domain/problem.ts'
import type { Change, Put } from '../../store/change.ts'
import { ask, rest, type Steps, write } from '../../store/store.ts'
import { recheckLines } from '../billing/recheck-lines.ts'
import { labelledByProgramme, labelledContents } from '../clients/programme-labels.ts'
import { asItWas, teamNotices } from '../clients/team-notices.ts'
import type { Context } from '../context.ts'
import { releaseWaiting } from '../intake/release-waiting.ts'
import { storedValue } from '../next-version.ts'
import { guardedOriginals } from '../originals/guarded-originals.ts'
import { afterDeaths } from './after-death.ts'
import { collectionOf } from './index.ts'
import { type Membership, nameOf, wholesOf } from './membership.ts'
import { type Gathered, hold } from './parts.ts'

/** Rules of rules end here: follow-ups of a session of a discharge … are three steps. */
const deepest = 5

/** How members stood before, by name. */
export type Before = ReadonlyMap<string, Gathered>

/**
 * The members whose rules these writes concern, each once: those that they are the anchors of, and those that they are parts of. `cause`
 * is the member that made them, and knows its parts.
 */
function* concernedBy(puts: readonly Put[], cause: string | undefined): Steps<readonly Membership[]> {
  const found = new Map<string, Membership>()
  const wholes = new Map<string, Membership>()
  for (const [i, { id, resource }] of puts.entries()) {
    yield* rest(i)
    const own = collectionOf(resource as Resource)
    if (own?.after && own.concerns?.(resource as Resource) !== false) found.set(`${own.name}/${id}`, { collection: own, id })
  }
  const parts = puts.map(({ type, id, version, resource }) => ({
    type,
    id,
    values: [resource as Resource],
    isNew: version === 1,
  }))
  for (const one of (yield* wholesOf(parts)).flat()) if (one.collection.after) wholes.set(nameOf(one), one)
  const anchors = new Set(puts.map(({ type, id }) => `${type}/${id}`))
  for (const [name, one] of wholes) {
    const { collection, id } = one
    if (name === cause || anchors.has(`${collection.anchor}/${id}`)) continue
    const anchor = storedValue<Resource>(yield* ask({ ask: 'resource', type: collection.anchor, id }))
    if (anchor && collection.claims(anchor) && collection.concerns?.(anchor) !== false) found.set(name, one)
  }
  return [...found.values()]
}

/** What follows from one another: all that is `made` so far, how deep it has come (`depth`). */
interface Chain {
  readonly ctx: Context
  readonly made: Put[]
  readonly at: string
  readonly depth: number
}

/** Written, with what follows from it in turn. */
function* further({ ctx, made, at, depth }: Chain, changes: readonly Change[], known: Before, by?: string): Steps<Result<void>> {
  if (changes.length === 0) return ok(undefined)
  yield* write(...changes)
  const next = changes.filter((change) => change.change === 'put')
  made.push(...next)
  if (depth >= deepest) return ok(undefined)
  const then = yield* consequences(ctx, next, at, known, by, depth + 1)
  if (then.ok) made.push(...then.value)
  return then.ok ? ok(undefined) : then
}

/** Answers with all that was written as a consequence, in order. */
export function* consequences(
  ctx: Context,
  puts: readonly Put[],
  at: string,
  before: Before = new Map(),
  cause?: string,
  depth = 0,
): Steps<Result<readonly Put[]>> {
  if (puts.length === 0) return ok([])
  const labelled = yield* labelledByProgramme(ctx, puts, at)
  yield* write(...labelled)
  const made: Put[] = [...labelled]
  const chain: Chain = { ctx, made, at, depth }
  const contents = yield* further(chain, yield* labelledContents([...puts, ...labelled], at), before)
  if (!contents.ok) return contents
  yield* recheckLines(puts, at)
  yield* releaseWaiting(ctx, puts)
  yield* write(...(yield* guardedOriginals([...puts, ...labelled], at)))
  const deaths = yield* afterDeaths(ctx, puts, before, at)
  const ended = yield* further(chain, deaths.puts, deaths.before)
  if (!ended.ok) return ended
  for (const member of yield* concernedBy(puts, cause)) {
    const now = yield* hold(member.collection, member.id)
    if (!now.ok) continue
    const was = before.get(nameOf(member))
    const notices = yield* teamNotices(member.collection, now.value, was ?? (yield* asItWas(member, now.value, puts)), at)
    const changes = yield* member.collection.after!(ctx, now.value, was, at)
    const followed = changes.ok ? yield* further(chain, [...notices, ...changes.value], before, nameOf(member)) : changes
    if (!followed.ok) return followed
  }
  return ok(made)
}
