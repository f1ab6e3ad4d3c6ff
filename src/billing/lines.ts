/** A signed session as service lines: pure, from the session and what is on record about its payer, renderer and diagnoses. */
import { localDate } from '../domain/calendar.ts'
import { inOrderOfPaying } from '../domain/coverage.ts'
import { type Counting, countingOf, needsAuthorization, unknownPayer } from '../domain/payer-rule.ts'
import { isUnlicensed } from '../domain/practitioner.ts'
import type { HoldReason, LineWarning, ServiceLine } from '../domain/service-line.ts'
import { minutesDirect, needsCosignature, type Session } from '../domain/session.ts'
import { checksOf } from './checks.ts'
import { pairedOn, tooMany } from './claim-edits.ts'
import { codesEdition, isCountedByMonth, isKnownCode, type ProcedureCode, procedureCode } from './code-table.ts'
import { conflictsWith } from './conflicts.ts'
import { diagnosesOn, diagnosisReasons, isSocial } from './diagnoses.ts'
import { type AuthorizationFact, type BillingFacts, type CoverageFact, holds } from './facts.ts'
import { inPersonReasons } from './in-person.ts'
import { modifiersOf, placeOfServiceOf } from './modifiers.ts'
import { missingBefore } from './prerequisites.ts'
import { procedureOf } from './procedure-of.ts'
import { dailyLimit, unitsBeside } from './units.ts'
import { warningsOf } from './warnings.ts'

/** What all lines of a session share. */
interface Occasion {
  readonly facts: BillingFacts
  readonly clientId: string
  readonly day: string
  readonly minutes: number
  readonly coverage: CoverageFact | undefined
  readonly at: string
  /** The day on which it began, where that is another one: of the month's first session. */
  readonly began?: string
}

/** One line per code, the first of them what the session is; none where there is nothing to bill. A line that lacks something is held, and says what. `at` is its creation. */
export function linesOf(facts: BillingFacts, at: string): readonly ServiceLine[] {
  const { session, coverages } = facts
  const minutes = minutesDirect(session)
  const day = serviceDay(session, facts.timeZone)
  if (minutes === undefined || day === undefined || session.clientId === undefined || !tookPlace(session)) return []
  const coverage = payerOn(coverages, day)
  const code = procedureOf(session, minutes, coverage?.kind)
  if (code === undefined) return []
  const occasion = { facts, clientId: session.clientId, day, minutes, coverage, at }
  const row = procedureCode(code, day)
  // Its minutes are billed with those of its month.
  if (row && isCountedByMonth(row)) return []
  const further = row?.continuedBy === undefined ? undefined : procedureCode(row.continuedBy, day)
  const beyond = further ? unitsOf(further, occasion) : 0
  const continued = further && beyond > 0 ? [lineOf(occasion, further.code, further, beyond, true)] : []
  const own = lineOf(occasion, code, row, row ? unitsOf(row, occasion) : 0)
  const named = new Set(session.addOnCodes.filter((one) => one !== code && one !== further?.code))
  return [own, ...continued, ...[...named].map((one) => addOnLine(occasion, one, own))]
}

/** It goes with what the session is, as soon as that goes. */
function addOnLine(occasion: Occasion, code: string, own: ServiceLine): ServiceLine {
  const row = procedureCode(code, occasion.day)
  const goesAlong = own.state === 'ready' && row?.addsTo?.includes(own.code) === true
  const line = lineOf(occasion, code, row, row ? unitsOf(row, occasion) : 0, goesAlong)
  return row === undefined || row.addOn ? line : { ...line, holdReasons: ['no-add-on', ...line.holdReasons], state: 'held' }
}

/** Is what it adds to billed, for another session that the same person held on that day? */
const isBesideBase = ({ addsTo = [] }: ProcedureCode, { facts, day }: Occasion): boolean =>
  facts.billedBeside.some((one) => one.sameRenderer && one.day === day && addsTo.includes(one.code))

