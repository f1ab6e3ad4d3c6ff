/**
 * What waited for somebody to become known, or came inside of something else, goes on by itself; what fails again stays in the inbox, as it would when
 * replayed by hand.
 */
import type { DocumentReference } from '@medplum/fhirtypes'
import { ok, type Result } from '../../domain/problem.ts'
import { ask, carryOut } from '../../store/store.ts'
import { collectionNamed } from '../collections/index.ts'
import { hold } from '../collections/parts.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { move } from '../coordination/move.ts'
import { readStays } from '../follow-ups/stays.ts'
import { storedValue } from '../next-version.ts'
import { documentsIn } from './inline-documents.ts'
import { matchClient } from './match-discharge.ts'
import { takeDocument } from './receive-document.ts'
import { replayMessage } from './replay-message.ts'
import { done, listed, released } from './waiting-list.ts'

/** Answers how many went on. A crash leaves the rest on the list, for the next time. */
export async function resumeWaiting({ once: _, ...ctx }: Context): Promise<Result<number>> {
  for (let count = 0; ; count++) {
    const [id] = listed(await ctx.store.look(released))
    if (id === undefined) return ok(count)
    const [type, key] = id.split('/') as [string, string?]
    const went = await (key === undefined ? replayMessage(ctx, id) : type === 'Encounter' ? match(ctx, key) : unpack(ctx, key))
    if (!went.ok && went.problem.code === 'unavailable') return went
    const noted = await carryOut(ctx.store, () => done(id))
    if (!noted.ok) return noted
  }
}

/** Types by which somebody becomes known, or that hold what is to be read. */
const telling = new Set(['Patient', 'Encounter', 'DocumentReference'])

/** After a write of these types: its answer, once all that it has released has gone on. What breaks then, goes on by the clock. */
export async function resumedAfter<T>(ctx: Context, types: readonly string[], written: Result<T>): Promise<Result<T>> {
  if (written.ok && types.some((type) => telling.has(type)))
    await resumeWaiting(ctx).catch(() => ctx.log('background-failed', { tenant: ctx.principal.tenant }))
  return written
}

/** Clinical documents in a DocumentReference, which stays as it is. */
async function unpack(ctx: Context, id: string): Promise<Result<void>> {
  const reference = storedValue<DocumentReference>(await ctx.store.look({ ask: 'resource', type: 'DocumentReference', id }))
  for (const bytes of reference ? documentsIn(reference) : []) {
    const taken = await takeDocument(ctx, bytes, id)
    if (!taken.ok && taken.problem.code === 'unavailable') return taken
  }
  return ok(undefined)
}

/** The stay of somebody who is known by now. */
async function match(ctx: Context, id: string): Promise<Result<void>> {
  const discharges = collectionNamed('discharges')!
  return commit(ctx, 'match discharges', function* (at) {
    const stored = yield* ask({ ask: 'resource', type: 'Encounter', id })
    const [stay] = stored ? yield* readStays([stored]) : []
    const { patientIdentifier, clientId: known } = stay?.value ?? {}
    if (!patientIdentifier || known !== undefined) return ok(undefined)
    const { clientId } = yield* matchClient([patientIdentifier])
    const before = yield* hold(discharges, id)
    if (clientId === undefined || !before.ok) return ok(undefined)
    const moved = yield* move(ctx, discharges, before.value, { type: 'match', clientId }, at)
    return moved.ok ? ok(undefined) : moved
  })
}
