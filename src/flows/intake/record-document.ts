/**
 * Records what a clinical document tells, in the commit that keeps it. A discharge summary is about the stay that messages told of, by its
 * number or its days, and makes no second one; a referral note becomes a referral; every other is a paper of its client's.
 */
import type { Condition, Encounter } from '@medplum/fhirtypes'
import type { CcdaReading } from '../../../mappings/ccda/reading.ts'
import type { StatedDiagnosis } from '../../../mappings/ccda/sections.ts'
import dischargeMapping from '../../../mappings/discharge.encounter.ts'
import { localDate } from '../../domain/calendar.ts'
import type { DischargeFacts } from '../../domain/discharge.ts'
import type { Concept } from '../../domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import type { Change, Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { derivedId } from '../derived-id.ts'
import { conditionIds, readStays, staysOf } from '../follow-ups/stays.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { allOf, every, hasToken } from '../questions.ts'
import { idIn } from '../references.ts'
import { asConcept, documentId, file, labelled, plansOf, saysTheSame } from './document-papers.ts'
import { matchClient, tokensOf, unknownClient } from './match-discharge.ts'
import { type Recorded, recordVisit } from './record-discharge.ts'
import { referralPuts } from './record-referral.ts'
import type { Teller } from './told-discharge.ts'

const warning = (path: string, message: string): Issue => ({ path, message, severity: 'warning' })
const patientPath = 'recordTarget.patientRole.id'

/** What is to be written; nothing is written yet. */
export function* recordDocument(
  ctx: Context,
  reading: CcdaReading,
  bytes: Uint8Array,
  teller: Teller,
  at: string,
): Steps<Result<Recorded>> {
  const { clientId, issues } = yield* matchClient(reading.patient)
  if (reading.facts) return yield* recordSummary(ctx, { ...reading, facts: reading.facts }, bytes, clientId, teller, at)
  if (clientId === undefined)
    return issues.length > 0 ? fail('conflict', 'The person cannot be told for certain.', { issues }) : unknownClient(patientPath)
  const filed = yield* file(reading, bytes, { clientId }, at)
  const referral = reading.kind === 'referral' && !filed.isPast ? yield* referralPuts(ctx, reading, clientId, at) : undefined
  const changes = [...filed.puts, ...(referral?.puts ?? [])]
  const about = [`Patient/${clientId}`, `DocumentReference/${documentId(reading)}`, ...(referral?.about ?? [])]
  return ok({ changes, about: [...new Set([...about, ...namesOf(changes)])], issues: referral?.issues ?? [] })
}

const namesOf = (changes: readonly Change[]): readonly string[] =>
  changes.flatMap((one) => (one.change === 'put' ? [`${one.type}/${one.id}`] : []))

function* recordSummary(
  ctx: Context,
  reading: CcdaReading & { readonly facts: DischargeFacts },
  bytes: Uint8Array,
  clientId: string | undefined,
  teller: Teller,
  at: string,
): Steps<Result<Recorded>> {
  const facts = yield* ofKnownStay(reading.facts, clientId)
  if (!facts.ok) return facts
  const recorded = yield* recordVisit(ctx, facts.value, teller, at)
  if (!recorded.ok) return recorded
  const { changes, about, issues } = recorded.value
  const stay = about.find((one) => one.startsWith('Encounter/'))!.slice('Encounter/'.length)
  const subject = yield* subjectOf(stay, changes)
  if (subject === undefined) {
    const kept = warning(patientPath, 'is no client here: the document stays in the inbox, and goes on once its stay is matched')
    return ok({ changes, about, issues: [...issues, kept] })
  }
  const paper = `DocumentReference/${documentId(reading)}`
  const filed = yield* file(reading, bytes, { clientId: subject, stay }, at)
  if (filed.isPast) {
    const past = warning('ClinicalDocument', 'a later version is here: its diagnoses, medications and plan count')
    return ok({
      changes: [...changes, ...filed.puts],
      about: [...new Set([...about, paper, ...namesOf(filed.puts)])],
      issues: [...issues, past],
    })
  }
  const own = [
    ...(yield* annotated(reading, stay, changes, at)),
    ...filed.puts,
    ...(yield* plansOf(reading, { clientId: subject, stay }, at)),
  ]
  const anew = new Set(namesOf(own))
  const others = changes.filter((one) => one.change !== 'put' || !anew.has(`${one.type}/${one.id}`))
  return ok({ changes: [...others, ...own], about: [...new Set([...about, paper, ...namesOf(own)])], issues })
}

/**
 * Hospitals number visits in messages and documents in ways of their own: the one stay of the client that ended on the same day is the one
 * meant. Several cannot be told apart.
 */
