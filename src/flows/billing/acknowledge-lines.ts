/** Billing systems tell what became of the lines that they pulled. Each acknowledgement is answered by itself; all are one commit. */
import type { ChargeItem } from '@medplum/fhirtypes'
import { type ClaimNews, sameClaim, withNews } from '../../billing/claim-news.ts'
import { isSameClaim } from '../../billing/reconcile.ts'
import { Acknowledgement, type ClaimState, claimEvents } from '../../domain/acknowledgement.ts'
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
import { storedValue } from '../next-version.ts'
import { readLine } from './lines.ts'

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
  return commit(ctx, 'acknowledge-lines', function* () {
    const { at } = yield* ask({ ask: 'now' })
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

function* apply(ctx: Context, { line: id, state, ...told }: Acknowledgement, at: string): Steps<Result<Applied>> {
  const held = yield* hold(serviceLines, id, seenBy(ctx))
  if (!held.ok) return held
  const now = held.value.value as ServiceLine
  const news: ClaimNews = told
  const { version } = told
  const moved = step(serviceLineMachine, now.state, claimEvents[state])
  if (!moved.ok) {
    const before = yield* toldBefore(id, state)
    if (before.some((line) => sameClaim(line, news))) return ok({ result: 'repeated', state: now.state })
    return before.length > 0 ? fail('conflict', 'The line was told so otherwise: as another claim, version or sum.') : moved
  }
  if (state === 'billed' && version !== held.value.anchor.version && !(yield* wasReady(id, version, now)))
    return fail('conflict', `The line is at version ${held.value.anchor.version} by now.`, {
      issues: [{ path: 'version', message: 'is not the one to bill' }],
    })
  if (!sameClaim(now, news)) return fail('conflict', 'The line went out with another claim, or as another version.')
  // Versions are what it has been told: two at once are two.
  const value = withNews({ ...now, state: moved.value }, news)
  const saved = yield* save(ctx, { collection: serviceLines, id, value, before: closed(held.value), at })
  return saved.ok ? ok({ result: 'applied', state: moved.value }) : saved
}

/** Was this version there to be billed, and would a claim by it say the same? */
function* wasReady(id: string, version: number, now: ServiceLine): Steps<boolean> {
  const old = storedValue<ChargeItem>(yield* ask({ ask: 'version', type: 'ChargeItem', id, version }))
  const line = old && readLine(old)
  return line?.state === 'ready' && isSameClaim(line, now)
}

/** The line as it was each time that it stood so. No state comes twice: once it was there, it has been told. */
function* toldBefore(id: string, state: ClaimState): Steps<readonly ServiceLine[]> {
  const { items } = yield* ask({ ask: 'history', type: 'ChargeItem', id, count: 100, visible: 'everything' })
  return items.flatMap((version) => {
    const item = storedValue<ChargeItem>(version)
    const line = item && readLine(item)
    return line?.state === state ? [line] : []
  })
}