const tookPlace = ({ outcome = 'completed' }: Session): boolean => outcome === 'completed' || outcome === 'partial'

/** The day on which it began, where it began. A time in UTC says nothing of that day: the given zone does. */
export function serviceDay({ actual }: Session, zone: string | undefined): string | undefined {
  const start = actual?.start
  return start === undefined ? undefined : localDate(start, start.endsWith('Z') ? zone : undefined)
}

/** Who pays first on that day; of two of one priority, as the records of two clients that proved to be one may bring them, who was billed. */
export function payerOn(coverages: readonly CoverageFact[], day: string): CoverageFact | undefined {
  const inOrder = inOrderOfPaying(coverages.filter((one) => one.active && holds(one, day)))
  return inOrder.find(({ priority, isBilled }) => isBilled && priority === inOrder[0]!.priority) ?? inOrder[0]
}

const countingBy = (coverage: CoverageFact | undefined, code: string): Counting =>
  countingOf(coverage?.rule ?? unknownPayer, code)

function unitsOf(row: ProcedureCode, { facts, day, minutes, coverage }: Occasion): number {
  const others = facts.timedBeside.filter((one) => one.day === day)
  return unitsBeside(row, minutes, countingBy(coverage, row.code), others)
}

/** `counted`: units that its minutes come to. */
export function lineOf(
  occasion: Occasion,
  code: string,
  row: ProcedureCode | undefined,
  counted: number,
  continues = false,
): ServiceLine {
  const { facts, clientId, day, minutes, coverage, at } = occasion
  const { session, sessionId, renderer, billingOrg, supervising } = facts
  const count = row ? Math.max(0, Math.min(counted, dailyLimit(row) - facts.unitsThatDay(code, day))) : 0
  const authorization = authorizationFor(occasion, code, count)
  const diagnoses = diagnosesOn(day, facts.diagnoses)
  const began = occasion.began ?? day
  const excluding = [
    ...conflictsWith(code, day, facts.billedBeside),
    ...pairedOn(facts.edits, code, day, facts.billedBeside, '0'),
  ]
  const overlapping = facts.overlapping.filter(({ isBilled }) => isBilled)
  const held: readonly HoldReason[] = [
    ...(row ? timeReasons(row, counted, count, minutes) : codeReasons(code)),
    ...(row?.addOn && !continues && !isBesideBase(row, occasion) ? (['add-on-alone'] as const) : []),
    ...(isOver(facts, code, day, count) ? (['units-over'] as const) : []),
    ...(excluding.length > 0 ? (['code-conflict'] as const) : []),
    ...(overlapping.length > 0 ? (['times-overlap'] as const) : []),
    ...payerReasons(occasion, code, count, authorization),
    ...rendererReasons(occasion),
    ...diagnosisReasons(day, facts.diagnoses, diagnoses),
    ...(isPurposeOver(occasion, code) ? (['purpose-over'] as const) : []),
    ...inPersonReasons(session, day, coverage?.rule ?? unknownPayer, diagnoses, facts.contacts),
    ...missingBefore(code, day, began, facts),
  ]
  const counting = countingBy(coverage, code)
  const quarters = row?.rule === 'quarter-hour'
  const rule = quarters ? `${counting.quarterHour}${counting.sumOfDay ? '-of-day' : ''}` : row?.rule
  const since = quarters ? coverage?.rule.since : undefined
  const warnings: readonly LineWarning[] = [
    ...(quarters && coverage && !counting.isKnown ? (['rule-unknown'] as const) : []),
    ...warningsOf(facts, code, day, count),
  ]
  return {
    clientId,
    sessionId,
    code,
    modifiers: modifiersOf({
      ...{ session, code, day, staffLevel: renderer?.staffLevel, payer: coverage?.kind },
      wanted: coverage?.rule.codes[code]?.modifiers ?? [],
    }),
    ...(count > 0 && { units: String(count) }),
    ...(rule !== undefined && {
      unitBasis: { ruleId: rule, ruleVersion: since === undefined ? codesEdition : `${codesEdition}/${since}`, minutes },
    }),
    serviceFrom: day,
    serviceTo: day,
    placeOfService: placeOfServiceOf(session, day, coverage?.kind, facts.placeOfLocation),
    ...(session.renderer !== undefined && { renderer: session.renderer }),
    ...(supervising !== undefined && { supervising }),
    ...(billingOrg !== undefined && { billingOrg }),
    ...(session.referralId !== undefined && { referralId: session.referralId }),
    ...(session.locationId !== undefined && { facility: { id: session.locationId } }),
    diagnoses,
    pointers: diagnoses.slice(0, 4).map((_, place) => place + 1),
    ...(coverage && { coverageId: coverage.id }),
    ...(authorization && { authorizationId: authorization.id, authorizationItem: authorization.sequence }),
    holdReasons: held,
    conflictingLines: [...new Set([...excluding.map(({ line }) => line), ...overlapping.flatMap(({ lines }) => lines)])].sort(),
    warnings,
    checks: checksOf({ code, day, holdReasons: held, warnings }, facts),
    laterClaims: [],
    createdAt: at,
    sensitivity: session.sensitivity,
    legalBasis: session.legalBasis,
    ...(session.confidentiality !== undefined && { confidentiality: session.confidentiality }),
    state: held.length > 0 ? 'held' : 'ready',
  }
}

