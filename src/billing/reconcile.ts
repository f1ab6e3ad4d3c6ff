/**
 * What becomes of the lines of a session that was signed (again): pure. For every code one line is live. A line that no billing system has
 * billed is computed anew; a billed one stays as it was billed, and a new line answers it.
 */
import { isLive, isUnbilled, type ServiceLine, serviceLineComputation } from '../domain/service-line.ts'
import { step } from '../domain/state-machine.ts'

export interface StandingLine {
  readonly id: string
  readonly value: ServiceLine
}

/** A new version of the line of this id, or (without id) a new line. */
export interface LineMove {
  readonly id?: string
  readonly value: ServiceLine
}

/** The moves from what stands to what is wanted. A billed line that says the same does not move. */
export function reconcile(standing: readonly StandingLine[], wanted: readonly ServiceLine[], at: string): readonly LineMove[] {
  const left = standing.filter(({ value }) => isLive(value))
  const take = (fits: (line: StandingLine) => boolean): StandingLine | undefined => {
    const place = left.findIndex(fits)
    return place < 0 ? undefined : left.splice(place, 1)[0]
  }
  const sameCode = wanted.map((next) => [next, take(({ value }) => value.code === next.code)] as const)
  const paired = sameCode.map(([next, old]) => [next, old ?? take(({ value }) => !isUnbilled(value))] as const)
  return [
    ...paired.flatMap(([next, old]) => (old ? replaced(old, next) : isRefused(standing, next) ? [] : [{ value: next }])),
    ...left.flatMap((old) => dropped(old, at)),
  ]
}

/** Which lines are computed anew, beside what is wanted now; the others stand as they are. */
export type IsOpen = (line: ServiceLine, wanted: readonly ServiceLine[]) => boolean

export const isHeld: IsOpen = ({ state }) => state === 'held'

/** No payer has taken it: held, ready, or rejected at the door. */
export const isUntaken = (line: ServiceLine): boolean => isUnbilled(line) || line.state === 'rejected'

/** What no payer has taken follows whoever pays. */
export const isForOtherPayer: IsOpen = (line, wanted) =>
  line.state === 'held' || (isUntaken(line) && isPaidOtherwise(line, wanted))

/** … and by what rule they do; who has to have been seen in person, too. */
export const isForOtherRule: IsOpen = (line, wanted) =>
  isForOtherPayer(line, wanted) ||
  (isUntaken(line) && wanted.some(({ code, holdReasons }) => code === line.code && holdReasons.includes('no-visit-in-person')))

/** The moves of those lines alone: a payer found later may bill the session otherwise, but beside lines that stand only by codes that waited. */
export function reconcileOpen(
  standing: readonly StandingLine[],
  wanted: readonly ServiceLine[],
  isOpen: IsOpen,
  at: string,
): readonly LineMove[] {
  const stands = standing.filter(({ value }) => isLive(value) && !isOpen(value, wanted))
  const others = standing.filter((line) => !stands.includes(line))
  const codes = new Set(others.flatMap(({ value }) => (isLive(value) ? value.code : [])))
  return reconcile(others, stands.length === 0 ? wanted : wanted.filter(({ code }) => codes.has(code)), at)
}

const payerReasons: ReadonlySet<string> = new Set(['no-coverage', 'no-authorization', 'authorization-exhausted'])

/** Would another coverage be billed now, or the same one otherwise? */
export function isPaidOtherwise(old: ServiceLine, wanted: readonly ServiceLine[]): boolean {
  const now = wanted.find(({ code }) => code === old.code)
  return now === undefined || now.holdReasons.some((reason) => payerReasons.has(reason)) || asksOf(now) !== asksOf(old)
}

/** Units follow the rule, but for what other sessions of the day have left. */
const asksOf = ({ coverageId, unitBasis, modifiers, placeOfService }: ServiceLine): string =>
  JSON.stringify([coverageId, unitBasis?.ruleId, modifiers, placeOfService])

/** Somebody made this very line void, and said why: it does not come back by itself. */
const isRefused = (standing: readonly StandingLine[], next: ServiceLine): boolean =>
  standing.some(({ value }) => value.state === 'void' && value.adjudicationReason !== undefined && isSameClaim(value, next))

/** The line is wanted otherwise now, or just as it is. */
function replaced(old: StandingLine, next: ServiceLine): readonly LineMove[] {
  const { id, value } = old
  if (!isUnbilled(value)) return isSameClaim(value, next) ? [] : [corrected(old), { value: { ...next, corrects: id } }]
  const kept: ServiceLine = { ...next, ...carried(value) }
  if (!wasShown(value) || next.state === 'ready') return [{ id, value: kept }]
  // Whoever has seen it ready must see that it no longer is. What waits, and may answer an earlier claim, is another line.
  const { corrects: _, ...alone } = value
  return [withdrawn({ id, value: alone }), { value: kept }]
}

/** The session is not billed by this code any more. A claim that went out is answered by a void line. */
function dropped(old: StandingLine, at: string): readonly LineMove[] {
  if (isUnbilled(old.value)) return [withdrawn(old)]
  const { claimRef: _, payerClaimId: _p, billedVersion: _b, adjudication: _a, adjudicationReason: _r, ...content } = old.value
  return [corrected(old), { value: { ...content, laterClaims: [], corrects: old.id, createdAt: at, state: 'void' } }]
}

const wasShown = ({ state }: ServiceLine): boolean => state === 'ready' || state === 'pulled'

/** What does not follow from the session: when the line was made, its price, and which line it answers. */
const carried = ({ createdAt, charge, corrects }: ServiceLine): Partial<ServiceLine> => ({
  ...(createdAt !== undefined && { createdAt }),
  ...(charge && { charge }),
  ...(corrects !== undefined && { corrects }),
})

const withdrawn = (old: StandingLine): LineMove => moved(old, 'withdraw')
const corrected = (old: StandingLine): LineMove => moved(old, 'correct')

function moved({ id, value }: StandingLine, event: 'withdraw' | 'correct'): LineMove {
  const next = step(serviceLineComputation, value.state, event)
  if (!next.ok) throw new Error(`a line in state ${value.state} cannot ${event}`)
  return {
    id,
    value: {
      ...value,
      holdReasons: [],
      conflictingLines: [],
      warnings: [],
      ...(event === 'withdraw' && { checks: [] }),
      state: next.value,
    },
  }
}

/** Would a claim say the same? Minutes that come to the same units do not matter, nor what is only on record here. */
export const isSameClaim = (old: ServiceLine, next: ServiceLine): boolean =>
  JSON.stringify(claimed(old)) === JSON.stringify(claimed(next))

const claimed = (line: ServiceLine): readonly unknown[] => [
  ...[line.code, line.modifiers, line.units, line.serviceFrom, line.serviceTo, line.placeOfService],
  ...[line.renderer, line.supervising, line.facility, line.diagnoses, line.pointers, line.coverageId],
  line.referralId,
]
