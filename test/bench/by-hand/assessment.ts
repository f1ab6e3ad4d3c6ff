/** Assessment ↔ QuestionnaireResponse, written by hand: all rows of its mapping, with its checks and warnings. */
import type * as fhir from '@medplum/fhirtypes'
import type { AssessmentParts } from '../../../mappings/assessment.questionnaire-response.ts'
import { participationMode } from '../../../mappings/codes/participation-mode.ts'
import { core, local } from '../../../mappings/shared/extension.ts'
import {
  type Assessment,
  type AssessmentState,
  assessmentKinds,
  assessmentResults,
  assessmentStates,
  respondents,
} from '../../../src/domain/assessment.ts'
import type { Reading } from '../../../src/lens/mapping.ts'
import { readAnswers, writeAnswers } from './answers.ts'
import { at, code, dateTime, items, known, needed, part, type Report, readIdentifier, text, warn } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import {
  derivedIn,
  url as parts,
  readBand,
  readFinding,
  readScore,
  writeBand,
  writeDerived,
  writeFinding,
  writeScore,
} from './findings.ts'
import { readLabels, writeLabels } from './labels.ts'
import { idIn, refer, refIn, termIn, words, writeRef, writeTerm, writeWords } from './references.ts'
import { list, setExtension, unlessSame, writeIdentifier } from './writes.ts'

