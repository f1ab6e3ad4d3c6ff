/**
 * What waits for a supervisor: sessions signed by people without a licence of their own, assessments nobody has reviewed, work that missed
 * its service level, and what was passed on to the supervisor. In the order of a worklist.
 */
import type { PractitionerRole } from '@medplum/fhirtypes'
import assessmentMapping from '../../../mappings/assessment.questionnaire-response.ts'
import session from '../../../mappings/session.encounter.ts'
import workItem, { workItemKind } from '../../../mappings/work-item.task.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { needsCosignature } from '../../domain/session.ts'
import { isUnfinished } from '../../domain/work-item.ts'
import { type WorklistItem, type WorklistRow, worklistOf } from '../../domain/worklist.ts'
import type { Filter } from '../../fhir/search/query.ts'
import { lookThrough, type Steps, type Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { shown } from '../fhir/visible.ts'
import { storedValue } from '../next-version.ts'
import { allOf, eachOf, hasToken, ofStatus, pointsAt, unfinishedTask } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { idIn, referenceTo } from '../references.ts'
import { isLicensed, rolesOf } from './supervision.ts'
import { itemOf } from './worklist.ts'

function* supervised(roles: readonly PractitionerRole[]): Steps<readonly string[]> {
  const own = roles.flatMap(({ id }) => (id === undefined ? [] : [`PractitionerRole/${id}`]))
  if (own.length === 0) return []
  const items = yield* allOf('PractitionerRole', pointsAt('supervisor', ...own))
  return items.flatMap((stored) => {
    const person = idIn(storedValue<PractitionerRole>(stored)?.practitioner, 'Practitioner')
    return [`PractitionerRole/${stored.id}`, ...(person === undefined ? [] : [`Practitioner/${person}`])]
  })
}

function* toCosign(stored: Stored): Steps<WorklistItem | undefined> {
  const value = readStored(session, stored)
  // Nobody's licence is looked for where no signature is wanted whatever it says.
  if (!value || !needsCosignature(value, false)) return undefined
  const { clientId, kind, actual, renderer, state } = value
  const day = actual?.start?.slice(0, 10) ?? stored.at.slice(0, 10)
  if (yield* isLicensed(referenceTo(renderer, 'Practitioner'), day)) return undefined
  return { collection: 'sessions', id: stored.id, kind: 'cosign', clientId, what: kind, state, dueAt: actual?.end }
}

function toReview(stored: Stored): WorklistItem | undefined {
  const value = readStored(assessmentMapping, stored)
  if (value?.state !== 'completed' && value?.state !== 'amended') return undefined
  const { clientId, completedAt, administeredAt, state } = value
  return { collection: 'assessments', id: stored.id, kind: 'review', clientId, state, dueAt: completedAt ?? administeredAt }
}

/** Theirs, or somebody else's that is late. */
function toDo(stored: Stored, at: string, isOwn: boolean): WorklistItem | undefined {
  const value = readStored(workItem, stored)
  if (!value || !isUnfinished(value)) return undefined
  const item = itemOf(stored, value, at)
  return isOwn || item.breachedAt !== undefined ? item : undefined
}

function* rowsFor(ctx: Context, practitionerId: string, at: string): Steps<readonly WorklistRow[]> {
  const roles = yield* rolesOf(practitionerId)
  const own = [`Practitioner/${practitionerId}`, ...roles.map(({ id }) => `PractitionerRole/${id}`)]
  const theirs = yield* supervised(roles)
  const code = hasToken('code', { system: workItemKind })
  const team = theirs.length > 0 ? theirs : ['nobody']
  const items: WorklistItem[] = []
  function* each(type: string, filters: readonly Filter[], toItem: (stored: Stored) => Steps<WorklistItem | undefined>) {
    yield* eachOf(type, filters, function* (stored) {
      const item = shown(ctx, stored) ? yield* toItem(stored) : undefined
      if (item) items.push(item)
    })
  }
  yield* each('Encounter', [pointsAt('participant', ...team), ofStatus('finished')], toCosign)
  yield* each('QuestionnaireResponse', [pointsAt('author', ...team), ofStatus('completed', 'amended')], function* (stored) {
    return toReview(stored)
  })
  yield* each('Task', [code, unfinishedTask, pointsAt('owner', ...own)], function* (stored) {
    return toDo(stored, at, true)
  })
  const passed = new Set(items.map(({ id }) => id))
  yield* each('Task', [code, unfinishedTask, pointsAt('owner', ...team)], function* (stored) {
    return passed.has(stored.id) ? undefined : toDo(stored, at, false)
  })
  return worklistOf(items, at)
}

/** `GET /coordination/practitioners/{id}/queue`. */
export async function supervisorsQueue(
  ctx: Context,
  id: string,
): Promise<Result<{ readonly items: readonly WorklistRow[]; readonly next: null }>> {
  const may = allowed(ctx, 'search-type', 'Practitioner', 'PractitionerRole', 'Encounter', 'QuestionnaireResponse', 'Task')
  if (!may.ok) return may
  const person = await ctx.store.look({ ask: 'resource', type: 'Practitioner', id })
  if (person?.text === undefined || !shown(ctx, person)) return fail('not-found', 'There is no such practitioner.')
  const { at } = await ctx.store.look({ ask: 'now' })
  return ok({ items: await lookThrough(ctx.store, rowsFor(ctx, id, at), ctx.pause), next: null })
}
