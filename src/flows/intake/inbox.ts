/**
 * The inbox: what arrives is kept as it came, under a key of its sender's, with the answer that it was given. The same message sent again
 * within seven days is given the same answer; other bytes under its key are kept beside it, and refused.
 */
import { dayMs } from '../../domain/calendar.ts'
import { type Issue, ok, type Problem, type Result } from '../../domain/problem.ts'
import { keepBytes } from '../../hl7v2/raw.ts'
import type { Message } from '../../store/change.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import type { Context } from '../context.ts'

/** How long a key speaks for its message: then a sender's counter may have come round. */
const keptMs = 7 * dayMs
/** A counter that comes round each week for twenty years. */
const mostRounds = 1000

/** A key's text from its parts: no part can run over into the next. */
export const keyOf = (...parts: readonly (string | undefined)[]): string =>
  parts.map((part) => encodeURIComponent((part ?? '').toWellFormed())).join('|')

/** What has arrived, before anything is made of it. */
export const arrived = (
  ctx: Context,
  { bytes, ...known }: Pick<Message, 'key' | 'source' | 'kind' | 'digest'> & { readonly bytes: Uint8Array },
  at: string,
): Message => ({ id: ctx.newId('msg'), ...known, raw: keepBytes(bytes), state: 'held', issues: [], answer: '', wrote: [], at })

/** Why it is held: places where there are any, else the sentence. */
export const issuesOf = ({ issues, detail }: Problem): readonly Issue[] => (issues.length > 0 ? issues : [{ message: detail }])

/** Kept anew, in place of what was kept of it before. */
export function* replaced(message: Message): Steps<Result<Message>> {
  yield* write({ change: 'receive', message })
  return ok(message)
}

export type Standing =
  /** Not seen before: to be kept under this key. */
  | { readonly is: 'new'; readonly key: string }
  | { readonly is: 'repeat'; readonly message: Message }
  /** The key is another message's: to be kept under this one. */
  | { readonly is: 'conflict'; readonly key: string }

/** What a key and digest are to the inbox at this instant. */
export function* standingOf(key: string, digest: string, at: string): Steps<Standing> {
  for (let round = 1; round <= mostRounds; round++) {
    const own = round === 1 ? key : `${key}|${round}`
    const message = yield* ask({ ask: 'message', key: own })
    if (!message) return { is: 'new', key: own }
    if (Date.parse(at) - Date.parse(message.at) > keptMs) continue
    if (message.digest === digest) return { is: 'repeat', message }
    const beside = `${own}|!${digest}`
    const known = yield* ask({ ask: 'message', key: beside })
    return known ? { is: 'repeat', message: known } : { is: 'conflict', key: beside }
  }
  return { is: 'conflict', key: `${key}|!${digest}|${at}` }
}
