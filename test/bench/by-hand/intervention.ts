/** Interventions of a plan by hand: `mappings/shared/intervention.ts` with its checks and warnings. */
import type * as fhir from '@medplum/fhirtypes'
import { local } from '../../../mappings/shared/extension.ts'
import {
  type Intervention,
  interventionKinds,
  interventionStatuses,
  type LinkedIntervention,
  type PlannedIntervention,
  type Schedule,
} from '../../../src/domain/care-plan.ts'
import { handleOf } from '../../../src/lens/handle.ts'
import { code, items, known, needed, part, type Report, readConcept, text, warn } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { idIn, idsIn, pointing, refer, refIn, words, writeIds, writeRef, writeWords } from './references.ts'
import { list, type Maybe, named, said, setExtension, writeConcept } from './writes.ts'

type Activity = fhir.CarePlanActivity
type Detail = fhir.CarePlanActivityDetail

const url = {
  kind: local('intervention-kind'),
  authorization: local('authorization'),
  code: local('intervention-code'),
  goal: local('intervention-goal'),
}
const path = {
  kind: inExtension(url.kind, 'valueCode'),
  authorization: inExtension(url.authorization, 'valueReference'),
  code: inExtension(url.code, 'valueCodeableConcept'),
}
const kinds = known(...interventionKinds)
const statuses = known(...interventionStatuses)
const links = ['ServiceRequest', 'Task', 'Appointment', 'CommunicationRequest', 'RequestGroup'] as const
const performers = [
  ...(['Practitioner', 'PractitionerRole', 'Organization', 'HealthcareService', 'CareTeam', 'Patient', 'RelatedPerson'] as const),
]

const outcomeIn = (raw: Activity): fhir.CodeableConcept | undefined => raw.outcomeCodeableConcept?.find((one) => one !== null)

const both = (raw: Activity, report: Report) => ({
  handle: handleOf(raw),
  kind: code<NonNullable<Intervention['kind']>>(find(raw.extension, url.kind)?.valueCode, kinds, path.kind, report),
  authorizationId: idIn(find(raw.extension, url.authorization)?.valueReference, 'Claim', path.authorization, report),
  outcome: text(outcomeIn(raw)?.text, 'outcomeCodeableConcept.where({}).text', report),
})

function goalIn(one: fhir.Extension, report: Report): string | undefined {
  if (one.url !== url.goal) return undefined
  return needed(one.valueReference, idIn(one.valueReference, 'Goal', 'valueReference', report), 'valueReference', report)
}

function readLinked(raw: Activity, report: Report): Intervention | undefined {
  const value = both(raw, report)
  const linked = refIn(raw.reference!, links, 'reference', report)
  const concept = part(find(raw.extension, url.code)?.valueCodeableConcept, readConcept, path.code, report)
  const goalIds = items(raw.extension, goalIn, 'extension', report)
  return linked && { ...value, linked: linked as LinkedIntervention['linked'], code: concept, goalIds }
}

const letters: Readonly<Record<string, string>> = { d: 'D', wk: 'W', mo: 'M', a: 'Y', h: 'TH', min: 'TM', s: 'TS' }
const units: Readonly<Record<string, string>> = { D: 'd', W: 'wk', M: 'mo', Y: 'a', TH: 'h', TM: 'min', TS: 's' }

function timesIn({ repeat, event, code: named }: fhir.Timing): Schedule | undefined {
  const { frequency, period, periodUnit, boundsPeriod, ...rest } = repeat ?? {}
  const letter = letters[periodUnit ?? '']
  const isCount = period !== undefined && Number.isInteger(period) && period >= 1 && period <= 999
  if (!isCount || letter === undefined || frequency === undefined || event || named) return undefined
  for (const _ in rest) return undefined
  const { start, end } = boundsPeriod ?? {}
  if ((start?.length ?? 10) !== 10 || (end?.length ?? 10) !== 10) return undefined
  return { timesPer: frequency, period: letter.length > 1 ? `PT${period}${letter[1]}` : `P${period}${letter}`, start, end }
}