const codeReasons = (code: string): readonly HoldReason[] => [isKnownCode(code) ? 'code-not-in-force' : 'code-unknown']

function timeReasons(row: ProcedureCode, counted: number, count: number, minutes: number): readonly HoldReason[] {
  if (counted === 0 && row.rule === 'month') return ['counted-by-month']
  if (counted === 0) return [row.most !== undefined && minutes > row.most ? 'minutes-over' : 'minutes-short']
  return count === 0 ? ['daily-limit'] : []
}

const isOver = ({ edits, unitsThatDay }: BillingFacts, code: string, day: string, count: number): boolean =>
  tooMany(edits, code, day, count, unitsThatDay(code, day)) === '2'

function payerReasons(
  { coverage }: Occasion,
  code: string,
  count: number,
  authorization: AuthorizationFact | undefined,
): readonly HoldReason[] {
  if (!coverage) return ['no-coverage']
  if (!needsAuthorization(coverage.rule, code)) return []
  if (!authorization) return ['no-authorization']
  return authorization.unitsLeft < count ? ['authorization-exhausted'] : []
}

function rendererReasons({ facts: { renderer, session }, day }: Occasion): readonly HoldReason[] {
  if (!renderer) return ['renderer-unknown']
  if (!needsCosignature(session, !isUnlicensed(renderer, day))) return []
  return renderer.isSupervised || renderer.staffLevel === 'intern' ? ['cosignature-missing'] : ['credential-invalid']
}

const social: ReadonlySet<Session['focus'][number]> = new Set(['poverty', 'unemployment', 'housing'])
/** Social risk was assessed by G0136 through 2025; the number is another service since. What it is about, the session says, or its first diagnosis. */
const isPurposeOver = ({ facts: { session, diagnoses }, day }: Occasion, code: string): boolean =>
  code === 'G0136' && day >= '2026-01-01' && (session.focus.some((one) => social.has(one)) || isSocial(diagnoses[0] ?? ''))

/** Of those that hold the day, the first with enough units, else the one with most. */
function authorizationFor({ facts, day, coverage }: Occasion, code: string, count: number): AuthorizationFact | undefined {
  const fitting = facts.authorizations.filter(
    (one) => one.code === code && holds(one, day) && (one.coverageId === undefined || one.coverageId === coverage?.id),
  )
  return fitting.find((one) => one.unitsLeft >= count) ?? fitting.toSorted((a, b) => b.unitsLeft - a.unitsLeft)[0]
}
