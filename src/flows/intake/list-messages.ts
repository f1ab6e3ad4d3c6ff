/** The inbox as an operator sees it: what arrived, what became of it, and what could not be read. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Message } from '../../store/change.ts'
import type { Page } from '../../store/store.ts'
import { noteNamed } from '../audit/looks.ts'
import type { Context } from '../context.ts'

export async function listMessages(
  ctx: Context,
  asked: { readonly state?: Message['state']; readonly count: number; readonly after?: string; readonly room?: number },
): Promise<Page<Message>> {
  return ctx.store.look({ ask: 'messages', ...asked })
}

/** One message, its raw text included. */
export async function showMessage(ctx: Context, id: string): Promise<Result<Message>> {
  const message = await ctx.store.look({ ask: 'message', id })
  noteNamed(ctx, `message/${id}`)
  return message ? ok(message) : fail('not-found', 'There is no such message.')
}