const url = {
  episode: core('workflow-episodeOfCare'),
  kind: local('assessment-kind'),
  instrument: local('instrument'),
  version: local('instrument-version'),
  administered: local('administered-at'),
  mode: local('assessment-mode'),
  respondent: local('respondent'),
  result: local('assessment-result'),
  reviewer: local('reviewed-by'),
  reviewed: local('reviewed-at'),
  reason: local('status-reason'),
  state: local('domain-state'),
}
const path = {
  episode: inExtension(url.episode, 'valueReference'),
  kind: inExtension(url.kind, 'valueCode'),
  instrument: inExtension(url.instrument, 'valueString'),
  version: inExtension(url.version, 'valueString'),
  administered: inExtension(url.administered, 'valueDateTime'),
  mode: inExtension(url.mode, 'valueCodeableConcept'),
  respondent: inExtension(url.respondent, 'valueCode'),
  band: `extension.where(${JSON.stringify({ url: parts.band })})`,
  result: inExtension(url.result, 'valueCode'),
  reviewer: inExtension(url.reviewer, 'valueReference'),
  reviewed: inExtension(url.reviewed, 'valueDateTime'),
  reason: inExtension(url.reason, 'valueCodeableConcept'),
  state: inExtension(url.state, 'valueCode'),
}
const kinds = known(...assessmentKinds)
const voices = known(...respondents)
const results = known(...assessmentResults)
const states = known(...assessmentStates)
const authors = ['Practitioner', 'PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'Device'] as const
const reviewers = ['Practitioner', 'PractitionerRole'] as const

type Status = fhir.QuestionnaireResponse['status']
const statusOf: Readonly<Record<AssessmentState, Status>> = {
  ...({ planned: 'in-progress', 'in-progress': 'in-progress', completed: 'completed', reviewed: 'completed' } as const),
  ...({ amended: 'amended', stopped: 'stopped', declined: 'stopped', 'entered-in-error': 'entered-in-error' } as const),
}
const bare: Readonly<Record<string, AssessmentState>> = {
  ...({ 'in-progress': 'in-progress', completed: 'completed', amended: 'amended' } as const),
  ...({ stopped: 'stopped', 'entered-in-error': 'entered-in-error' } as const),
}

function stateIn(raw: fhir.QuestionnaireResponse, report: Report): AssessmentState | undefined {
  const fine = code<AssessmentState>(find(raw.extension, url.state)?.valueCode, states, path.state, report)
  if (fine !== undefined && statusOf[fine] === raw.status) return fine
  return needed(raw.status, bare[raw.status], 'status', report) ?? warn(report, 'status', 'unmapped status')
}

function instrumentIn(raw: fhir.QuestionnaireResponse, report: Report): Assessment['instrument'] {
  const id = text(find(raw.extension, url.instrument)?.valueString, path.instrument, report)
  const version = text(find(raw.extension, url.version)?.valueString, path.version, report)
  const language = text(raw.language, 'language', report)
  const questionnaire = text(raw.questionnaire, 'questionnaire', report)
  return (id ?? version ?? language ?? questionnaire) === undefined ? undefined : { id, version, language, questionnaire }
}

export function readAssessment({ QuestionnaireResponse: r }: AssessmentParts): Reading<Assessment> {
  const report: Report = []
  const state = stateIn(r, report)
  if (state === undefined) return { ok: false, issues: report }
  const all = r.extension
  const identifier = part(r.identifier, readIdentifier, 'identifier', report)
  const reviewer = find(all, url.reviewer)?.valueReference
  const value: Assessment = {
    identifiers: identifier ? [identifier] : [],
    clientId: idIn(r.subject, 'Patient', 'subject', report),
    episodeId: idIn(find(all, url.episode)?.valueReference, 'EpisodeOfCare', path.episode, report),
    sessionId: idIn(r.encounter, 'Encounter', 'encounter', report),
    kind: code<NonNullable<Assessment['kind']>>(find(all, url.kind)?.valueCode, kinds, path.kind, report),
    instrument: instrumentIn(r, report),
    administeredAt: dateTime(find(all, url.administered)?.valueDateTime, path.administered, report),
    completedAt: dateTime(r.authored, 'authored', report),
    mode: termIn(find(all, url.mode)?.valueCodeableConcept, participationMode, path.mode, report),
    respondent: code<'client'>(find(all, url.respondent)?.valueCode, voices, path.respondent, report),
    administeredBy: r.author && (refIn(r.author, authors, 'author', report) as Assessment['administeredBy']),
    items: readAnswers(r.item, 'item', report),
    scores: items(all, readScore, 'extension', report),
    band: part(find(all, parts.band), readBand, path.band, report),
    result: code<NonNullable<Assessment['result']>>(find(all, url.result)?.valueCode, results, path.result, report),
    riskFindings: items(all, readFinding, 'extension', report),
    needsDerived: items(all, derivedIn, 'extension', report),
    reviewedBy: reviewer && (refIn(reviewer, reviewers, path.reviewer, report) as Assessment['reviewedBy']),
    reviewedAt: dateTime(find(all, url.reviewed)?.valueDateTime, path.reviewed, report),
    statusReason: words(find(all, url.reason)?.valueCodeableConcept, path.reason, report),
    ...readLabels(r.meta, report),
    state,
  }
  if (report.length > 0) at('QuestionnaireResponse', report, 0)
  return { ok: true, value, warnings: report }
}

function writeExtensions(value: Assessment, now: fhir.Extension[] | undefined): fhir.Extension[] | undefined {
  const episode = find(now, url.episode)?.valueReference
  const mode = find(now, url.mode)?.valueCodeableConcept
  const reviewer = find(now, url.reviewer)?.valueReference
  const reason = find(now, url.reason)?.valueCodeableConcept
  const why = value.statusReason === words(reason, '', []) ? reason : writeWords(value.statusReason, reason)
  const { instrument, reviewedBy, state } = value
  let all = setExtension(now, url.episode, 'valueReference', refer('EpisodeOfCare', value.episodeId, episode))
  all = setExtension(all, url.kind, 'valueCode', value.kind)
  all = setExtension(all, url.instrument, 'valueString', instrument?.id)
  all = setExtension(all, url.version, 'valueString', instrument?.version)
  all = setExtension(all, url.administered, 'valueDateTime', value.administeredAt)
  all = setExtension(all, url.mode, 'valueCodeableConcept', writeTerm(value.mode, participationMode, mode))
  all = setExtension(all, url.respondent, 'valueCode', value.respondent)
  all = list<fhir.Extension, Assessment['scores'][number]>(
    all,
    value.scores,
    readScore,
    ({ key, code }) => JSON.stringify([key, code ?? null]),
    writeScore,
  )
  all = setExtension(all, parts.band, 'extension', value.band && writeBand(value.band, find(all, parts.band)?.extension))
  all = setExtension(all, url.result, 'valueCode', value.result)
  all = list<fhir.Extension, Assessment['riskFindings'][number]>(
    all,
    value.riskFindings,
    readFinding,
    ({ ruleId }) => ruleId,
    writeFinding,
  )
  all = list<fhir.Extension, string>(all, value.needsDerived, derivedIn, (id) => id, writeDerived)
  all = setExtension(all, url.reviewer, 'valueReference', reviewedBy && writeRef(reviewedBy, reviewers[0], reviewer))
  all = setExtension(all, url.reviewed, 'valueDateTime', value.reviewedAt)
  all = setExtension(all, url.reason, 'valueCodeableConcept', why)
  return setExtension(all, url.state, 'valueCode', bare[statusOf[state]] === state ? undefined : state)
}

export function writeAssessment(value: Assessment, onto?: AssessmentParts): AssessmentParts {
  const now = onto?.QuestionnaireResponse
  const [identifier] = value.identifiers
  const next = {
    ...(now ?? { resourceType: 'QuestionnaireResponse' }),
    meta: writeLabels(value, now?.meta),
    language: value.instrument?.language,
    extension: writeExtensions(value, now?.extension),
    identifier: identifier && writeIdentifier(identifier, now?.identifier),
    questionnaire: value.instrument?.questionnaire,
    status: statusOf[value.state],
    subject: refer('Patient', value.clientId, now?.subject),
    encounter: refer('Encounter', value.sessionId, now?.encounter),
    authored: value.completedAt,
    author: value.administeredBy && writeRef(value.administeredBy, authors[0], now?.author),
    item: writeAnswers(value.items, now?.item),
  } as fhir.QuestionnaireResponse
  const QuestionnaireResponse = unlessSame<fhir.QuestionnaireResponse>(next, now)
  return QuestionnaireResponse === now ? onto! : { ...onto, QuestionnaireResponse }
}
