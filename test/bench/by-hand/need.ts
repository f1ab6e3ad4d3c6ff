/** Need ↔ Condition, written by hand: all rows of `mappings/need.condition.ts`, with its checks and warnings. */
import type * as fhir from '@medplum/fhirtypes'
import { clinicalStatus, needDomain, severity, verificationStatus } from '../../../mappings/codes/need.ts'
import { core, local } from '../../../mappings/shared/extension.ts'
import { isUnsure, type Need } from '../../../src/domain/need.ts'
import { sdohCodes } from '../../../src/domain/sdoh.ts'
import type { Reading } from '../../../src/lens/mapping.ts'
import { at, code, dateTime, items, known, part, type Report, readCoding, readConcept, readIdentifier, warn } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { readLabels, writeLabels } from './labels.ts'
import { idIn, pointing, refer, refIn, termIn, words, writeRef, writeTerm, writeWords } from './references.ts'
import { list, setExtension, unlessSame, writeCoding, writeConcept, writeIdentifier } from './writes.ts'

const url = {
  episode: core('workflow-episodeOfCare'),
  asserter: local('asserted-by'),
  view: local('client-view'),
  priority: local('need-priority'),
  reason: local('status-reason'),
  state: local('need-state'),
  specific: local('specific-category'),
}
const path = (name: keyof typeof url, member: string): string => inExtension(url[name], member)
const episodePath = path('episode', 'valueReference')
const asserterPath = path('asserter', 'valueCode')
const viewPath = path('view', 'valueCode')
const priorityPath = path('priority', 'valueCode')
const reasonPath = path('reason', 'valueCodeableConcept')
const statePath = path('state', 'valueCode')
const asserters = known('client', 'coordinator', 'clinician', 'algorithm', 'external')
const views = known('agrees', 'disagrees', 'undecided', 'not-asked')
const priorities = known('high', 'medium', 'low')
const declined = known('declined')
const shown = ['QuestionnaireResponse', 'DocumentReference', 'Observation', 'DiagnosticReport', 'Condition'] as const

type Evidence = Need['evidence'][number]
const readEvidence = ({ detail }: fhir.ConditionEvidence, report: Report): Evidence | undefined =>
  detail?.length === 1 ? (refIn(detail[0]!, shown, '', report) as Evidence) : warn(report, '', 'expected one reference')

const domainIn = (one: fhir.CodeableConcept): Need['domain'] => {
  if (Array.isArray(one?.coding))
    for (const { code, system = '' } of one.coding) {
      const term = needDomain.termOf(code, system)
      if (term !== undefined) return term
    }
  return undefined
}
export const isSpecific = (one: fhir.CodeableConcept): boolean =>
  one?.coding?.some(({ system }) => system === sdohCodes) === true ||
  one?.extension?.some((each) => each.url === url.specific) === true
export const specificIn = (one: fhir.CodeableConcept | undefined): fhir.Coding | undefined =>
  one?.coding?.find(({ system }) => system === sdohCodes) ?? one?.coding?.[0]

function stateOf(c: fhir.Condition, verification: Need['verification'], report: Report): Need['state'] | undefined {
  const clinical = termIn(c.clinicalStatus, clinicalStatus, 'clinicalStatus', report)
  const fine = code<'declined'>(find(c.extension, url.state)?.valueCode, declined, statePath, report)
  if ((c.abatementAge ?? c.abatementPeriod ?? c.abatementRange ?? c.abatementString) !== undefined)
    return warn(report, '', 'has an end that is no date: it cannot be kept in step with the state')
  const isOver = clinical === 'resolved' || clinical === 'inactive'
  if (c.abatementDateTime !== undefined && !isOver) return warn(report, '', 'has an end and goes on: con-4 of Condition')
  if (verification === 'refuted' || verification === 'entered-in-error') return verification
  if (clinical === 'recurrence') return 'recurred'
  if (clinical === 'inactive' && fine === 'declined') return 'declined'
  if (isOver) return 'resolved'
  return isUnsure(verification) ? 'suspected' : 'confirmed'
}

function onsetOf(c: fhir.Condition, report: Report): string | undefined {
  const onset = dateTime(c.onsetDateTime, 'onsetDateTime', report)?.slice(0, 10)
  if (onset !== undefined) return onset
  for (const other of ['onsetAge', 'onsetPeriod', 'onsetRange', 'onsetString'] as const)
    if (c[other] !== undefined) return warn(report, other, 'of a type that is not read here')
  return undefined
}

export function readNeed({ Condition: c }: { Condition: fhir.Condition }): Reading<Need> {
  const report: Report = []
  const clientId = idIn(c.subject, 'Patient', 'subject', report)
  const verification = termIn(c.verificationStatus, verificationStatus, 'verificationStatus', report)
  const state = stateOf(c, verification, report)
  if (clientId === undefined || state === undefined) return { ok: false, issues: report }
  const all = c.extension
  const categories = Array.isArray(c.category) ? c.category : []
  const domain = categories.find((one) => domainIn(one) !== undefined)
  const specific = categories.findIndex(isSpecific)
  const value: Need = {
    identifiers: items(c.identifier, readIdentifier, 'identifier', report),
    clientId,
    episodeId: idIn(find(all, url.episode)?.valueReference, 'EpisodeOfCare', episodePath, report),
    domain: domain && domainIn(domain),
    category: specific < 0 ? undefined : part(specificIn(categories[specific]), readCoding, `category[${specific}]`, report),
    code: part(c.code, readConcept, 'code', report),
    evidence: items(c.evidence, readEvidence, 'evidence', report),
    assertedBy: code<'client'>(find(all, url.asserter)?.valueCode, asserters, asserterPath, report),
    clientView: code<'agrees'>(find(all, url.view)?.valueCode, views, viewPath, report),
    severity: termIn(c.severity, severity, 'severity', report),
    priority: code<'high'>(find(all, url.priority)?.valueCode, priorities, priorityPath, report),
    onset: onsetOf(c, report),
    resolvedOn: dateTime(c.abatementDateTime, 'abatementDateTime', report)?.slice(0, 10),
    statusReason: words(find(all, url.reason)?.valueCodeableConcept, reasonPath, report),
    ...readLabels(c.meta, report),
    state,
    verification,
  }
  if (report.length > 0) at('Condition', report, 0)
  return { ok: true, value, warnings: report }
}

