/** Reads a kept message anew, with the tables and connections of today. What it wrote before it writes again, once. */
import { fail, ok, type Result } from '../domain/problem.ts'
import { bytesOf } from '../hl7v2/raw.ts'
import type { Message } from '../store/change.ts'
import { ask, write } from '../store/store.ts'
import { commit } from './commit.ts'
import type { Context } from './context.ts'
import { applyNotification, readNotificationBytes } from './process-message.ts'
import { answered, apply, readBytes } from './receive-message.ts'

const missing = fail('not-found', 'There is no such message.')

/** The message with its new state, issues and answer. One that bears another message's key (`conflict`) is not applied. */
export async function replayMessage(ctx: Context, id: string): Promise<Result<Message>> {
  const kept = await ctx.store.look({ ask: 'message', id })
  if (!kept) return missing
  if (kept.key.includes('|!')) return fail('conflict', 'Another message has the id of this one: it cannot be applied.')
  const bytes = bytesOf(kept.raw)
  const hl7 = kept.kind === 'hl7v2' ? await readBytes(ctx, bytes) : undefined
  const fhir = hl7 ? undefined : await readNotificationBytes(ctx, bytes)
  const done = await commit(ctx, 'replay-message', function* () {
    const { at } = yield* ask({ ask: 'now' })
    const message = yield* ask({ ask: 'message', id })
    if (!message) return missing
    const next = hl7
      ? answered(ctx, hl7.header, message, yield* apply(ctx, hl7, message, at), at)
      : yield* applyNotification(ctx, fhir!, message, at)
    yield* write({ change: 'receive', message: next })
    return ok(next)
  })
  if (done.ok) ctx.log(done.value.state === 'held' ? 'message-held' : 'message-received', { message: id })
  return done
}
