/** Reads a kept message anew, with the tables and connections of today. What it wrote before it writes again, once. */
import { fail, type Result } from '../../domain/problem.ts'
import { bytesOf } from '../../hl7v2/raw.ts'
import type { Message } from '../../store/change.ts'
import { ask } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { replayPulled } from '../pull/apply.ts'
import { replaced } from './inbox.ts'
import { applyNotification, readNotificationBytes } from './process-message.ts'
import { applyDocument, openDocument } from './receive-document.ts'
import { answered, apply, readBytes, toldOf } from './receive-message.ts'
import { waitFor } from './waiting-list.ts'

const missing = fail('not-found', 'There is no such message.')

/** The message with its new state, issues and answer. One that bears another message's key (`conflict`) is not applied. */
export async function replayMessage(ctx: Context, id: string): Promise<Result<Message>> {
  const kept = await ctx.store.look({ ask: 'message', id })
  if (!kept) return missing
  if (kept.key.includes('|!')) return fail('conflict', 'Another message has the id of this one: it cannot be applied.')
  if (kept.kind === 'fhir-resource') return replayed(ctx, await replayPulled(ctx, kept))
  const bytes = bytesOf(kept.raw)
  const hl7 = kept.kind === 'hl7v2' ? await readBytes(ctx, bytes) : undefined
  const fhir = kept.kind === 'fhir-message' ? await readNotificationBytes(ctx, bytes) : undefined
  const document = kept.kind === 'ccda' ? await openDocument(ctx, bytes) : undefined
  const replay = (reading = hl7?.reading) =>
    commit(ctx, 'replay-message', function* (at) {
      const message = yield* ask({ ask: 'message', id })
      if (!message) return missing
      if (document)
        return yield* replaced(yield* applyDocument(ctx, { source: document.source, reading: document.read() }, message, at))
      if (!hl7 || !reading) return yield* replaced(yield* applyNotification(ctx, fhir!, message, at))
      const applied = yield* apply(ctx, { ...hl7, reading }, message, at)
      if (!applied.ok && reading.ok) return applied
      if (!applied.ok) yield* waitFor(message, toldOf(hl7.reading))
      return yield* replaced(answered(ctx, hl7.header, message, applied, at))
    })
  let done = await replay()
  // What it had begun to write is undone: why it cannot be applied is told by a commit of its own.
  if (!done.ok && hl7?.reading.ok && !['unavailable', 'not-found'].includes(done.problem.code)) done = await replay(done)
  return replayed(ctx, done)
}

function replayed(ctx: Context, done: Result<Message>): Result<Message> {
  if (done.ok) ctx.log(done.value.state === 'held' ? 'message-held' : 'message-received', { message: done.value.id })
  return done
}
