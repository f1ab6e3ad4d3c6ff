/** A client's open needs, and what is known around each: goals, what is being done, services that fit, and the instrument that showed it. */
import goalMapping from '../../../mappings/goal.goal.ts'
import { instrumentFor } from '../../domain/assess.ts'
import type { Assessment } from '../../domain/assessment.ts'
import type { CarePlan, Intervention } from '../../domain/care-plan.ts'
import { isOver } from '../../domain/goal.ts'
import { systemOf } from '../../domain/instruments/instrument.ts'
import type { Need } from '../../domain/need.ts'
import { isOpenNeed, type OpenNeed, type Shown } from '../../domain/plan-draft.ts'
import type { Steps } from '../../store/store.ts'
import { openReferrals } from '../clients/open-referrals.ts'
import { assessments } from '../collections/assessments.ts'
import type { Seen } from '../collections/collection.ts'
import { needs } from '../collections/needs.ts'
import { gather, hold } from '../collections/parts.ts'
import { activeSafetyPlans } from '../collections/safety-plans.ts'
import type { Context } from '../context.ts'
import { inSightOf } from '../fhir/visible.ts'
import { storedValue } from '../next-version.ts'
import { allOf, patientIs } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { plainId } from '../references.ts'
import { matchesFor } from './matching-services.ts'

/** Goals of the client that are not over, with the needs that they address. */
function* openGoals(
  clientId: string,
  seen: Seen,
): Steps<readonly { readonly id: string; readonly addresses: readonly string[] }[]> {
  return (yield* allOf('Goal', patientIs(clientId))).filter(seen).flatMap((stored) => {
    const goal = readStored(goalMapping, stored)
    return goal && !isOver(goal) ? [{ id: stored.id, addresses: goal.addresses }] : []
  })
}

/** The newest assessment among the evidence, by an instrument that is known here. */
function* shownBy({ evidence }: Need, seen: Seen): Steps<Shown | undefined> {
  let newest: { readonly at: string; readonly shown: Shown } | undefined
  for (const ref of evidence) {
    const id = plainId(ref)
    if (id === undefined) continue
    const held = yield* hold(assessments, id, seen)
    const value = held.ok ? (held.value.value as unknown as Assessment) : undefined
    const known = value && instrumentFor(value)
    const at = value?.completedAt ?? value?.administeredAt ?? ''
    if (!value || !known || (newest && newest.at >= at)) continue
    const code = 'code' in known.scoring && known.scoring.method === 'sum' ? known.scoring.code : undefined
    const total = value.scores.find(({ key }) => key === 'total')?.value
    newest = {
      at,
      shown: {
        instrument: known.name,
        panel: { system: systemOf(known.panel), code: known.panel },
        ...(code !== undefined &&
          total !== undefined && {
            total: { code: { system: systemOf(code), code }, value: total, below: known.change?.remission },
          }),
      },
    }
  }
  return newest?.shown
}

const finished: ReadonlySet<string> = new Set(['completed', 'cancelled', 'stopped', 'entered-in-error'])

/** Interventions of a plan that are not over, and are for one of these goals. `open`: ids of the referrals that are. */
export const goingOn = (plan: CarePlan | undefined, goals: readonly string[], open: readonly string[]): readonly Intervention[] =>
  (plan?.interventions ?? []).filter((one) => {
    if (!one.goalIds.some((goal) => goals.includes(goal))) return false
    if (!('linked' in one)) return !finished.has(one.status)
    const referral = plainId(one.linked)
    return referral === undefined || open.includes(referral)
  })

export interface OpenNeeds {
  readonly needs: readonly OpenNeed[]
  /** Open referrals, and the needs that they are for. */
  readonly referrals: readonly { readonly id: string; readonly needs: readonly string[] }[]
  readonly safetyPlan: string | undefined
}

const idsOf = (references: readonly { readonly reference?: string | undefined }[] | undefined): readonly string[] =>
  (references ?? []).flatMap(({ reference }) => reference?.match(/^Condition\/([^/]+)$/)?.[1] ?? [])

/** Of what the caller may see alone. `before`: the plan that is active now. */
export function* openNeeds(ctx: Context, clientId: string, before: CarePlan | undefined, at: string): Steps<OpenNeeds> {
  const seen = inSightOf(ctx)
  const goals = yield* openGoals(clientId, seen)
  const referrals = (yield* openReferrals(clientId, seen)).map(({ id, reasonReference }) => ({
    id: id!,
    needs: idsOf(reasonReference),
  }))
  const [plan] = yield* activeSafetyPlans(clientId, seen)
  const found: OpenNeed[] = []
  for (const stored of yield* allOf('Condition', patientIs(clientId))) {
    if (!needs.claims(storedValue(stored)!) || !seen(stored)) continue
    const held = yield* gather(needs, stored, seen)
    const value = held.ok ? (held.value.value as unknown as Need) : undefined
    if (!value || !isOpenNeed(value)) continue
    const own = goals.filter(({ addresses }) => addresses.includes(stored.id)).map(({ id }) => id)
    const planned = goingOn(
      before,
      own,
      referrals.map(({ id }) => id),
    )
    const referred = referrals.some((one) => one.needs.includes(stored.id))
    found.push({
      id: stored.id,
      value,
      goals: own,
      underWay: [
        ...planned.map(({ code, kind }) => `${code?.text ?? kind ?? 'An intervention'}: goes on from the plan before.`),
        ...(referred ? ['A referral for it is open.'] : []),
      ],
      isPlanned: planned.length > 0,
      isSecured: plan !== undefined,
      service: (yield* matchesFor(stored.id, value, at, seen)).items[0],
      shownBy: yield* shownBy(value, seen),
    })
  }
  return { needs: found, referrals, safetyPlan: plan?.stored.id }
}
