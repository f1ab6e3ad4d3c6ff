/**
 * What waits for a supervisor: sessions signed by people without a licence of their own, assessments nobody has reviewed, work that missed
 * its service level, and what was passed on to the supervisor. In the order of a worklist.
 */
import type { Encounter, PractitionerRole, QuestionnaireResponse, Task } from '@medplum/fhirtypes'
import assessmentMapping from '../../../mappings/assessment.questionnaire-response.ts'
import session from '../../../mappings/session.encounter.ts'
import workItem, { workItemKind } from '../../../mappings/work-item.task.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { needsCosignature } from '../../domain/session.ts'
import { clocked, isUnfinished } from '../../domain/work-item.ts'
import { type WorklistItem, type WorklistRow, worklistOf } from '../../domain/worklist.ts'
import type { Filter } from '../../fhir/search/query.ts'
import { ask, askAll, lookThrough, type Steps, type Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { shown } from '../fhir/visible.ts'
import { storedValue } from '../next-version.ts'
import { every, ofStatus, unfinishedTask } from '../questions.ts'
import { idIn, referenceTo } from '../references.ts'
import { isLicensed, rolesOf } from './supervision.ts'

const among = (param: string, values: readonly string[]): Filter => ({ kind: 'reference', param, values })

function* supervised(roles: readonly PractitionerRole[]): Steps<readonly string[]> {
  const own = roles.flatMap(({ id }) => (id === undefined ? [] : [`PractitionerRole/${id}`]))
  if (own.length === 0) return []
  const { items } = yield* ask(every('PractitionerRole', among('supervisor', own)))
  return items.flatMap((stored) => {
    const person = idIn(storedValue<PractitionerRole>(stored)?.practitioner, 'Practitioner')
    return [`PractitionerRole/${stored.id}`, ...(person === undefined ? [] : [`Practitioner/${person}`])]
  })
}

function* toCosign(sessions: readonly Stored[]): Steps<readonly WorklistItem[]> {
  const items: WorklistItem[] = []
  for (const stored of sessions) {
    const reading = session.read({ Encounter: storedValue<Encounter>(stored)!, Procedure: [] })
    if (!reading.ok) continue
    const { clientId, kind, actual, renderer, state } = reading.value
    const licensed = yield* isLicensed(
      referenceTo(renderer, 'Practitioner'),
      actual?.start?.slice(0, 10) ?? stored.at.slice(0, 10),
    )
    if (needsCosignature(reading.value, licensed))
      items.push({ collection: 'sessions', id: stored.id, kind: 'cosign', clientId, what: kind, state, dueAt: actual?.end })
  }
  return items
}

function toReview(assessments: readonly Stored[]): readonly WorklistItem[] {
  return assessments.flatMap((stored): WorklistItem[] => {
    const reading = assessmentMapping.read({
      QuestionnaireResponse: storedValue<QuestionnaireResponse>(stored)!,
      Observation: [],
    })
    if (!reading.ok || (reading.value.state !== 'completed' && reading.value.state !== 'amended')) return []
    const { clientId, completedAt, administeredAt, state } = reading.value
    return [{ collection: 'assessments', id: stored.id, kind: 'review', clientId, state, dueAt: completedAt ?? administeredAt }]
  })
}

function* rowsFor(ctx: Context, practitionerId: string, at: string): Steps<readonly WorklistRow[]> {
  const roles = yield* rolesOf(practitionerId)
  const own = [`Practitioner/${practitionerId}`, ...roles.map(({ id }) => `PractitionerRole/${id}`)]
  const theirs = yield* supervised(roles)
  const code: Filter = { kind: 'token', param: 'code', values: [{ system: workItemKind }] }
  const team = theirs.length > 0 ? theirs : ['nobody']
  const [sessions, assessments, passed, late] = yield* askAll([
    every('Encounter', among('participant', team), ofStatus('finished')),
    every('QuestionnaireResponse', among('author', team), ofStatus('completed', 'amended')),
    every('Task', code, unfinishedTask, among('owner', own)),
    every('Task', code, unfinishedTask, among('owner', team)),
  ])
  const seen = (one: Stored): boolean => shown(ctx, one)
  const work = [...passed!.items, ...late!.items].filter(seen).flatMap((stored): WorklistItem[] => {
    const reading = workItem.read({ Task: storedValue<Task>(stored)! })
    if (!reading.ok || !isUnfinished(reading.value)) return []
    const { kind, clientId, what, state, priority, dueAt, sla } = clocked(reading.value, at)
    const breachedAt = sla?.breachedAt
    if (!passed!.items.includes(stored) && breachedAt === undefined) return []
    return [{ collection: 'work-items', id: stored.id, kind, clientId, what, state, priority, dueAt, breachedAt }]
  })
  const signed = yield* toCosign(sessions!.items.filter(seen))
  return worklistOf([...signed, ...toReview(assessments!.items.filter(seen)), ...work], at)
}

/** `GET /coordination/practitioners/{id}/queue`. */
export async function supervisorsQueue(
  ctx: Context,
  id: string,
): Promise<Result<{ readonly items: readonly WorklistRow[]; readonly next: null }>> {
  for (const type of ['Practitioner', 'PractitionerRole', 'Encounter', 'QuestionnaireResponse', 'Task']) {
    const may = allowed(ctx, 'search-type', type)
    if (!may.ok) return may
  }
  const person = await ctx.store.look({ ask: 'resource', type: 'Practitioner', id })
  if (person?.text === undefined || !shown(ctx, person)) return fail('not-found', 'There is no such practitioner.')
  const { at } = await ctx.store.look({ ask: 'now' })
  return ok({ items: await lookThrough(ctx.store, rowsFor(ctx, id, at)), next: null })
}
