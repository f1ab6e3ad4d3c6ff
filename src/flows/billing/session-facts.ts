/** What the lines of a session depend on, gathered from the store inside the commit. */
import type { Condition, Encounter } from '@medplum/fhirtypes'
import clientMapping from '../../../mappings/client.patient.ts'
import coverageMapping from '../../../mappings/coverage.coverage.ts'
import locationMapping from '../../../mappings/location.location.ts'
import organizationMapping from '../../../mappings/organization.organization.ts'
import { editsOfPayer } from '../../billing/claim-edits.ts'
import { type ProcedureCode, procedureCode } from '../../billing/code-table.ts'
import { aroundCall } from '../../billing/conflicts.ts'
import type { BillingFacts, CoverageFact } from '../../billing/facts.ts'
import { payerOn, serviceDay } from '../../billing/lines.ts'
import { procedureOf } from '../../billing/procedure-of.ts'
import { addDays, lastDayOf, weekOf } from '../../domain/calendar.ts'
import { isIcd10 } from '../../domain/icd10.ts'
import { isUnlicensed } from '../../domain/practitioner.ts'
import { type HoldReason, isLive, isUnbilled, unitsUsed } from '../../domain/service-line.ts'
import { minutesDirect, type Session } from '../../domain/session.ts'
import { equal } from '../../lens/equal.ts'
import { ask, askAll, type Steps } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { allOf, askEach, patientIs } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { plainId, referenceTo } from '../references.ts'
import { namesOf } from '../worklists/supervision.ts'
import { authorizationsFor } from './authorized-units.ts'
import { careAround } from './care-around.ts'
import { claimEditsFor } from './claim-edits-for.ts'
import { billingOrgOf, clinicianOf } from './clinician.ts'
import { contactsBefore } from './contacts.ts'
import { type HeldLine, linesBetween } from './lines.ts'
import { overlappingOf } from './overlapping.ts'
import { payerRuleFor } from './payer-rule-for.ts'

/** `bundleId`: where it is the last one of a month that is counted. */
export function* sessionFacts(sessionId: string, session: Session, encounter: Encounter, bundleId?: string): Steps<BillingFacts> {
  const clientId = session.clientId ?? ''
  const clinician = yield* clinicianOf(session.renderer)
  const supervisor = session.supervisor ?? clinician?.supervisor
  const billingOrg = billingOrgOf(encounter, clinician)
  const timeZone = session.actual?.start?.endsWith('Z') ? yield* timeZoneOf(billingOrg, clientId) : undefined
  const day = serviceDay(session, timeZone) ?? ''
  const known = day === '' ? [] : yield* linesBetween(clientId, ...around(day))
  const isOther = ({ value }: HeldLine): boolean =>
    bundleId === undefined ? value.sessionId !== sessionId : value.bundleId !== bundleId
  const month = known.filter(isOther)
  const billed = known.filter((line) => !isOther(line) && isLive(line.value) && !isUnbilled(line.value))
  const coverages = yield* coveragesOf(clientId, day, new Set(billed.map(({ value }) => value.coverageId)))
  const payer = payerOn(coverages, day)
  const ownOrg = billingOrg === undefined ? undefined : { id: billingOrg }
  const by = referenceTo(session.renderer, 'Practitioner')
  const names = by === undefined ? [] : yield* namesOf(by)
  const beside = month.map(({ id, value }) => ({
    ...{ line: id, code: value.code, day: value.serviceFrom ?? '', holdReasons: value.holdReasons },
    ...{ units: unitsUsed(value), minutes: value.unitBasis?.minutes ?? 0 },
    sameRenderer: equal(value.renderer, session.renderer) || names.includes(referenceTo(value.renderer, 'Practitioner') ?? ''),
    sameAgency: equal(value.billingOrg, ownOrg),
    samePayer: value.coverageId === payer?.id,
  }))
  return {
    sessionId,
    session,
    timeZone,
    placeOfLocation: yield* placeOf(session),
    coverages,
    edits: yield* claimEditsFor(editsOfPayer(payer?.kind), codesOf(session, day, payer?.kind)),
    authorizations: yield* authorizationsFor(clientId, isOther),
    renderer: clinician && { ...clinician.renderer, isSupervised: supervisor !== undefined },
    // Whoever may sign alone is not billed under another's name, unless the session says so.
    supervising: session.supervisor ?? (clinician && isUnlicensed(clinician.renderer, day) ? supervisor : undefined),
    billingOrg: ownOrg,
    diagnoses: yield* diagnosesOf(session),
    unitsThatDay: (code, on) =>
      month
        .filter(({ value }) => value.code === code && value.serviceFrom === on)
        .reduce((sum, { value }) => sum + unitsUsed(value), 0),
    timedBeside: beside.filter(isTimed).map((one) => ({ ...one, inQuarters: isInQuarters(procedureCode(one.code, one.day)) })),
    billedBeside: beside.filter(({ units }) => units > 0),
    overlapping: yield* overlappingOf(sessionId, session, day, names),
    ...(yield* careAround(session, day)),
    contacts: payer ? yield* contactsBefore(sessionId, session, day, payer.rule, { names, billingOrg }) : [],
  }
}

