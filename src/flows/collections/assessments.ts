/** Assessments: answers, what they amount to, and the Observations by which others find them. */
import type { Observation, QuestionnaireResponse, Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import assessment, { type AssessmentParts } from '../../../mappings/assessment.questionnaire-response.ts'
import { receivedTotals } from '../../../mappings/shared/assessment-observations.ts'
import { AssessmentCommand, asksForSex, assess, instrumentFor, isSettled } from '../../domain/assess.ts'
import { type Assessment, assessmentMachine } from '../../domain/assessment.ts'
import { dayMs } from '../../domain/calendar.ts'
import { needsSaid } from '../../domain/derived-needs.ts'
import { detailsOf } from '../../domain/event-details.ts'
import type { SexForScoring } from '../../domain/instruments/score.ts'
import { RefTo } from '../../domain/kernel.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Put } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import { needsOf, propose, takenBack } from '../care-plans/derived-needs.ts'
import { reviewWorsening } from '../care-plans/worsening.ts'
import { clientWith } from '../clients/client-facts.ts'
import type { Context } from '../context.ts'
import { isOurs, observationsFor } from './assessment-observations.ts'
import { collection, type EventInput, onEach } from './collection.ts'
import { crisisOf } from './crisis-of-assessment.ts'
import { reasoned } from './with-reason.ts'

const ReviewDetails = z.object({ reviewedBy: RefTo('Practitioner', 'PractitionerRole').optional() })

function* onEvent(_ctx: Context, moved: Assessment, event: EventInput, now: string): Steps<Result<Assessment>> {
  const at = event.at ?? now
  const value = reasoned(moved, 'statusReason', event)
  if (event.type === 'complete') return ok({ ...value, completedAt: at })
  if (event.type !== 'review') return ok(value)
  const details = detailsOf(ReviewDetails, event)
  return details.ok ? ok({ ...value, ...details.value, reviewedAt: at }) : details
}

/** The instrument by all its names, where it is known here. */
function named(value: Assessment): Assessment {
  const known = instrumentFor(value)
  if (!known) return value
  const { id, version, questionnaires } = known
  return { ...value, instrument: { version, questionnaire: questionnaires[0], ...value.instrument, id } }
}

/** Of whom the cut of a score may ask. */
function* sexOf(value: Assessment): Steps<SexForScoring | undefined> {
  return asksForSex(value) && value.clientId !== undefined ? (yield* clientWith(value.clientId))?.sexForScoring : undefined
}

const yearMs = 366 * dayMs
/** What was answered longer ago than a year tells nothing of what is needed today. */
const isOld = ({ completedAt, administeredAt }: Assessment, at: string): boolean =>
  Date.parse(at) - Date.parse(completedAt ?? administeredAt ?? at) > yearMs

/** The goals that its total is a measure of may have got farther away. */
function* worsened(clientId: string, observations: readonly Put[], at: string): Steps<readonly Put[]> {
  const fresh = observations.map(({ resource }) => resource as Observation)
  const codes = fresh.flatMap(({ code }) => code?.coding ?? [])
  return codes.length === 0 ? [] : yield* reviewWorsening(clientId, codes, fresh, at)
}

const answersOf = ({ items }: Assessment): string => JSON.stringify(items.map(({ score: _, ...item }) => item))

export const assessments = collection<Assessment, AssessmentParts>({
  name: 'assessments',
  prefix: 'asm',
  anchor: 'QuestionnaireResponse',
  parts: [
    {
      type: 'Observation',
      many: true,
      by: 'derived-from',
      link: (part: Resource) => part,
      anchorOf: (part) => (part as Observation).derivedFrom?.map(({ reference }) => reference) ?? [],
    },
  ],
  mapping: assessment,
  command: AssessmentCommand,
  claims: () => true,
  client: 'patient',
  sort: '-authored',
  machine: { field: 'state', states: assessmentMachine, initial: 'planned' },
  computed: ['band', 'result', 'riskFindings'],
  /** What others wrote is assessed as it is read; what we wrote carries its results. */
  *view({ id, value, parts }) {
    if (value.result !== undefined || !instrumentFor(value) || !(isSettled(value) || value.state === 'stopped')) return {}
    const others = (parts.Observation ?? []).filter((one) => !isOurs(id, one))
    const at = value.completedAt ?? value.administeredAt ?? parts.QuestionnaireResponse.meta?.lastUpdated ?? '1970'
    const received = { ...value, scores: [...value.scores, ...receivedTotals(value, others)] }
    const { items, scores, band, result, riskFindings } = assess(received, value, at, yield* sexOf(value))
    return { items, scores, riskFindings, ...(band && { band }), ...(result && { result }) }
  },
  *prepare(_ctx, said, before, at) {
    const value = named(said)
    const isFixed = before && before.value.state === value.state && (value.state === 'completed' || value.state === 'reviewed')
    if (isFixed && answersOf(value) !== answersOf(before.value))
      return fail('rule-broken', 'Answers of a completed assessment are amended, not replaced.', {
        issues: [{ path: 'items', message: 'change only after the event amend' }],
      })
    const sex = yield* sexOf(value)
    const assessed = assess(value, before?.value ?? { scores: [], riskFindings: [] }, at, sex)
    const derived = before ? yield* needsOf(before.id, needsSaid(before.id, assessed, sex)) : []
    return ok({ ...assessed, needsDerived: [...new Set([...assessed.needsDerived, ...derived])] })
  },
  on: onEach(assessmentMachine, onEvent),
  concerns: (anchor) => (anchor as QuestionnaireResponse).status !== 'in-progress',
  *after(ctx, { id, value, parts }, _before, at) {
    const observations = yield* observationsFor(id, value, parts.QuestionnaireResponse, parts.Observation ?? [], at)
    const needs = isOld(value, at) ? [] : yield* propose(id, needsSaid(id, value, yield* sexOf(value)), at)
    const wrong = value.state === 'entered-in-error' ? yield* takenBack(value.needsDerived, at) : []
    const worse = value.clientId === undefined ? [] : yield* worsened(value.clientId, observations, at)
    return ok([...observations, ...needs, ...wrong, ...worse, ...(yield* crisisOf(ctx, id, value, at))])
  },
})
