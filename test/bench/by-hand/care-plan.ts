/** Care plan ↔ CarePlan, written by hand: all rows of `mappings/care-plan.care-plan.ts`, with its checks and warnings. */
import type * as fhir from '@medplum/fhirtypes'
import carePlanCarePlan, { planKind, reviewEvery } from '../../../mappings/care-plan.care-plan.ts'
import { core, local } from '../../../mappings/shared/extension.ts'
import { reviewedAt } from '../../../mappings/shared/safety-plan-document.ts'
import type { CarePlan, PlanState } from '../../../src/domain/care-plan.ts'
import type { Reading } from '../../../src/lens/mapping.ts'
import { at, date, dateTime, items, needed, part, type Report, readIdentifier, readPeriod, text, warn } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { readIntervention, writeIntervention } from './intervention.ts'
import { readLabels, writeLabels } from './labels.ts'
import {
  idIn,
  idsIn,
  oneTermIn,
  pointing,
  refer,
  refIn,
  words,
  writeFirst,
  writeIds,
  writeOneTerm,
  writeRef,
  writeWords,
} from './references.ts'
import { readSignature, type Signature, writeSignature } from './signature.ts'
import { list, setExtension, unlessSame, writeIdentifier, writePeriod } from './writes.ts'

const url = {
  episode: core('workflow-episodeOfCare'),
  every: reviewEvery,
  reviewed: reviewedAt,
  next: local('next-review'),
  reason: local('status-reason'),
}
const path = {
  episode: inExtension(url.episode, 'valueReference'),
  every: inExtension(url.every, 'valueString'),
  reviewed: inExtension(url.reviewed, 'valueDateTime'),
  next: inExtension(url.next, 'valueDate'),
  reason: inExtension(url.reason, 'valueCodeableConcept'),
}
const authors = [
  ...(['Practitioner', 'PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'CareTeam', 'Device'] as const),
]
type Author = NonNullable<CarePlan['author']>

const states: Readonly<Record<string, PlanState>> = {
  ...{ draft: 'draft', active: 'active', 'on-hold': 'on-hold', revoked: 'revoked', completed: 'completed' },
  ...{ 'entered-in-error': 'entered-in-error', unknown: 'on-hold' },
}
const stateOf = (status: unknown, report: Report): PlanState | undefined =>
  needed(
    status,
    status === undefined ? undefined : (states[status as string] ?? warn(report, 'status', 'unmapped status')),
    'status',
    report,
  )

const readContributor = (one: fhir.Reference, report: Report) => refIn(one, authors, '', report) as Author | undefined

export function readCarePlan({ CarePlan: c }: { CarePlan: fhir.CarePlan }): Reading<CarePlan> {
  const report: Report = []
  const clientId = idIn(c.subject, 'Patient', 'subject', report)
  const state = stateOf(c.status, report)
  if (clientId === undefined || state === undefined) return { ok: false, issues: report }
  const all = c.extension
  const value: CarePlan = {
    identifiers: items(c.identifier, readIdentifier, 'identifier', report),
    clientId,
    episodeId: idIn(find(all, url.episode)?.valueReference, 'EpisodeOfCare', path.episode, report),
    kind: oneTermIn(c.category, planKind),
    title: text(c.title, 'title', report),
    narrative: text(c.description, 'description', report),
    period: part(c.period, readPeriod, 'period', report),
    author: c.author && (refIn(c.author, authors, 'author', report) as Author | undefined),
    contributors: items(c.contributor, readContributor, 'contributor', report),
    careTeamId: idsIn(c.careTeam, 'CareTeam', 'careTeam', report)[0],
    needs: idsIn(c.addresses, 'Condition', 'addresses', report),
    goals: idsIn(c.goal, 'Goal', 'goal', report),
    interventions: items(c.activity, readIntervention, 'activity', report),
    reviewEvery: text(find(all, url.every)?.valueString, path.every, report),
    reviewedAt: dateTime(find(all, url.reviewed)?.valueDateTime, path.reviewed, report),
    nextReviewOn: date(find(all, url.next)?.valueDate, path.next, report),
    signatures: items(all, readSignature, 'extension', report),
    crisisPlanId: idsIn(c.supportingInfo, 'CarePlan', 'supportingInfo', report)[0],
    replaces: idsIn(c.replaces, 'CarePlan', 'replaces', report)[0],
    statusReason: words(find(all, url.reason)?.valueCodeableConcept, path.reason, report),
    ...readLabels(c.meta, report),
    state,
  }
  if (report.length > 0) at('CarePlan', report, 0)
  return { ok: true, value, warnings: report }
}

function writeExtensions(value: CarePlan, now: fhir.Extension[] | undefined): fhir.Extension[] | undefined {
  const before = find(now, url.episode)?.valueReference
  const reason = find(now, url.reason)?.valueCodeableConcept
  const why = value.statusReason === words(reason, '', []) ? reason : writeWords(value.statusReason, reason)
  let all = setExtension(now, url.episode, 'valueReference', refer('EpisodeOfCare', value.episodeId, before))
  all = setExtension(all, url.every, 'valueString', value.reviewEvery)
  all = setExtension(all, url.reviewed, 'valueDateTime', value.reviewedAt)
  all = setExtension(all, url.next, 'valueDate', value.nextReviewOn)
  all = list<fhir.Extension, Signature>(all, value.signatures, readSignature, ({ handle }) => handle ?? '', writeSignature)
  return setExtension(all, url.reason, 'valueCodeableConcept', why)
}

export function writeCarePlan(value: CarePlan, parts?: { CarePlan: fhir.CarePlan }): { CarePlan: fhir.CarePlan } {
  const now = parts?.CarePlan ?? carePlanCarePlan.blank.CarePlan
  const next = {
    ...now,
    meta: writeLabels(value, now.meta),
    extension: writeExtensions(value, now.extension),
    identifier: list(now.identifier, value.identifiers, readIdentifier, ({ handle }) => handle ?? '', writeIdentifier),
    status: stateOf(now.status, []) === value.state ? now.status : value.state === 'superseded' ? 'revoked' : value.state,
    category: writeOneTerm(now.category, value.kind, planKind),
    title: value.title,
    description: value.narrative,
    subject: pointing(`Patient/${value.clientId}`, now.subject),
    period: value.period && writePeriod(value.period, now.period),
    author: value.author && writeRef(value.author, authors[0]!, now.author),
    contributor: list<fhir.Reference, Author>(
      now.contributor,
      value.contributors,
      readContributor,
      (one) => JSON.stringify(one),
      (one, prior) => writeRef(one, authors[0]!, prior),
    ),
    careTeam: writeFirst(now.careTeam, value.careTeamId, 'CareTeam'),
    addresses: writeIds(now.addresses, value.needs, 'Condition'),
    supportingInfo: writeFirst(now.supportingInfo, value.crisisPlanId, 'CarePlan'),
    goal: writeIds(now.goal, value.goals, 'Goal'),
    activity: list(now.activity, value.interventions, readIntervention, ({ handle }) => handle ?? '', writeIntervention),
    replaces: writeFirst(now.replaces, value.replaces, 'CarePlan'),
  } as fhir.CarePlan
  const CarePlan = unlessSame<fhir.CarePlan>(next, parts?.CarePlan)
  return CarePlan === parts?.CarePlan ? parts! : { CarePlan }
}
