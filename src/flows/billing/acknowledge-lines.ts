/** Billing systems tell what became of the lines that they pulled. Each acknowledgement is answered by itself; all are one commit. */
import type { ChargeItem } from '@medplum/fhirtypes'
import { z } from 'zod'
import { type ClaimNews, type ClaimState, claimEvents, claimStates, sameClaim, withNews } from '../../billing/claim-news.ts'
import { isSameClaim } from '../../billing/reconcile.ts'
import { Id } from '../../domain/kernel.ts'
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
import { storedValue } from '../keep.ts'
import { readLine } from './lines.ts'

const most = 1000

/** `version` is the one that the feed showed, and that was billed. */
export const Acknowledgement = z.strictObject({
  line: Id,
  version: z.int().min(1),
  state: z.enum(claimStates),
  /** The claim's own number, with the biller or the payer. */
  claim: z.string().min(1).max(100).optional(),
  /** Why it was rejected or denied: codes as they came, or words. */
  reason: z.string().min(1).max(1000).optional(),
})
export type Acknowledgement = z.infer<typeof Acknowledgement>

/** `repeated`: it was known already, and nothing was written. */
export type AckAnswer =
  | {
      readonly line: string
      readonly version: number
      readonly result: 'applied' | 'repeated'
      readonly state: ServiceLine['state']
    }
  | { readonly line?: string; readonly result: 'refused'; readonly problem: Problem }

export async function acknowledgeLines(ctx: Context, body: unknown): Promise<Result<readonly AckAnswer[]>> {
  const may = allowed(ctx, 'update', 'ChargeItem')
  if (!may.ok) return may
  if (!Array.isArray(body)) return fail('invalid', 'The body is a list of acknowledgements.')
  if (body.length > most) return fail('invalid', `The body has more than ${most} acknowledgements.`)
  return commit(ctx, 'acknowledge-lines', function* () {
    const { at } = yield* ask({ ask: 'now' })
    const answers: AckAnswer[] = []
    for (const item of body as readonly unknown[]) answers.push(yield* answered(ctx, item, at))
    return ok(answers)
  })
}

function* answered(ctx: Context, item: unknown, at: string): Steps<AckAnswer> {
  const ack = Acknowledgement.safeParse(item)
  if (!ack.success) {
    const issues = ack.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
    return { result: 'refused', problem: fail('invalid', 'This is not an acknowledgement.', { issues }).problem }
  }
  const { line, version } = ack.data
  const applied = yield* apply(ctx, ack.data, at)
  return applied.ok ? { line, version, ...applied.value } : { line, result: 'refused', problem: applied.problem }
}

type Applied = { readonly result: 'applied' | 'repeated'; readonly state: ServiceLine['state'] }

function* apply(ctx: Context, { line: id, version, state, claim, reason }: Acknowledgement, at: string): Steps<Result<Applied>> {
  const held = yield* hold(serviceLines, id, seenBy(ctx))
  if (!held.ok) return held
  const now = held.value.value as ServiceLine
  const news: ClaimNews = { version, claim, reason }
  const moved = step(serviceLineMachine, now.state, claimEvents[state])
  if (!moved.ok) return (yield* wasTold(id, state, news)) ? ok({ result: 'repeated', state: now.state }) : moved
  if (state === 'billed' && version !== held.value.anchor.version && !(yield* wasReady(id, version, now)))
    return fail('conflict', `The line is at version ${held.value.anchor.version} by now.`, {
      issues: [{ path: 'version', message: 'is not the one to bill' }],
    })
  if (!sameClaim(now, news)) return fail('conflict', 'The line went out with another claim, or as another version.')
  // Versions are what it has been told: two at once are two.
  const saved = yield* save(ctx, serviceLines, id, { ...withNews(now, news), state: moved.value }, closed(held.value), at)
  return saved.ok ? ok({ result: 'applied', state: moved.value }) : saved
}

/** Was this version there to be billed, and would a claim by it say the same? */
function* wasReady(id: string, version: number, now: ServiceLine): Steps<boolean> {
  const old = storedValue<ChargeItem>(yield* ask({ ask: 'version', type: 'ChargeItem', id, version }))
  const line = old && readLine(old)
  return line?.state === 'ready' && isSameClaim(line, now)
}

/** No state comes twice: a line that once was there has been told so. */
function* wasTold(id: string, state: ClaimState, news: ClaimNews): Steps<boolean> {
  const { items } = yield* ask({ ask: 'history', type: 'ChargeItem', id, count: 100, visible: 'everything' })
  return items.some((version) => {
    const item = storedValue<ChargeItem>(version)
    const line = item && readLine(item)
    return line?.state === state && sameClaim(line, news)
  })
}