/** Are its minutes billed, or too few by themselves? */
const isTimed = (line: { code: string; day: string; units: number; holdReasons: readonly HoldReason[] }): boolean =>
  isTimedCode(procedureCode(line.code, line.day)) &&
  (line.units > 0 || (line.holdReasons.length === 1 && line.holdReasons[0] === 'minutes-short'))

const isInQuarters = (row: ProcedureCode | undefined): boolean => row?.rule === 'quarter-hour'
const isTimedCode = (row: ProcedureCode | undefined): boolean => isInQuarters(row) || row?.sumOfDay === true

/** What it may be billed by: its code, and the one that counts the time beyond. */
function codesOf(session: Session, day: string, payer: CoverageFact['kind']): readonly string[] {
  const code = procedureOf(session, minutesDirect(session) ?? 0, payer)
  const further = code === undefined ? undefined : procedureCode(code, day)?.continuedBy
  return [code, further, ...session.addOnCodes].filter((one) => one !== undefined)
}

/** The month, the week, and the days around a call. */
function around(day: string): readonly [from: string, to: string] {
  const month = day.slice(0, 7)
  const ends = [lastDayOf(month), addDays(weekOf(day), 6), addDays(day, aroundCall.after)].toSorted()
  return [[addDays(day, -aroundCall.before), `${month}-01`].toSorted()[0]!, ends.at(-1)!]
}

/** Where the session itself does not say. */
function* placeOf({ placeOfService, locationId: id }: Session): Steps<string | undefined> {
  if (placeOfService !== undefined || id === undefined) return undefined
  return readStored(locationMapping, yield* ask({ ask: 'resource', type: 'Location', id }))?.placeOfService
}

function* coveragesOf(clientId: string, day: string, billed: ReadonlySet<string | undefined>): Steps<readonly CoverageFact[]> {
  const facts: CoverageFact[] = []
  for (const stored of yield* allOf('Coverage', patientIs(clientId))) {
    const coverage = readStored(coverageMapping, stored)
    if (!coverage) continue
    const { kind, payerOrg, priority, period, state } = coverage
    const rule = yield* payerRuleFor({ id: stored.id, kind, payer: plainId(payerOrg) }, day)
    const { start, end } = period ?? {}
    facts.push({ id: stored.id, kind, priority, start, end, active: state === 'active', rule, isBilled: billed.has(stored.id) })
  }
  return facts
}

function* timeZoneOf(billingOrg: string | undefined, clientId: string): Steps<string | undefined> {
  const [org, patient] = yield* askAll([
    { ask: 'resource' as const, type: 'Organization', id: billingOrg ?? '' },
    { ask: 'resource' as const, type: 'Patient', id: clientId },
  ])
  return readStored(organizationMapping, org)?.timeZone ?? readStored(clientMapping, patient)?.timeZone
}

/** ICD-10-CM of the session, then of the needs that it was about; a need that proved wrong does not count. */
function* diagnosesOf({ diagnoses, needIds }: Session): Steps<readonly string[]> {
  const needs = yield* askEach('Condition', needIds)
  const conditions = needs.flatMap((one) => storedValue<Condition>(one) ?? []).filter((one) => !isWrong(one))
  const codings = [...diagnoses, ...conditions.flatMap(({ code }) => code?.coding ?? [])]
  return codings.filter(isIcd10).flatMap(({ code }) => code ?? [])
}

const isWrong = ({ verificationStatus }: Condition): boolean =>
  (verificationStatus?.coding ?? []).some(({ code }) => code === 'refuted' || code === 'entered-in-error')
