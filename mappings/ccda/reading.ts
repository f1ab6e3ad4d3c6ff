/**
 * A clinical document (C-CDA R1.1, R2.1) → what the house does with it: a discharge summary tells of a stay, a referral note asks for
 * something, others are papers. A reading goes one way; the document itself is kept. https://hl7.org/cda/us/ccda/
 */
import { at, attribute, beneath, childrenOf, textOf } from '../../src/ccda/element.ts'
import type { Element } from '../../src/ccda/xml.ts'
import type { DischargeFacts, VisitFacts } from '../../src/domain/discharge.ts'
import type { Coding, Concept, Identifier, Ref } from '../../src/domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../src/domain/problem.ts'
import type { Table } from '../../src/lens/mapping.ts'
import { dischargeDisposition, dispositionLabels, nubcDischargeStatus } from '../codes/hl7v2-discharge-disposition.ts'
import { externalRef } from '../hl7v2/actor.ts'
import type { ConnectionFacts } from '../hl7v2/adt-reading.ts'
import { concept, identifier, identifiers, interval, moment, type Reader, spoken, warn } from './datatypes.ts'
import {
  diagnoses,
  medications,
  type PlannedItem,
  plan,
  type StatedDiagnosis,
  type StatedMedication,
  sectionsOf,
} from './sections.ts'

export const ccdaTable: Table = { name: 'ccda', version: 1 }

export interface CcdaReading {
  readonly kind: 'discharge' | 'referral' | 'other'
  /** Of this version of the document. */
  readonly id: Identifier
  /** Of all its versions. */
  readonly set?: Identifier
  readonly version?: string
  /** The document that it takes the place of. */
  readonly replaces?: Identifier
  readonly type: Coding
  readonly title?: string
  readonly writtenAt?: string
  readonly language?: string
  readonly author?: Ref
  readonly custodian?: Ref
  /** v3-Confidentiality, and what else labels the whole. */
  readonly labels: readonly Coding[]
  readonly patient: readonly Identifier[]
  /** Of a discharge summary: what an ADT message would have told. */
  readonly facts?: DischargeFacts
  readonly diagnoses: readonly StatedDiagnosis[]
  readonly medications: readonly StatedMedication[]
  readonly plan: readonly PlannedItem[]
  readonly instructions: readonly string[]
  /** Of a referral note. */
  readonly reason?: string
  readonly service?: Concept
  /** Id of the DocumentReference here that it came in, if it came in one. */
  readonly paper?: string
  /** What was odd, all of it warnings. */
  readonly issues: readonly Issue[]
}

/** LOINC: discharge summaries of all kinds of writers, and of mental health services; referral notes. */
const summaries = new Set(['18842-5', '11490-0', '28655-9', '29761-4', '34745-0', '34105-7', '34106-5', '78263-1'])
const referrals = new Set(['57133-1', '57134-9', '57135-6', '57136-4', '57137-2', '57138-0', '57139-8', '57140-6'])
const loinc = 'http://loinc.org'
const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'

/** Who sent it: the custodian's identifier, as connections name their senders. */
export const senderOf = (document: Element): { facility?: string } => {
  const id = at(document, 'custodian', 'assignedCustodian', 'representedCustodianOrganization', 'id')
  const facility = attribute(id, 'extension') ?? attribute(id, 'root')
  return facility === undefined ? {} : { facility }
}

