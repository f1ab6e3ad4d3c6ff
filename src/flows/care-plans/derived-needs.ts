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
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { patientIs } from '../clients/open-referrals.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { allOf } from '../questions.ts'

interface Standing {
  readonly stored: Stored
  readonly condition: Condition
  readonly need: Need
}

const read = (stored: Stored | undefined): Standing | undefined => {
  const condition = storedValue<Condition>(stored)
  const reading = condition && mapping.read({ Condition: condition })
  return stored && condition && reading?.ok ? { stored, condition, need: reading.value } : undefined
}

/** The client's need that says the same already. */
function* standingLike(need: Need): Steps<Standing | undefined> {
  const { code, system } = need.category!
  const category = {
    kind: 'token' as const,
    param: 'category',
    values: [{ code: code!, ...(system !== undefined && { system }) }],
  }
  const items = yield* allOf('Condition', patientIs(need.clientId), category)
  return items
    .flatMap((stored) => read(stored) ?? [])
    .find((one) => (isOpenNeed(one.need) || one.need.state === 'declined') && isSameNeed(one.need, need))
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
function withEvidence({ stored, condition, need }: Standing, evidence: Need['evidence'], at: string): readonly Put[] {
  const fresh = evidence.filter((one) => !need.evidence.some((other) => equal(one, other)))
  if (need.assertedBy === undefined || fresh.length === 0) return []
  const next = mapping.write({ ...need, evidence: [...need.evidence, ...fresh] }, { Condition: condition })
  return [nextOf(next.Condition, stored.id, stored, at)]
}

/** What its source took back was no need, as long as nobody has confirmed it. */
export function* takenBack(ids: readonly string[], at: string): Steps<readonly Put[]> {
  const puts: Put[] = []
  for (const id of ids) {
    const held = read(yield* ask({ ask: 'resource', type: 'Condition', id }))
    if (held?.need.state !== 'suspected' || held.need.evidence.length > 1) continue
    const wrong: Need = { ...held.need, state: 'entered-in-error', verification: 'entered-in-error' }
    puts.push(nextOf(mapping.write(wrong, { Condition: held.condition }).Condition, id, held.stored, at))
  }
  return puts
}
