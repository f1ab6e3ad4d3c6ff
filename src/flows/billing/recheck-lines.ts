/**
 * Lines follow what is written, whoever wrote it: held ones are computed anew when something that they may have waited for is, and of
 * ready ones what a payer may question, and the units that the minutes of their day leave them. What no payer has taken yet follows
 * whoever pays, and by what rule, too; a line that was billed to somebody else is told to be so. Whatever else has changed since, a line
 * that is ready stays as it is.
 */
import {
  type IsOpen,
  isForOtherPayer,
  isForOtherRule,
  isHeld,
  isPaidOtherwise,
  isUntaken,
  reconcile,
} from '../../billing/reconcile.ts'
import { lookedAtAgain } from '../../domain/line-checks.ts'
import { isLive, type LineWarning, type ServiceLine } from '../../domain/service-line.ts'
import type { Filter } from '../../fhir/search/query.ts'
import { equal } from '../../lens/equal.ts'
import type { Put } from '../../store/change.ts'
import { type Steps, write } from '../../store/store.ts'
import { ofStatus, pointsAt } from '../questions.ts'
import { referenceTo } from '../references.ts'
import { reviewPayer } from '../worklists/billed-elsewhere.ts'
import { namesOf } from '../worklists/supervision.ts'
import { type Concern, concernOf } from './line-concerns.ts'
import { type HeldLine, linesWhere, putsFor } from './lines.ts'
import { linesBeside, linesNow, recheck, sourceOf } from './recheck.ts'

export function* recheckLines(puts: readonly Pick<Put, 'id' | 'resource'>[], at: string): Steps<void> {
  const about = puts.flatMap((put) => concernOf(put) ?? [])
  if (about.length === 0) return
  const concerns = yield* named(about)
  const open = yield* linesAbout(concerns, unbilled)
  const waiting = open.filter(({ value }) => isHeld(value, [])).filter(touched(concerns, 'mayRelease'))
  const changes = [...(yield* release(waiting, isHeld, at)), ...(yield* followPayer(concerns.filter(movesPayer), at))]
  const further = yield* named(changes.flatMap((put) => concernOf(put) ?? []))
  const now = changes.length > 0 ? yield* linesAbout([...concerns, ...further], unbilled) : open
  yield* question(now.filter(isReady).filter(touched([...concerns, ...further], 'mayQuestion')), at)
}

/** What this line bills, once the rule of its payer is kept otherwise; then what is counted beside it. */
export function* recheckByRule(line: HeldLine, at: string): Steps<void> {
  const changes = yield* release([line], isForOtherRule, at)
  yield* question((yield* linesBeside(line.value)).filter(isReady), at)
  yield* recheckLines(changes, at)
}

const movesPayer = (concern: Concern): boolean => concern.movesPayer === true
const isReady = ({ value }: HeldLine): boolean => value.state === 'ready'

/** With all references to the people whom it names: a line names one of them. */
function* named(concerns: readonly Concern[]): Steps<readonly Concern[]> {
  const known = new Map<string, readonly string[]>()
  for (const reference of new Set(concerns.flatMap(({ clinicians = [] }) => clinicians)))
    known.set(reference, yield* namesOf(reference))
  return concerns.map((one) => ({ ...one, clinicians: (one.clinicians ?? []).flatMap((name) => known.get(name)!) }))
}

const touched =
  (concerns: readonly Concern[], test: 'mayRelease' | 'mayQuestion') =>
  (line: HeldLine): boolean =>
    concerns.some(
      (concern) =>
        (concern.patient === `Patient/${line.value.clientId}` ||
          concern.clinicians?.includes(referenceTo(line.value.renderer, 'Practitioner') ?? '') === true) &&
        concern[test](line),
    )

const unbilled = ofStatus('planned', 'billable')

