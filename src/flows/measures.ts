/** `GET /coordination/measures`: are loops closed, follow-ups kept, and how long do people wait? Of whole months, and of groups alone. */
import type { Encounter } from '@medplum/fhirtypes'
import episodeMapping from '../../mappings/episode.episode-of-care.ts'
import followUp, { obligationPolicy } from '../../mappings/follow-up.task.ts'
import { sessionClasses } from '../../mappings/session.encounter.ts'
import { addBusinessDays, daysBetween } from '../domain/calendar.ts'
import { isOverdue } from '../domain/follow-up.ts'
import type { Concept } from '../domain/kernel.ts'
import { type Case, fewestClients, type MeasureRow, measured } from '../domain/measures.ts'
import { fail, ok, type Result } from '../domain/problem.ts'
import type { Referral } from '../domain/referral.ts'
import type { Filter } from '../fhir/search/query.ts'
import { lookThrough, type Steps } from '../store/store.ts'
import type { Seen } from './collections/collection.ts'
import { collectionNamed } from './collections/index.ts'
import { gather } from './collections/parts.ts'
import type { Context } from './context.ts'
import { allowed } from './fhir/allowed.ts'
import { inSightOf } from './fhir/visible.ts'
import { ofClasses } from './follow-ups/stays.ts'
import { storedValue } from './next-version.ts'
import { allOf, eachOf, hasToken, ofStatus, patientIs } from './questions.ts'
import { readStored } from './read-as.ts'

interface Measures {
  readonly from: string
  readonly to: string
  /** Groups of fewer clients are not told. */
  readonly fewestClients: number
  readonly measures: readonly MeasureRow[]
}

/** Some of it, at least, is in that time. As one condition: two that are open at one end hold each for nearly all. */
const within = (param: string, from: number, to: number): Filter => ({
  ...{ kind: 'date', param, values: [{ prefix: 'ap', lo: from, hi: to - 1 }] },
})
const nameOf = (concept: Concept | undefined): string =>
  concept?.text ?? concept?.codings.find(({ display }) => display !== undefined)?.display ?? 'unnamed'

function* loops(then: Filter, seen: Seen): Steps<readonly Case[]> {
  const referrals = collectionNamed('referrals')!
  const cases: Case[] = []
  yield* eachOf('ServiceRequest', [then], function* (stored) {
    if (!seen(stored) || !referrals.claims(storedValue(stored)!)) return
    yield { rest: true }
    const held = yield* gather(referrals, stored, seen)
    if (!held.ok) return
    const { clientId, category, state } = held.value.value as unknown as Referral
    if (state === 'draft' || state === 'entered-in-error') return
    const group = category?.display ?? category?.code ?? 'unnamed'
    cases.push({ measure: 'loop-closure', group, clientId, met: state === 'closed-confirmed' })
  })
  return cases
}

/** Whatever has come to its end: satisfied in time, late, or not at all. */
function* followUps(then: Filter, at: string, seen: Seen): Steps<readonly Case[]> {
  const code = hasToken('code', { system: obligationPolicy })
  const cases: Case[] = []
  yield* eachOf('Task', [then, code], function* (stored) {
    if (!seen(stored)) return
    const obligation = readStored(followUp, stored)
    if (obligation?.clientId === undefined) return
    const { clientId, policyId } = obligation
    const state = isOverdue(obligation, at) ? 'missed' : obligation.state
    if (state !== 'satisfied' && state !== 'satisfied-late' && state !== 'missed') return
    cases.push({ measure: 'follow-up', group: policyId, clientId, met: state === 'satisfied' })
  })
  return cases
}

/** From the beginning of an episode to the first contact that was had; met within 10 business days. */
function* waits(then: Filter, from: number, to: number, seen: Seen): Steps<readonly Case[]> {
  const cases: Case[] = []
  yield* eachOf('EpisodeOfCare', [then], function* (stored) {
    if (!seen(stored)) return
    const value = readStored(episodeMapping, stored)
    const said = value?.period?.start ?? ''
    if (!value || said.length < 10 || Date.parse(said) < from || Date.parse(said) >= to) return
    const start = said.slice(0, 10)
    yield { rest: true }
    const days = (yield* allOf('Encounter', patientIs(value.clientId), ofStatus('finished'), ofClasses(sessionClasses)))
      .filter(seen)
      .flatMap((stored) => storedValue<Encounter>(stored)?.period?.start?.slice(0, 10) ?? [])
      .filter((day) => day >= start)
      .sort()
    const first = days[0]
    cases.push({
      measure: 'time-to-service',
      group: nameOf(value.programme),
      clientId: value.clientId,
      met: first !== undefined && first <= addBusinessDays(start, 10),
      ...(first !== undefined && { days: daysBetween(start, first) }),
    })
  })
  return cases
}

/** First and last month, both included: two answers cannot be subtracted to the day. */
export async function measures(
  ctx: Context,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Result<Measures>> {
  const may = allowed(ctx, 'search-type', 'ServiceRequest', 'Task', 'EpisodeOfCare', 'Encounter')
  if (!may.ok) return may
  const { visible } = ctx.principal
  if (visible !== 'everything' && visible.patients !== 'all')
    return fail('forbidden', 'Measures are of everybody: not for who sees but some.')
  const lo = Date.parse(`${from}-01`)
  const last = new Date(`${to}-01`)
  const hi = Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1, 1)
  const { at } = await ctx.store.look({ ask: 'now' })
  // Of what the caller may see: of a number that counts more, what they count themselves could be subtracted.
  const cases = await lookThrough(ctx.store, casesBetween(lo, hi, at, inSightOf(ctx)), ctx.pause)
  return ok({ from, to, fewestClients, measures: measured(cases) })
}

function* casesBetween(lo: number, hi: number, at: string, seen: Seen): Steps<readonly Case[]> {
  const closed = yield* loops(within('authored', lo, hi), seen)
  const kept = yield* followUps(within('due', lo, hi), at, seen)
  return [...closed, ...kept, ...(yield* waits(within('date', lo, hi), lo, hi, seen))]
}