function* ofKnownStay(facts: DischargeFacts, clientId: string | undefined): Steps<Result<DischargeFacts>> {
  const { number, dischargedAt, timeZone } = facts.visit
  const values = number ? tokensOf([number]) : []
  const named = values.length > 0 ? yield* ask(every('Encounter', hasToken('identifier', ...values))) : { items: [] }
  if (named.items.length > 0 || clientId === undefined || typeof dischargedAt !== 'string') return ok(facts)
  const day = localDate(dischargedAt, timeZone)
  const stays = (yield* readStays(yield* allOf('Encounter', ...staysOf(clientId)))).filter(
    ({ value }) =>
      value.visitNumber && value.dischargedAt !== undefined && localDate(value.dischargedAt, value.timeZone ?? timeZone) === day,
  )
  if (stays.length > 1)
    return fail('conflict', 'Which stay it is about cannot be told for certain.', {
      issues: [
        { path: 'encompassingEncounter.id', message: 'is not known here, and several stays of the client ended that day' },
      ],
    })
  const [stay] = stays
  if (!stay) return ok(facts)
  const identifiers = [...(facts.visit.identifiers ?? []), ...(number ? [number] : [])]
  return ok({ ...facts, visit: { ...facts.visit, number: stay.value.visitNumber!, identifiers } })
}

const putOf = <R>(changes: readonly Change[], type: string, id: string): R | undefined =>
  changes.find((one): one is Put => one.change === 'put' && one.type === type && one.id === id)?.resource as R | undefined

function* subjectOf(stay: string, changes: readonly Change[]): Steps<string | undefined> {
  const stored = yield* ask({ ask: 'resource', type: 'Encounter', id: stay })
  const encounter = putOf<Encounter>(changes, 'Encounter', stay) ?? storedValue<Encounter>(stored)
  return idIn(encounter?.subject, 'Patient')
}

/** The stay names its summary; its Conditions say what the document says of them, and those that it rules out say so. */
function* annotated(reading: CcdaReading, stay: string, changes: readonly Change[], at: string): Steps<readonly Put[]> {
  const puts: Put[] = []
  const stored = yield* ask({ ask: 'resource', type: 'Encounter', id: stay })
  const encounter = putOf<Encounter>(changes, 'Encounter', stay) ?? storedValue<Encounter>(stored)!
  const { fields } = dischargeMapping
  const document = documentId(reading)
  const summed = fields.summaryId.put({ Encounter: encounter, Condition: [] }, document)
  const next = reading.medications.length > 0 ? fields.medsDocumentId.put(summed, document) : summed
  if (next.Encounter !== encounter) puts.push(nextOf(next.Encounter, stay, stored, at))
  for (const id of conditionIds(encounter)) {
    const held = yield* ask({ ask: 'resource', type: 'Condition', id })
    const condition = putOf<Condition>(changes, 'Condition', id) ?? storedValue<Condition>(held)
    const stated = condition && statedOf(condition, reading)
    if (!condition || !stated) continue
    const put = nextOf(withStatus(condition, stated), id, held, at)
    if (!saysTheSame(held, put)) puts.push(put)
  }
  for (const stated of reading.diagnoses.filter(({ refuted }) => refuted)) {
    const id = derivedId('con', stay, 'refuted', JSON.stringify(stated.code))
    const held = yield* ask({ ask: 'resource', type: 'Condition', id })
    const put = nextOf(labelled(reading, ruledOut(encounter, stay, stated)), id, held, at)
    if (!saysTheSame(held, put)) puts.push(put)
  }
  return puts
}

/** By the first code, which tells diagnoses apart where others are coarser; else by any, or by the words. */
function statedOf({ code }: Condition, { diagnoses }: CcdaReading): StatedDiagnosis | undefined {
  const standing = diagnoses.filter(({ refuted }) => !refuted)
  const has = (of: Concept['codings']): boolean =>
    of.some((one) => code?.coding?.some((other) => other.system === one.system && other.code === one.code))
  return (
    standing.find((one) => has(one.code.codings.slice(0, 1))) ??
    standing.find((one) => has(one.code.codings)) ??
    standing.find((one) => one.code.codings.length === 0 && code?.text === one.code.text)
  )
}

const coded = (system: string, code: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }],
})

/** con-4: what has ended is not active. https://hl7.org/fhir/R4/condition.html#invs */
function withStatus(condition: Condition, { status, since, until }: StatedDiagnosis): Condition {
  return {
    ...condition,
    clinicalStatus: coded('condition-clinical', status),
    verificationStatus: coded('condition-ver-status', 'confirmed'),
    ...(since !== undefined && { onsetDateTime: since }),
    ...(until !== undefined && status !== 'active' && { abatementDateTime: until }),
  }
}

/** It stands in no list of diagnoses, and has no clinical status: the person has it not. */
function ruledOut({ subject }: Encounter, stay: string, { code }: StatedDiagnosis): Condition {
  return {
    resourceType: 'Condition',
    verificationStatus: coded('condition-ver-status', 'refuted'),
    category: [coded('condition-category', 'encounter-diagnosis')],
    code: asConcept(code),
    subject: subject as Condition['subject'],
    encounter: { reference: `Encounter/${stay}` },
  }
}
