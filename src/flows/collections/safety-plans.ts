/** Safety plans: made and gone through with the client; one is active, and the next takes its place in the commit that activates it. */
import type { CarePlan, Composition, Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import { isSafetyPlan } from '../../../mappings/codes/safety-plan.ts'
import mapping, { type SafetyPlanParts } from '../../../mappings/safety-plan.care-plan.ts'
import { documentOf } from '../../../mappings/shared/safety-plan-document.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { Id, Text } from '../../domain/kernel.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { lacking, type SafetyPlan, SafetyPlanCommand, safetyPlanMachine } from '../../domain/safety-plan.ts'
import { equal } from '../../lens/equal.ts'
import type { Change } from '../../store/change.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { consentInForce } from '../clients/consent-in-force.ts'
import type { Context } from '../context.ts'
import { inSightOf } from '../fhir/visible.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { every, isActive, patientIs } from '../questions.ts'
import { collection, type EventInput, onEach, type Seen } from './collection.ts'
import { withLabelsOf } from './labels-of.ts'
import { reasoned } from './with-reason.ts'

const ShareDetail = z.object({ who: Text, consentId: Id })

/** The document never travels farther than its plan. */
const dressed = (document: Composition, plan: CarePlan, reference: string): Composition =>
  withLabelsOf(documentOf(document, plan, reference), plan)

/** Active safety plans of the client that are `seen`, other than this one. */
export function* activeSafetyPlans(
  clientId: string,
  seen: Seen,
  id?: string,
): Steps<readonly { readonly stored: Stored; readonly resource: CarePlan }[]> {
  const { items } = yield* ask(every('CarePlan', patientIs(clientId), isActive))
  return items.flatMap((stored) => {
    const resource = storedValue<CarePlan>(stored)
    return resource && stored.id !== id && isSafetyPlan(resource) && seen(stored) ? [{ stored, resource }] : []
  })
}

function* onEvent(ctx: Context, moved: SafetyPlan, event: EventInput, now: string): Steps<Result<SafetyPlan>> {
  const value = reasoned(moved, 'statusReason', event)
  const at = event.at ?? now
  if (event.type === 'review') return ok({ ...value, reviewedAt: at })
  if (event.type === 'share') return yield* share(ctx, value, event, at)
  if (event.type !== 'activate') return ok(value)
  const [rival] = yield* activeSafetyPlans(value.clientId, inSightOf(ctx))
  return ok(rival ? { ...value, replaces: value.replaces ?? rival.stored.id } : value)
}

/** Nobody is shown the plan without the client's consent, the family least of all. */
function* share(ctx: Context, value: SafetyPlan, event: EventInput, at: string): Steps<Result<SafetyPlan>> {
  const detail = detailsOf(ShareDetail, event)
  if (!detail.ok) return detail
  const { who, consentId } = detail.value
  const allowed = yield* consentInForce(ctx, consentId, value.clientId, at)
  return allowed.ok ? ok({ ...value, sharedWith: [...value.sharedWith, { who, consentId, at }] }) : allowed
}

export const safetyPlans = collection<SafetyPlan, SafetyPlanParts>({
  name: 'safety-plans',
  prefix: 'sfp',
  anchor: 'CarePlan',
  parts: [
    {
      type: 'Composition',
      many: false,
      by: 'entry',
      link: (part, anchor, value) => dressed(part as Composition, mapping.write(value as SafetyPlan).CarePlan, anchor),
      anchorOf: (part) =>
        (part as Composition).section?.flatMap(({ entry = [] }) => entry).find((one) => one.reference?.startsWith('CarePlan/'))
          ?.reference,
    },
  ],
  mapping,
  command: SafetyPlanCommand,
  claims: (anchor: Resource) => isSafetyPlan(anchor as CarePlan),
  client: 'patient',
  sort: '-date',
  machine: { field: 'state', states: safetyPlanMachine, initial: 'draft' },
  byEvents: ['sharedWith'],
  *prepare(_ctx, value, before, at) {
    const issues = lacking(value)
    if (issues.length > 0) return fail('guard-failed', 'The plan cannot be active as it stands.', { issues })
    if (!before) return ok({ ...value, createdAt: value.createdAt ?? at })
    // Who changes what an active plan says has gone through it.
    const isRevised = before.value.state === 'active' && !equal(before.value.sections, value.sections)
    return ok(isRevised && before.value.reviewedAt === value.reviewedAt ? { ...value, reviewedAt: at } : value)
  },
  on: onEach(safetyPlanMachine, onEvent),
  *after(ctx, { id, value, parts }, _before, at) {
    const changes: Change[] = []
    // One that the caller may not see is not theirs to end.
    const superseded = value.state === 'active' ? yield* activeSafetyPlans(value.clientId, inSightOf(ctx), id) : []
    for (const { stored, resource } of superseded)
      changes.push(nextOf<CarePlan>({ ...resource, status: 'revoked' }, stored.id, stored, at))
    const { CarePlan: plan, Composition: document } = parts
    const next = document && dressed(document, plan, `CarePlan/${id}`)
    if (next?.id && !equal(next, document)) {
      const current = yield* ask({ ask: 'resource', type: 'Composition', id: next.id })
      changes.push(nextOf(next, next.id, current, at))
    }
    return ok(changes)
  },
})