/** Fails `unreadable` with all that lacks. */
export function readCcda(document: Element, connection?: ConnectionFacts): Result<CcdaReading> {
  if (document.name !== 'ClinicalDocument') return unreadable({ path: '/', message: 'is no ClinicalDocument' })
  const issues: Issue[] = []
  const by: Reader = {
    ...(connection?.timeZone !== undefined && { timeZone: connection.timeZone }),
    authorities: connection?.assigningAuthorities ?? {},
    issues,
  }
  const id = identifier(at(document, 'id'), by)
  const type = concept(at(document, 'code'))?.codings.find(({ system }) => system === loinc)
  const patient = identifiers(at(document, 'recordTarget', 'patientRole'), by)
  const missing: Issue[] = []
  if (!id) missing.push({ path: 'ClinicalDocument.id', message: 'is missing' })
  if (!type) missing.push({ path: 'ClinicalDocument.code', message: 'is no code of LOINC' })
  if (patient.length === 0) missing.push({ path: 'recordTarget.patientRole.id', message: 'is missing' })
  if (!id || !type || missing.length > 0) return unreadable(...missing)

  const kind = summaries.has(type.code ?? '') ? 'discharge' : referrals.has(type.code ?? '') ? 'referral' : 'other'
  const set = identifier(at(document, 'setId'), by)
  const version = attribute(at(document, 'versionNumber'), 'value')
  const parent = childrenOf(document, 'relatedDocument').find((one) => one.attributes.typeCode === 'RPLC')
  const replaces = identifier(at(parent, 'parentDocument', 'id'), by)
  const title = textOf(at(document, 'title'))
  const writtenAt = moment(at(document, 'effectiveTime'), 'ClinicalDocument.effectiveTime', by)
  const language = attribute(at(document, 'languageCode'), 'code')
  const author = authorOf(at(document, 'author', 'assignedAuthor'), by)
  const custodian = organization(at(document, 'custodian', 'assignedCustodian', 'representedCustodianOrganization'), by)
  const labels = concept(at(document, 'confidentialityCode'))?.codings.filter(({ code }) => code !== 'N') ?? []
  const stated = kind === 'other' ? [] : diagnosesOf(document, kind, by)
  const meds = kind === 'discharge' ? medicationsOf(document, by) : []
  const paper = { kind, id, type, labels, patient, diagnoses: stated, medications: meds } as const
  const read: Omit<CcdaReading, 'issues'> = {
    ...paper,
    plan: kind === 'discharge' ? sectionsOf(document, '18776-5').flatMap((one) => plan(one, 'plan', by)) : [],
    instructions: kind === 'discharge' ? textsOf(document, '8653-8', '69730-0') : [],
    ...(set && { set }),
    ...(version !== undefined && { version }),
    ...(replaces && { replaces }),
    ...(title !== undefined && { title }),
    ...(writtenAt !== undefined && { writtenAt }),
    ...(language !== undefined && { language }),
    ...(author && { author }),
    ...(custodian && { custodian }),
    ...(kind === 'referral' && asked(document)),
  }
  if (kind !== 'discharge') return ok({ ...read, issues })
  return ok({ ...read, facts: factsOf(document, read, connection, by), issues })
}

const unreadable = (...issues: readonly Issue[]) =>
  fail('unreadable', 'The document lacks what it cannot be read without.', { issues })

function organization(from: Element | undefined, by: Reader): Ref | undefined {
  const [id] = identifiers(from, by)
  return from && externalRef('Organization', id?.system, id?.value, textOf(at(from, 'name')))
}

function authorOf(from: Element | undefined, by: Reader): Ref | undefined {
  const all = identifiers(from, by)
  const id = all.find(({ system }) => system?.endsWith('us-npi')) ?? all[0]
  const name = spoken(at(from, 'assignedPerson', 'name')) ?? textOf(at(from, 'assignedAuthoringDevice', 'softwareName'))
  return from && externalRef('Practitioner', id?.system, id?.value, name)
}

const textsOf = (document: Element, ...codes: readonly string[]): readonly string[] => [
  ...new Set(sectionsOf(document, ...codes).flatMap((one) => textOf(at(one, 'text')) ?? [])),
]

/** Those that the stay ended with; of a referral note, the problems. */
function diagnosesOf(document: Element, kind: 'discharge' | 'referral', by: Reader): readonly StatedDiagnosis[] {
  const codes = kind === 'discharge' ? ['11535-2', '78375-3'] : ['11450-4']
  const sections = sectionsOf(document, ...codes)
  if (sections.length === 0) warn(by, `section ${codes[0]}`, 'is missing: no diagnosis is told')
  return sections.flatMap((one) => diagnoses(one, `section ${codes[0]}`, by))
}

function medicationsOf(document: Element, by: Reader): readonly StatedMedication[] {
  const ofDischarge = sectionsOf(document, '10183-2', '75311-1')
  const sections = ofDischarge.length > 0 ? ofDischarge : sectionsOf(document, '10160-0')
  return sections.flatMap((one) => medications(one, 'medications', by))
}

