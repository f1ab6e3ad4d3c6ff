/**
 * A person settles a conflict, field by field: ours, theirs, or another value. It is settled on what both sides say now, by the doors of a
 * write on `/fhir`, rules and all; and the partner is told what it has to learn.
 */
import type { Connection } from '../../connectors/connector.ts'
import { ConflictResolution } from '../../domain/conflict-resolution.ts'
import { parsed } from '../../domain/parsed.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { fromText } from '../../fhir/exact.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { commit } from '../commit.ts'
import { connections } from '../connections.ts'
import type { Context } from '../context.ts'
import { deliveriesFor } from '../delivery/owed.ts'
import { checked } from '../fhir/check.ts'
import type { Write } from '../fhir/entry.ts'
import { transact } from '../fhir/transact.ts'
import { visible } from '../fhir/visible.ts'
import { storedValue } from '../next-version.ts'
import { agreeing } from '../pull/merge-onto.ts'
import { type Conflict, isSettled, openConflicts, type Settled, settledBy, without } from './conflict.ts'
import { settleDeletion, wholeRecord } from './deletion.ts'
import { type Choices, type Part, standingOf } from './standing.ts'

/** `POST /admin/conflicts/{id}/resolve`. Fails `invalid`, `not-found`, `conflict` (it was settled), `rule-broken` (the domain does not allow it; nothing is settled then). */
export async function resolveConflict(ctx: Context, id: string, body: unknown): Promise<Result<Settled>> {
  const wanted = parsed(ConflictResolution, body, 'This settles no conflict: say "ours", "theirs" or a value, field by field.')
  if (!wanted.ok) return wanted
  return commit(ctx, 'resolve-conflict', () => resolve(ctx, id, wanted.value.fields))
}

function* resolve(ctx: Context, id: string, choices: Choices): Steps<Result<Settled>> {
  const conflict = yield* openConflicts.of(id)
  if (!conflict)
    return (yield* isSettled(id)) ? fail('conflict', 'It has been settled.') : fail('not-found', 'There is no such conflict.')
  const names = Object.keys(choices)
  const unknown = names.filter((name) => !Object.hasOwn(conflict.fields, name))
  if (unknown.length > 0)
    return fail('rule-broken', 'The conflict is not about this.', { issues: asIssues(unknown, 'is not in conflict') })
  const { at } = yield* ask({ ask: 'now' })
  const connection = (yield* connections()).find(({ name }) => name === conflict.connection)
  const done = conflict.deletedThere
    ? yield* settleDeletion(ctx, connection, conflict, choices[wholeRecord], at)
    : yield* settleFields(ctx, connection, conflict, choices, at)
  if (!done.ok) return done
  const settled = settledBy(ctx.principal.id, conflict, choices, at)
  yield* write(without(conflict, names), settled.change)
  yield* tell(ctx, { action: 'resolve-conflict', entities: [conflict.resource] })
  return ok(settled.value)
}

function* settleFields(
  ctx: Context,
  connection: Connection | undefined,
  conflict: Conflict,
  choices: Choices,
  at: string,
): Steps<Result<void>> {
  const standing = yield* standingOf(ctx, connection, conflict)
  // Of what was deleted here meanwhile, ours is that it is gone.
  const isGone = !standing.ok && (standing.problem.code === 'gone' || standing.problem.code === 'not-found')
  if (isGone && Object.values(choices).every((choice) => choice === 'ours')) return ok(undefined)
  if (!standing.ok) return standing
  if (!standing.value.parts.every(({ stored }) => visible(ctx, stored)))
    return fail('forbidden', 'What this is about is not for this caller to see, nor to settle.')
  const next = standing.value.choose(choices)
  if (!next.ok) return next
  const writes: Write[] = []
  for (const resource of next.value) {
    const type = String(resource.resourceType)
    const sound = yield* checked(ctx, fromText(JSON.stringify(resource)), type)
    if (!sound.ok) return sound
    writes.push({ kind: 'update', type, id: String(resource.id), resource: sound.value.resource })
  }
  const written = yield* transact(ctx, writes)
  if (!written.ok) return written
  if (connection)
    for (const part of standing.value.parts)
      yield* toBeTold(ctx, connection, part, standing.value.elements(part, Object.keys(choices)), at)
  return ok(undefined)
}

/** Of what was settled the partner's own word is what it has; whatever is otherwise here, it is told. */
function* toBeTold(
  ctx: Context,
  connection: Connection,
  { stored: { type, id }, linked }: Part,
  elements: readonly string[],
  at: string,
): Steps<void> {
  if (!linked || elements.length === 0) return
  const { sides, link } = linked
  const stored = yield* ask({ ask: 'resource', type, id })
  const now = storedValue(stored)
  if (!stored || !now) return
  const agreed = { ...sides.agreed.ours, ...Object.fromEntries(elements.map((name) => [name, sides.theirs[name]])) }
  const next = agreeing({ ...link, version: stored.version }, agreed, now)
  yield* write({ change: 'tie', link: next })
  if (next.ours !== undefined)
    yield* write(...(yield* deliveriesFor(ctx, [connection], [{ type, id, version: stored.version, resource: now }], at)))
}

const asIssues = (names: readonly string[], message: string): readonly Issue[] =>
  names.map((name) => ({ path: `fields.${/^[\w.]{1,64}$/.test(name) ? name : '?'}`, message }))
