/** A notification of what became of a message that went by Direct, as whoever empties the HISP's mailbox brings it. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { noticeIn } from '../../mime/notice.ts'
import { tell } from '../audit/line.ts'
import { commit } from '../commit.ts'
import { findConnection } from '../connections.ts'
import type { Context } from '../context.ts'
import { noted } from './direct-notices.ts'

/**
 * `body`: a mail (`message/rfc822`), its `multipart/report`, or the notification itself. Problems: `not-found` (no such connection of kind
 * `direct`, or no message of its), `unreadable`.
 */
export async function receiveNotice(
  ctx: Context,
  name: string,
  contentType: string,
  body: Uint8Array,
): Promise<Result<{ readonly communication: string; readonly told: string }>> {
  const connection = await findConnection(ctx, name)
  if (!connection.ok) return connection
  if (connection.value.kind !== 'direct') return fail('not-found', 'Notifications are told of connections of kind direct.')
  // Fields are in ASCII; what else there is may be in anything.
  const notice = noticeIn(contentType, new TextDecoder('latin1').decode(body))
  if (!notice.ok) return notice
  return commit(ctx, 'receive-notice', function* () {
    const communication = yield* noted(ctx, connection.value, notice.value)
    if (communication === undefined) return fail('not-found', 'It is about no message that has left by this connection of late.')
    const { told } = notice.value
    yield* tell(ctx, {
      action: 'receive-notice',
      entities: [`connection/${name}`, `Communication/${communication}`],
      outcome: told === 'failed' ? 'failed' : 'success',
    })
    return ok({ communication, told })
  })
}