/** Lines of these patients, or held by these people. */
function* linesAbout(concerns: readonly Concern[], ...filters: readonly Filter[]): Steps<readonly HeldLine[]> {
  const found: HeldLine[] = []
  for (const [param, references] of [
    ['patient', concerns.flatMap(({ patient }) => patient ?? [])],
    ['performer-actor', concerns.flatMap(({ clinicians = [] }) => clinicians)],
  ] as const)
    if (references.length > 0) found.push(...(yield* linesWhere(pointsAt(param, ...new Set(references)), ...filters)))
  return [...new Map(found.map((line) => [line.id, line] as const)).values()]
}

/** One session or month after the other: of two that wait for each other, the first goes, and the second sees it. */
function* release(open: readonly HeldLine[], isOpen: IsOpen, at: string): Steps<readonly Put[]> {
  const changes: Put[] = []
  for (const [id, source] of sources(open)) {
    const standing = yield* linesBeside(source)
    const made = yield* putsFor(id, standing, yield* recheck(source, standing, isOpen, at), at)
    yield* write(...made)
    changes.push(...made)
  }
  return changes
}

/** What no payer has taken is computed anew; with what one has, it is told that somebody else pays. */
function* followPayer(concerns: readonly Concern[], at: string): Steps<readonly Put[]> {
  if (concerns.length === 0) return []
  const lines = (yield* linesAbout(concerns)).filter(({ value }) => isLive(value))
  const isTaken = ({ value }: HeldLine): boolean => !isUntaken(value)
  for (const [id, source] of sources(lines.filter(isTaken))) {
    const wanted = yield* linesNow(source, at)
    if (wanted === undefined) continue
    const taken = lines.filter((line) => isTaken(line) && sourceOf(line.value) === id)
    const moves = taken.map((line) => ({ id: line.id, value: warned(line.value, wanted) }))
    yield* write(...(yield* putsFor(id, taken, moves, at)))
    for (const [i, { value }] of moves.entries())
      yield* write(...(yield* reviewPayer(taken[i]!.id, taken[i]!.resource, value, at)))
  }
  return yield* release(
    lines.filter((line) => !isTaken(line)),
    isForOtherPayer,
    at,
  )
}

const changed: LineWarning = 'coverage-changed'
function warned(line: ServiceLine, wanted: readonly ServiceLine[]): ServiceLine {
  const others = line.warnings.filter((warning) => warning !== changed)
  return { ...line, warnings: isPaidOtherwise(line, wanted) ? [...others, changed] : others }
}

/** Tells with these lines what a payer may question now; one after the other, so that each counts beside what the one before came to. */
function* question(ready: readonly HeldLine[], at: string): Steps<void> {
  for (const [id, source] of sources(ready)) {
    const lines = ready.filter(({ value }) => sourceOf(value) === id)
    const wanted = yield* linesNow(source, at)
    const moves = lines.flatMap((line) => {
      const now = wanted?.find(({ code }) => code === line.value.code)
      if (now === undefined) return []
      if (countsOtherwise(line.value, now)) return reconcile([line], [now], at)
      const { warnings, checks } = now
      return [{ id: line.id, value: { ...line.value, warnings, checks: lookedAtAgain(checks, line.value.checks) } }]
    })
    yield* write(...(yield* putsFor(id, lines, moves, at)))
  }
}

/** The same time by the same rule comes to other units, where minutes of the day are added up and others have left or joined it. */
const countsOtherwise = (old: ServiceLine, now: ServiceLine): boolean =>
  old.units !== now.units &&
  old.coverageId === now.coverageId &&
  equal(old.unitBasis, now.unitBasis) &&
  now.holdReasons.every((reason) => reason === 'minutes-short')

/** The sessions and months that lines bill, each once. */
const sources = (lines: readonly HeldLine[]): ReadonlyMap<string, HeldLine['value']> =>
  new Map(lines.flatMap(({ value }) => (sourceOf(value) ? [[sourceOf(value)!, value] as const] : [])))
