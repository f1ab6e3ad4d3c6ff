/**
 * A partner has deleted what is linked to ours. Nothing is deleted here by that alone: a person settles whether the record stays, and is told
 * the partner anew, or goes here, too.
 */
import type { Connection } from '../../connectors/connector.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Link } from '../../store/change.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { survivorOf } from '../clients/survivor.ts'
import type { Context } from '../context.ts'
import { deliveriesFor } from '../delivery/owed.ts'
import { transact } from '../fhir/transact.ts'
import { linkedAs, nameOf } from '../linked-as.ts'
import { storedValue } from '../next-version.ts'
import { targetOf } from '../references.ts'
import { type Conflict, conflictId, noteConflict, openConflicts } from './conflict.ts'

/** The one field of such a conflict. */
export const wholeRecord = 'record'

const about = ({ connection, type, id }: Link) => ({
  connection: nameOf(connection),
  resource: `${type}/${id}`,
  deletedThere: true as const,
})

/** It stands here, and nobody has been told yet, or has decided. */
export function* isNews(link: Link): Steps<boolean> {
  const { type, id } = link
  const stored = yield* ask({ ask: 'resource', type, id })
  if (stored?.text === undefined || (yield* isToldAnew(link)) || (yield* isNoted(link))) return false
  // Of somebody who was merged away here nothing is left to be settled.
  return type !== 'Patient' || (yield* survivorOf(stored)) === id
}

export function* noteDeletion(link: Link, at: string): Steps<void> {
  if (!(yield* isNews(link))) return
  yield* noteConflict({ ...about(link), fields: { [wholeRecord]: { ours: 'stands', theirs: 'deleted' } } }, at)
}

export function* isNoted(link: Link): Steps<boolean> {
  return (yield* openConflicts.of(conflictId(about(link)))) !== undefined
}

/** It stands there (again). */
export function* forgetDeletion(link: Link): Steps<void> {
  if (yield* isNoted(link)) yield* write(openConflicts.forget(conflictId(about(link))))
}

const anew = ({ connection, type, id }: Link) => ({ kind: 'told-anew', key: `${connection} ${type}/${id}` })
const thatIsGone = ({ remoteId, remoteVersion }: Link): string => JSON.stringify({ remoteId, remoteVersion })

/** Somebody has decided that it stays although the partner has deleted it: it is created there again. */
export function* isToldAnew(link: Link): Steps<boolean> {
  return (yield* ask({ ask: 'record', ...anew(link) })) === thatIsGone(link)
}

/** Fails `rule-broken` where it cannot go. */
export function* settleDeletion(
  ctx: Context,
  connection: Connection | undefined,
  { resource }: Conflict,
  choice: unknown,
  at: string,
): Steps<Result<void>> {
  const { type, id } = targetOf(resource)
  if (choice === 'theirs') {
    const removed = yield* transact(ctx, [{ kind: 'delete', type, id }])
    return removed.ok ? ok(undefined) : removed
  }
  if (choice !== 'ours')
    return fail('rule-broken', 'It stays, or it is deleted here, too.', {
      issues: [{ path: `fields.${wholeRecord}`, message: 'is ours or theirs' }],
    })
  const link = connection && (yield* ask({ ask: 'link', connection: linkedAs(connection), type, id }))
  const stored = yield* ask({ ask: 'resource', type, id })
  const value = storedValue(stored)
  if (!connection || !link || !stored || !value) return ok(undefined)
  yield* write({ change: 'remember', ...anew(link), text: thatIsGone(link) })
  yield* write(...(yield* deliveriesFor(ctx, [connection], [{ type, id, version: stored.version, resource: value }], at)))
  return ok(undefined)
}
