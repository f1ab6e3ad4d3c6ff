/**
 * What becomes of a message after a HISP has taken it: notifications tell, by its Message-ID, that the recipient's HISP has it (processed),
 * that it is in the recipient's own system (dispatched), or that it is not (failed). Where none comes within the hour it has failed, for
 * somebody to look at; one that comes late still settles it, and so does one for a message that was not known to have left.
 * https://www.healthit.gov/test-method/direct-project (Applicability Statement for Secure Health Transport; Delivery Notification in Direct)
 */
import { ok, type Result } from '../../domain/problem.ts'
import type { Delivery } from '../../store/change.ts'
import { ask, lookThrough, type Steps, write } from '../../store/store.ts'
import { communications } from '../collections/communications.ts'
import { disclosures as account } from '../collections/disclosures.ts'
import { type Gathered, hold } from '../collections/parts.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { move } from '../coordination/move.ts'
import { Kept } from '../kept.ts'

/** A message on its way. */
interface OnItsWay {
  readonly communication: string
  readonly delivery: string
  readonly connection: string
  /** Entries in the account of disclosures. */
  readonly disclosures: readonly string[]
  readonly end?: keyof typeof ends
}

/** By the name in its Message-ID. */
const onTheirWay = new Kept<OnItsWay>('direct-message')
/** Those of which nothing final has been told yet, and until when that may be so. */
const awaited = new Kept<{ readonly until: string }>('direct-awaited')

/** As long as the Direct Project's own software waits (`direct.msgmonitor.condition.reliableConditionTimeout`), from when the HISP took it. */
const patienceMs = 3600_000
/** So long notifications are known for what they are about. */
const knownMs = 30 * 24 * 3600_000

export const taken = 'The HISP has it; what became of it is yet to be told.'
const processed = 'The recipient’s HISP has it; that it is in their own system is yet to be told.'
const ends = {
  arrived: undefined,
  failed: 'A notification tells that it did not arrive.',
  silent: 'No notification tells, an hour after the HISP took it, that it arrived.',
} as const

/** Before it leaves; what was told of an earlier attempt counts no longer. */
export function* begun(ctx: Context, name: string, message: OnItsWay): Steps<void> {
  yield* write(onTheirWay.remember(name, message, new Date(ctx.clock() + knownMs).toISOString()))
}

/** What is so once its delivery stands as it now does. Answers whether this settles it: nothing has been told of one that did not leave. */
export function* handedOver(ctx: Context, name: string, { state }: Delivery): Steps<boolean> {
  const message = yield* onTheirWay.of(name)
  // A notification was quicker than the server's answer, or came in its place.
  if (message?.end && (state === 'delivered' || (state === 'dead' && message.end === 'arrived'))) {
    yield* ended(ctx, name, message, message.end)
    return true
  }
  if (state !== 'delivered') return false
  const until = new Date(ctx.clock() + patienceMs).toISOString()
  yield* write(awaited.remember(name, { until }))
  return false
}

/** What a notification says of the message that bears one of these names; the communication, or undefined where it is none of this connection. */
export function* noted(
  ctx: Context,
  { name: connection, arrival = 'dispatched' }: { readonly name: string; readonly arrival?: 'dispatched' | 'processed' },
  { about, told }: { readonly about: readonly string[]; readonly told: 'processed' | 'dispatched' | 'failed' | 'nothing' },
): Steps<string | undefined> {
  const found = yield* onTheirWay.ofEach(about)
  const at = found.findIndex((one) => one?.connection === connection)
  const message = found[at]
  if (!message) return undefined
  const hasArrived = told === 'dispatched' || (told === 'processed' && arrival === 'processed')
  if (hasArrived) yield* ended(ctx, about[at]!, message, 'arrived')
  // What has arrived has arrived.
  else if (told === 'failed' && message.end !== 'arrived') yield* ended(ctx, about[at]!, message, 'failed')
  else if (told === 'processed' && message.end === undefined) yield* standing(message, { outcome: processed })
  return message.communication
}

function* ended(ctx: Context, name: string, message: OnItsWay, end: keyof typeof ends): Steps<void> {
  const { at } = yield* ask({ ask: 'now' })
  const why = ends[end]
  yield* begun(ctx, name, { ...message, end })
  yield* write(awaited.forget(name))
  const held = yield* hold(communications, message.communication)
  if (why === undefined) {
    yield* standing(message, { state: 'delivered', outcome: undefined })
    if (held.ok) yield* moved(ctx, held.value, ['send', 'deliver'], at)
    for (const id of message.disclosures) {
      const entry = yield* hold(account, id)
      if (!entry.ok) continue
      const sent = yield* move(ctx, account, entry.value, { type: 'send' }, at)
      yield* move(ctx, account, sent.ok ? sent.value : entry.value, { type: 'acknowledge' }, at)
    }
  } else {
    yield* standing(message, { state: 'dead', outcome: why })
    if (held.ok) yield* move(ctx, communications, held.value, { type: 'fail', reason: why }, at)
  }
}

/** Events that are not allowed as it stands have happened already, or somebody has moved it on. */
function* moved(ctx: Context, before: Gathered, types: readonly string[], at: string): Steps<void> {
  let now = before
  for (const type of types) {
    const next = yield* move(ctx, communications, now, { type }, at)
    if (next.ok) now = next.value
  }
}

/** Its delivery, unless that is under way: whoever carries it looks here afterwards. What waits for another try has not failed by an earlier one. */
function* standing(
  { delivery: id }: OnItsWay,
  next: { readonly state?: 'delivered' | 'dead'; readonly outcome: string | undefined },
): Steps<void> {
  const known = yield* ask({ ask: 'delivery', id })
  if (!known || known.inFlight || (next.state !== 'delivered' && known.state !== 'delivered')) return
  const { outcome: _, ...delivery } = known
  const { state = known.state, outcome } = next
  yield* write({ change: 'deliver', delivery: { ...delivery, state, ...(outcome !== undefined && { outcome }) } })
}

/** Ends what nothing was told of in time: run it now and then. Answers how many. One message is one commit. */
export async function endSilence(ctx: Context): Promise<Result<number>> {
  let silent = 0
  for (let after: string | undefined; ; ) {
    const page = await lookThrough(ctx.store, awaited.page({ count: 500, ...(after !== undefined && { after }) }))
    for (const { key, value } of page.items) {
      if (Date.parse(value.until) > ctx.clock()) continue
      const done = await commit(ctx, 'end-silence', function* () {
        const message = yield* onTheirWay.of(key)
        const still = yield* awaited.of(key)
        if (!message || still?.until !== value.until) return ok(0)
        yield* ended(ctx, key, message, 'silent')
        return ok(1)
      })
      if (!done.ok) return done
      silent += done.value
    }
    if (page.next === undefined) return ok(silent)
    after = page.next
  }
}