function asked(document: Element): Pick<CcdaReading, 'reason' | 'service'> {
  const [section] = sectionsOf(document, '42349-1')
  const reason = textOf(at(section, 'text'))
  const act = [...beneath(section, 'act'), ...beneath(section, 'observation')].find((one) => at(one, 'code'))
  const service = concept(at(act, 'code'), at(section, 'text'))
  return { ...(reason !== undefined && { reason }), ...(service && { service }) }
}

function factsOf(
  document: Element,
  read: Omit<CcdaReading, 'issues'>,
  connection: ConnectionFacts | undefined,
  by: Reader,
): DischargeFacts {
  const standing = read.diagnoses.filter(({ refuted }) => !refuted)
  if (standing.length > 1) warn(by, 'section 11535-2', 'several diagnoses; which is the principal one is not said')
  return {
    event: 'discharge',
    source: 'ccda',
    messageId: read.id.value ?? '',
    sender: senderOf(document),
    ...(read.writtenAt !== undefined && { sentAt: read.writtenAt }),
    test: false,
    patient: { identifiers: read.patient, names: [] },
    visit: visitOf(document, read, connection, by),
    diagnoses: standing.map(({ code }) => ({ code, ...(standing.length === 1 && { role: 'principal' as const }) })),
    labels: read.labels,
  }
}

function visitOf(
  document: Element,
  { writtenAt, custodian }: Omit<CcdaReading, 'issues'>,
  connection: ConnectionFacts | undefined,
  by: Reader,
): VisitFacts {
  const encounter = at(document, 'componentOf', 'encompassingEncounter')
  const [number, ...more] = identifiers(encounter, by)
  const { start, end } = interval(at(encounter, 'effectiveTime'), 'encompassingEncounter.effectiveTime', by)
  if (!number) warn(by, 'encompassingEncounter.id', 'is missing: the stay is told by its days')
  const dischargedAt = end ?? writtenAt
  if (end === undefined) warn(by, 'encompassingEncounter.effectiveTime', 'no end of the stay; when it was written stands for it')
  const ofClass = concept(at(encounter, 'code'))?.codings.find(({ system }) => system === actCode)
  if (!ofClass) warn(by, 'encompassingEncounter.code', 'says no class of the stay; taken for an inpatient one')
  const disposition = dispositionOf(
    at(encounter, 'dischargeDispositionCode') ?? at(encounter, 'sdtc:dischargeDispositionCode'),
    by,
  )
  const place = at(encounter, 'location', 'healthCareFacility')
  const facility = connection?.facility ?? organization(at(place, 'serviceProviderOrganization'), by) ?? custodian
  const location = textOf(at(place, 'location', 'name'))
  // https://terminology.hl7.org/CodeSystem-v3-RoleCode.html
  const psychiatric = ['PHU', 'PSYCHF'].includes(attribute(at(place, 'code'), 'code') ?? '')
  return {
    ...(number?.value !== undefined && { number: { system: number.system!, value: number.value } }),
    ...(more.length > 0 && { identifiers: more }),
    class: ofClass ?? { system: actCode, code: 'IMP' },
    ...(psychiatric && { psychiatric }),
    ...(start !== undefined && { admittedAt: start }),
    ...(dischargedAt !== undefined && { dischargedAt }),
    ...(by.timeZone !== undefined && { timeZone: by.timeZone }),
    ...(disposition && { disposition }),
    ...(location !== undefined && { location }),
    ...(facility && { facility }),
  }
}

function dispositionOf(from: Element | undefined, by: Reader): Coding | undefined {
  const [sent] = concept(from)?.codings ?? []
  if (!sent) return undefined
  const own = sent.system === undefined || [dischargeDisposition.system, nubcDischargeStatus].includes(sent.system)
  const status = own ? dischargeDisposition.termOf(sent.code) : undefined
  if (status) return { system: nubcDischargeStatus, code: status, display: dispositionLabels[status] }
  warn(by, 'dischargeDispositionCode', 'not in the code table; kept as sent')
  return sent
}
