/**
 * Needs that an assessment or a discharge speaks of become Conditions that nobody has confirmed, in the same commit. What is open already, or
 * was declined by the client, is not proposed anew: it gains the evidence.
 */
import type { Condition } from '@medplum/fhirtypes'
import mapping from '../../../mappings/need.condition.ts'
import { isSameNeed, needsCoded, type Proposed } from '../../domain/derived-needs.ts'
import type { Discharge } from '../../domain/discharge.ts'
import type { Need } from '../../domain/need.ts'
import { isOpenNeed } from '../../domain/plan-draft.ts'
import { equal } from '../../lens/equal.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf } from '../next-version.ts'
import { allOf, hasToken, patientIs } from '../questions.ts'
import { restated, type Standing, standingAs } from '../read-as.ts'

type StandingNeed = Standing<Need, Condition>

/** The client's need that says the same already. */
function* standingLike(need: Need): Steps<StandingNeed | undefined> {
  const { code, system } = need.category!
  const category = hasToken('category', { code: code!, ...(system !== undefined && { system }) })
  const items = yield* allOf('Condition', patientIs(need.clientId), category)
  return items
    .flatMap((stored) => standingAs(mapping, stored) ?? [])
    .find(({ value }) => (isOpenNeed(value) || value.state === 'declined') && isSameNeed(value, need))
}

/** Ids are made of the source: what was settled once is not proposed by it again. */
const idFor = (source: string, { key }: Proposed): string => derivedId('ned', source, key)

/** Ids of the needs that this source has brought up, or is about to. */
export function* needsOf(source: string, proposed: readonly Proposed[]): Steps<readonly string[]> {
  const ids: string[] = []
  for (const one of proposed) {
    const id = idFor(source, one)
    const own = yield* ask({ ask: 'resource', type: 'Condition', id })
    if (own || !(yield* standingLike(one.need))) ids.push(id)
  }
  return ids
}

export function* propose(source: string, proposed: readonly Proposed[], at: string): Steps<readonly Put[]> {
  const puts: Put[] = []
  for (const one of proposed) {
    const id = idFor(source, one)
    if (yield* ask({ ask: 'resource', type: 'Condition', id })) continue
    const standing = yield* standingLike(one.need)
    if (!standing) {
      const { Condition } = mapping.write(one.need)
      puts.push(nextOf<Condition>({ ...Condition, recordedDate: at }, id, undefined, at))
    } else puts.push(...withEvidence(standing, one.need.evidence, at))
  }
  return puts
}

const untrue: ReadonlySet<Discharge['state']> = new Set(['duplicate', 'cancelled', 'entered-in-error'] as const)

/** Of a stay that has ended, whoever told of it. */
export function* proposeCoded(id: string, discharge: Discharge, at: string): Steps<readonly Put[]> {
  const isOver = discharge.dischargedAt !== undefined && !untrue.has(discharge.state)
  return isOver ? yield* propose(id, needsCoded(discharge), at) : []
}

/** Only for needs that were written down here: those of partners are theirs. */
function withEvidence(standing: StandingNeed, evidence: Need['evidence'], at: string): readonly Put[] {
  const need = standing.value
  const fresh = evidence.filter((one) => !need.evidence.some((other) => equal(one, other)))
  if (need.assertedBy === undefined || fresh.length === 0) return []
  return restated(mapping, standing, { ...need, evidence: [...need.evidence, ...fresh] }, at)
}

/** What its source took back was no need, as long as nobody has confirmed it. */
export function* takenBack(ids: readonly string[], at: string): Steps<readonly Put[]> {
  const puts: Put[] = []
  for (const id of ids) {
    const held = standingAs(mapping, yield* ask({ ask: 'resource', type: 'Condition', id }))
    if (held?.value.state !== 'suspected' || held.value.evidence.length > 1) continue
    puts.push(...restated(mapping, held, { ...held.value, state: 'entered-in-error', verification: 'entered-in-error' }, at))
  }
  return puts
}