const clinicalOf = {
  ...({ suspected: 'active', confirmed: 'active', 'being-addressed': 'active', resolved: 'resolved' } as const),
  ...({ recurred: 'recurrence', declined: 'inactive', refuted: 'inactive', 'entered-in-error': undefined } as const),
}

/** One of a list, at the place of the one that it follows. */
export function placed(all: fhir.CodeableConcept[] | undefined, index: number, next: fhir.CodeableConcept | undefined) {
  if (index < 0) return next === undefined ? all : [...(all ?? []), next]
  if (next === undefined) return all!.toSpliced(index, 1)
  return next === all![index] ? all : all!.with(index, next)
}

export function specificAfter(
  value: Need['category'],
  prior: fhir.CodeableConcept | undefined,
): fhir.CodeableConcept | undefined {
  if (value === undefined) return undefined
  const coding = specificIn(prior)
  if (coding && coding.system === value.system && coding.code === value.code)
    return { ...prior, coding: prior!.coding!.map((one) => (one === coding ? writeCoding(value, one) : one)) }
  const marked = value.system === sdohCodes ? {} : { extension: [{ url: url.specific, valueBoolean: true }] }
  return { ...marked, coding: [writeCoding(value)] }
}

function writeCategories(value: Need, now: fhir.CodeableConcept[] | undefined): fhir.CodeableConcept[] | undefined {
  const domain = now?.findIndex((one) => domainIn(one) !== undefined) ?? -1
  const next = placed(now, domain, writeTerm(value.domain, needDomain, now?.[domain]))
  const specific = next?.findIndex(isSpecific) ?? -1
  return placed(next, specific, specificAfter(value.category, next?.[specific]))
}

function writeExtensions(value: Need, now: fhir.Extension[] | undefined): fhir.Extension[] | undefined {
  const episode = find(now, url.episode)?.valueReference
  const reason = find(now, url.reason)?.valueCodeableConcept
  const said = value.statusReason === words(reason, '', []) ? reason : writeWords(value.statusReason, reason)
  let all = setExtension(now, url.episode, 'valueReference', refer('EpisodeOfCare', value.episodeId, episode))
  all = setExtension(all, url.asserter, 'valueCode', value.assertedBy)
  all = setExtension(all, url.view, 'valueCode', value.clientView)
  all = setExtension(all, url.priority, 'valueCode', value.priority)
  all = setExtension(all, url.reason, 'valueCodeableConcept', said)
  return setExtension(all, url.state, 'valueCode', value.state === 'declined' ? 'declined' : undefined)
}

/** A moment stays while its day does. */
const onDay = (value: string | undefined, prior: string | undefined): string | undefined =>
  prior?.slice(0, 10) === value ? prior : value

const blank: fhir.Condition = {
  resourceType: 'Condition',
  category: [{ coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/condition-category', code: 'health-concern' }] }],
  subject: {},
}

export function writeNeed(value: Need, parts?: { Condition: fhir.Condition }): { Condition: fhir.Condition } {
  const now = parts?.Condition ?? blank
  const isKept =
    stateOf(now, termIn(now.verificationStatus, verificationStatus, '', []), []) === value.state && parts !== undefined
  const before = termIn(now.clinicalStatus, clinicalStatus, '', [])
  const clinical = value.state === 'being-addressed' && before === 'recurrence' ? before : clinicalOf[value.state]
  const evidence = list<fhir.ConditionEvidence, Evidence>(
    now.evidence,
    value.evidence,
    readEvidence,
    (one) => JSON.stringify(one),
    (one, prior) => ({ ...prior, detail: [writeRef(one, shown[0], prior?.detail?.[0])] }),
  )
  const next = {
    ...now,
    meta: writeLabels(value, now.meta),
    extension: writeExtensions(value, now.extension),
    identifier: list(now.identifier, value.identifiers, readIdentifier, ({ handle }) => handle ?? '', writeIdentifier),
    clinicalStatus: isKept ? now.clinicalStatus : writeTerm(clinical, clinicalStatus, now.clinicalStatus),
    verificationStatus: writeTerm(value.verification, verificationStatus, now.verificationStatus),
    category: writeCategories(value, now.category),
    severity: writeTerm(value.severity, severity, now.severity),
    code: value.code && writeConcept(value.code, now.code),
    subject: pointing(`Patient/${value.clientId}`, now.subject),
    evidence,
    onsetDateTime: onDay(value.onset, now.onsetDateTime),
    ...(value.onset !== undefined && {
      onsetAge: undefined,
      onsetPeriod: undefined,
      onsetRange: undefined,
      onsetString: undefined,
    }),
    abatementDateTime: onDay(value.resolvedOn, now.abatementDateTime),
  } as fhir.Condition
  const Condition = unlessSame<fhir.Condition>(next, parts?.Condition)
  return Condition === parts?.Condition ? parts! : { Condition }
}