function readPlanned(raw: Activity, report: Report): Intervention | undefined {
  const value = both(raw, report)
  const detail = raw.detail!
  const concept = part(detail.code, readConcept, 'detail.code', report)
  const goalIds = idsIn(detail.goal, 'Goal', 'detail.goal', report)
  const known = code<PlannedIntervention['status']>(detail.status, statuses, 'detail.status', report)
  const status = needed(detail.status, known, 'detail.status', report)
  const statusReason = words(detail.statusReason, 'detail.statusReason', report)
  const inWords = text(detail.scheduledString, 'detail.scheduledString', report)
  const schedule = inWords === undefined ? detail.scheduledTiming && timesIn(detail.scheduledTiming) : { text: inWords }
  const locationId = idIn(detail.location, 'Location', 'detail.location', report)
  const who = items(detail.performer, (one, said) => refIn(one, performers, '', said), 'detail.performer', report)
  if (status === undefined) return undefined
  return { ...value, code: concept, goalIds, status, statusReason, schedule, locationId, performers: who }
}

export function readIntervention(raw: Activity, report: Report): Intervention | undefined {
  if (raw.reference) return readLinked(raw, report)
  return raw.detail ? readPlanned(raw, report) : warn(report, '', 'expected a reference or a detail')
}

function timingOf({ timesPer, period, start, end }: Exclude<Schedule, { text: string }>): fhir.Timing {
  const isTime = period[1] === 'T'
  const unit = units[`${isTime ? 'T' : ''}${period.at(-1)}`] as 'd'
  const bounds = start === undefined && end === undefined ? undefined : said<fhir.Period>({ start, end })
  return {
    repeat: said({
      boundsPeriod: bounds,
      frequency: timesPer,
      period: Number(period.slice(isTime ? 2 : 1, -1)),
      periodUnit: unit,
    }),
  }
}

function writeBoth(value: Intervention, prior: Activity | undefined) {
  let extension = setExtension(prior?.extension, url.kind, 'valueCode', value.kind)
  const claim = find(extension, url.authorization)?.valueReference
  extension = setExtension(extension, url.authorization, 'valueReference', refer('Claim', value.authorizationId, claim))
  const [, ...others] = prior?.outcomeCodeableConcept ?? []
  const outcome = value.outcome && [{ ...(prior && outcomeIn(prior)), text: value.outcome }, ...others]
  return { extension, outcomeCodeableConcept: outcome || undefined }
}

function writeLinked(value: LinkedIntervention, prior: Activity | undefined): Activity {
  const { extension: before, outcomeCodeableConcept } = writeBoth(value, prior)
  const now = find(before, url.code)?.valueCodeableConcept
  let extension = setExtension(before, url.code, 'valueCodeableConcept', value.code && writeConcept(value.code, now))
  extension = list<fhir.Extension, string>(
    extension,
    value.goalIds,
    goalIn,
    (id) => id,
    (id, one) => ({ ...one, url: url.goal, valueReference: pointing(`Goal/${id}`, one?.valueReference) }),
  )
  const reference = writeRef(value.linked, links[0], prior?.reference) as NonNullable<Activity['reference']>
  return said<Activity>({ ...prior, extension, outcomeCodeableConcept, reference } as Maybe<Activity>)
}

function writePlanned(value: PlannedIntervention, prior: Activity | undefined): Activity {
  const now = prior?.detail
  const { schedule } = value
  const timing = schedule && !('text' in schedule) ? timingOf(schedule) : undefined
  const reason = now?.statusReason
  const detail = said<Detail>({
    ...now,
    code: value.code && writeConcept(value.code, now?.code),
    goal: writeIds(now?.goal, value.goalIds, 'Goal'),
    status: value.status,
    statusReason: value.statusReason === words(reason, '', []) ? reason : writeWords(value.statusReason, reason),
    scheduledString: schedule && 'text' in schedule ? schedule.text : undefined,
    scheduledTiming:
      schedule === undefined && now?.scheduledTiming && !timesIn(now.scheduledTiming) ? now.scheduledTiming : timing,
    scheduledPeriod: schedule === undefined ? now?.scheduledPeriod : undefined,
    location: refer('Location', value.locationId, now?.location),
    performer: list<fhir.Reference, PlannedIntervention['performers'][number]>(
      now?.performer,
      value.performers,
      (one, report) => refIn(one, performers, '', report),
      (one) => JSON.stringify(one),
      (one, before) => writeRef(one, performers[0]!, before),
    ),
  } as Maybe<Detail>)
  return said<Activity>({ ...prior, ...writeBoth(value, prior), detail } as Maybe<Activity>)
}

/** One that takes the other form is written afresh. */
export const writeIntervention = (value: Intervention, prior?: Activity): Activity =>
  named(
    'linked' in value ? writeLinked(value, prior?.reference && prior) : writePlanned(value, prior?.reference ? undefined : prior),
    value.handle,
  )
