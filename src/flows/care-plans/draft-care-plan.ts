/**
 * `POST /coordination/clients/{id}/care-plan-drafts`: a care plan drafted from the client's open needs, with goals that are proposed to the
 * client, in one commit. What goes on from the active plan is taken over; activating the draft supersedes that plan.
 */
import { type CarePlan, CarePlanCommand, type Intervention } from '../../domain/care-plan.ts'
import { labelsOf } from '../../domain/labels.ts'
import { parsed } from '../../domain/parsed.ts'
import { leftOut, narrativeOf, type OpenNeed, PlanDraftCommand, type Suggested, suggestionFor } from '../../domain/plan-draft.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import { dayOf } from '../clients/client-facts.ts'
import { carePlans, rivalsOf } from '../collections/care-plans.ts'
import { clients } from '../collections/clients.ts'
import { goals } from '../collections/goals.ts'
import { hold } from '../collections/parts.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { type Answer, answersOf } from '../coordination/record.ts'
import { save } from '../coordination/save.ts'
import { allowed } from '../fhir/allowed.ts'
import { shown } from '../fhir/visible.ts'
import { goingOn, type OpenNeeds, openNeeds } from './open-needs.ts'

/** Why the draft is as it is: for each need its goals, its interventions (by handle) and their reasons; and what is not planned for. */
interface Explained {
  readonly needs: readonly {
    readonly needId: string
    readonly goals: readonly string[]
    readonly underWay: readonly string[]
    readonly interventions: readonly { readonly handle: string; readonly reasons: readonly string[] }[]
  }[]
  readonly leftOut: readonly { readonly needId: string; readonly reason: string }[]
}

interface Drafted extends Answer {
  readonly explained: Explained
}

const reads = [
  'Patient',
  'Condition',
  'Goal',
  'CarePlan',
  'QuestionnaireResponse',
  'ServiceRequest',
  'HealthcareService',
] as const

function permitted(ctx: Context): Result<undefined> {
  const may = allowed(ctx, 'search-type', ...reads)
  return may.ok ? allowed(ctx, 'create', 'Goal', 'CarePlan') : may
}

/** Problems: `forbidden`, `invalid`, and what the rules of plans and goals refuse. */
export async function draftCarePlan(ctx: Context, clientId: string, body: unknown): Promise<Result<Drafted>> {
  const may = permitted(ctx)
  if (!may.ok) return may
  const command = parsed(PlanDraftCommand, body, 'A plan is not drafted like this.')
  if (!command.ok) return command
  return commit(ctx, 'draft-care-plan', function* (at): Steps<Result<Drafted>> {
    const client = yield* hold(clients, clientId)
    if (!client.ok) return client
    if (!shown(ctx, client.value.anchor)) return fail('not-found', 'There is no such member of clients.')
    return yield* drafted(ctx, clientId, command.value, at)
  })
}

function* drafted(ctx: Context, clientId: string, command: PlanDraftCommand, at: string): Steps<Result<Drafted>> {
  const { needs: wanted, author, ...said } = command
  const today = yield* dayOf(clientId, at)
  const blank: CarePlan = CarePlanCommand.parse({
    ...{ narrative: 'Care plan', needs: ['none'], state: 'draft', period: { start: today } },
    ...{ ...said, clientId, author },
  })
  const before = (yield* rivalsOf(ctx, { ...blank, needs: [] }))[0]?.value
  const known = yield* openNeeds(ctx, clientId, before, at)
  const unknown = (wanted ?? []).filter((id) => !known.needs.some((one) => one.id === id))
  if (unknown.length > 0)
    return fail('rule-broken', 'A plan is about open needs of its client.', {
      issues: [{ path: 'needs', message: 'names a need that is not open' }],
    })
  const asked = known.needs.filter(({ id }) => wanted?.includes(id) ?? true)
  const planned = asked.filter(({ value }) => leftOut(value) === undefined)
  if (planned.length === 0)
    return fail('rule-broken', 'There is no open need to plan for.', { issues: [{ path: 'needs', message: 'would be empty' }] })
  const parts: Part[] = []
  for (const need of planned) {
    const part = yield* partFor(ctx, need, known, at)
    if (!part.ok) return part
    parts.push(part.value)
  }
  const others = asked.flatMap(({ id, value }) => {
    const reason = leftOut(value)
    return reason === undefined ? [] : [{ needId: id, need: value, reason }]
  })
  const ids = [...new Set(parts.flatMap((part) => part.goals))]
  const held = yield* save(ctx, {
    collection: carePlans,
    id: ctx.newId(carePlans.prefix),
    value: {
      ...blank,
      narrative: narrativeOf(parts, others),
      needs: planned.map(({ id }) => id),
      goals: ids,
      interventions: [...takenOver(before, ids, known), ...parts.flatMap((part) => part.interventions)],
      ...(known.safetyPlan !== undefined && { crisisPlanId: known.safetyPlan }),
      ...labelsOf(planned.map(({ value }) => value)),
    },
    at,
  })
  if (!held.ok) return held
  const explained: Explained = {
    needs: parts.map(({ need, goals, steps, interventions }) => ({
      needId: need.id,
      goals,
      underWay: need.underWay,
      interventions: interventions.slice(-steps.length).map(({ handle }, i) => ({ handle: handle!, reasons: steps[i]!.reasons })),
    })),
    leftOut: others.map(({ needId, reason }) => ({ needId, reason })),
  }
  const [answer] = yield* answersOf(ctx, carePlans, [held.value], at)
  return ok({ ...answer!, explained })
}

interface Part {
  readonly need: OpenNeed
  readonly goals: readonly string[]
  readonly steps: readonly Suggested[]
  readonly interventions: readonly Intervention[]
}

/** The goal is written at once, as a proposal: the client has yet to agree. */
function* partFor(ctx: Context, need: OpenNeed, { referrals }: OpenNeeds, at: string): Steps<Result<Part>> {
  const { goal, steps } = suggestionFor(need)
  const made = goal && (yield* save(ctx, { collection: goals, id: ctx.newId(goals.prefix), value: goal, at }))
  if (made && !made.ok) return made
  const ids = made ? [made.value.id] : need.goals
  const handle = (): string => ctx.newId('itv')
  const open = need.isPlanned ? [] : referrals.filter((one) => one.needs.includes(need.id))
  return ok({
    need,
    goals: ids,
    steps,
    interventions: [
      ...open.map(({ id }): Intervention => ({ handle: handle(), kind: 'referral', linked: { id }, goalIds: ids })),
      ...steps.map(
        ({ reasons: _, ...step }): Intervention => ({ ...step, handle: handle(), goalIds: ids, status: 'not-started' }),
      ),
    ],
  })
}

/** Interventions of the plan before that are not over; the new plan counts them anew. */
const takenOver = (before: CarePlan | undefined, goalIds: readonly string[], { referrals }: OpenNeeds): readonly Intervention[] =>
  goingOn(
    before,
    goalIds,
    referrals.map(({ id }) => id),
  )
