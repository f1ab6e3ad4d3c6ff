/** Billing systems tell what became of the lines that they pulled. Each acknowledgement is answered by itself; all are one commit. */
import { type ClaimNews, sameClaim, withNews } from '../../billing/claim-news.ts'
import { isSameClaim } from '../../billing/reconcile.ts'
import { Acknowledgement } from '../../domain/acknowledgement.ts'
import { claimEvents } from '../../domain/claim-states.ts'
import { parsed } from '../../domain/parsed.ts'
import { fail, ok, type Problem, type Result } from '../../domain/problem.ts'
import { type ServiceLine, serviceLineMachine } from '../../domain/service-line.ts'
import { step } from '../../domain/state-machine.ts'
import { ask, type Steps } from '../../store/store.ts'
import { closed, hold } from '../collections/parts.ts'
import { serviceLines } from '../collections/service-lines.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { save } from '../coordination/save.ts'
import { allowed } from '../fhir/allowed.ts'
import { seenBy } from '../fhir/visible.ts'
import { toLaterPayer } from './later-payer.ts'
import { lineAt, toldBefore } from './told-before.ts'

const most = 1000

/** `repeated`: it was known already, and nothing was written. */
type AckAnswer =
  | {
      readonly line: string
      readonly version: number
      readonly result: 'applied' | 'repeated'
      readonly state: ServiceLine['state']
    }
  | { readonly line?: string; readonly result: 'refused'; readonly problem: Problem }

/** The answers are in the order of the body. Problems: `forbidden`, `invalid` (no list, or one that is too long). */
export async function acknowledgeLines(ctx: Context, body: unknown): Promise<Result<readonly AckAnswer[]>> {
  const may = allowed(ctx, 'update', 'ChargeItem')
  if (!may.ok) return may
  if (!Array.isArray(body)) return fail('invalid', 'The body is a list of acknowledgements.')
  if (body.length > most) return fail('invalid', `The body has more than ${most} acknowledgements.`)
  return commit(ctx, 'acknowledge-lines', function* (at) {
    const answers: AckAnswer[] = []
    for (const item of body as readonly unknown[]) answers.push(yield* answered(ctx, item, at))
    return ok(answers)
  })
}

function* answered(ctx: Context, item: unknown, at: string): Steps<AckAnswer> {
  const ack = parsed(Acknowledgement, item, 'This is not an acknowledgement.')
  if (!ack.ok) return { result: 'refused', problem: ack.problem }
  const { line, version } = ack.value
  const applied = yield* apply(ctx, ack.value, at)
  return applied.ok ? { line, version, ...applied.value } : { line, result: 'refused', problem: applied.problem }
}

type Applied = { readonly result: 'applied' | 'repeated'; readonly state: ServiceLine['state'] }

function* apply(ctx: Context, ack: Acknowledgement, at: string): Steps<Result<Applied>> {
  const { line: id, coverage } = ack
  const held = yield* hold(serviceLines, id, seenBy(ctx))
  if (!held.ok) return held
  const { anchor, value } = held.value
  const now = value as ServiceLine
  const isOwn = coverage === undefined || coverage === now.coverageId
  const told = isOwn ? yield* toOwnPayer(ack, now, anchor.version) : yield* toLaterPayer(ctx, { ...ack, coverage }, now)
  if (!told.ok) return told
  if (told.value === 'repeated') return ok({ result: 'repeated', state: now.state })
  // Versions are what it has been told: two at once are two.
  const saved = yield* save(ctx, { collection: serviceLines, id, value: told.value, before: closed(held.value), at })
  return saved.ok ? ok({ result: 'applied', state: told.value.state }) : saved
}

/** The line with its own payer's news. `current`: its version now. */
function* toOwnPayer(
  { line: id, state, coverage: _, ...told }: Acknowledgement,
  now: ServiceLine,
  current: number,
): Steps<Result<ServiceLine | 'repeated'>> {
  const news: ClaimNews = told
  const moved = step(serviceLineMachine, now.state, claimEvents[state])
  if (!moved.ok) return yield* toldBefore(id, state, news, (line) => line, moved)
  if (state === 'billed' && news.version !== current && !(yield* wasReady(id, news.version, now)))
    return fail('conflict', `The line is at version ${current} by now.`, {
      issues: [{ path: 'version', message: 'is not the one to bill' }],
    })
  if (!sameClaim(now, news)) return fail('conflict', 'The line went out with another claim, or as another version.')
  return ok(withNews({ ...now, state: moved.value }, news))
}

/** Was this version there to be billed, and would a claim by it say the same? */
function* wasReady(id: string, version: number, now: ServiceLine): Steps<boolean> {
  const line = lineAt(yield* ask({ ask: 'version', type: 'ChargeItem', id, version }))
  return line?.state === 'ready' && isSameClaim(line, now)
}
