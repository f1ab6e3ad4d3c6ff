/**
 * Lines follow what is written, whoever wrote it: held ones are computed anew when something that they may have waited for is, and of
 * ready ones what a payer may question, and the units that the minutes of their day leave them. Whatever else has changed since, a line
 * that is ready stays as it is.
 */
import { reconcile } from '../../billing/reconcile.ts'
import { lookedAtAgain } from '../../domain/line-checks.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import { equal } from '../../lens/equal.ts'
import type { Put } from '../../store/change.ts'
import { type Steps, write } from '../../store/store.ts'
import { ofStatus } from '../questions.ts'
import { namesOf } from '../worklists/supervision.ts'
import { bundleLinesNow, recheckBundle } from './charge-bundle.ts'
import { recheckSession, sessionLinesNow } from './charge-session.ts'
import { type Concern, concernOf } from './line-concerns.ts'
import { type HeldLine, linesOfBundle, linesOfSession, linesWhere, putsFor } from './lines.ts'
import { referenceTo } from './references.ts'

export function* recheckLines(puts: readonly Put[], at: string): Steps<void> {
  const concerns = yield* named(puts.flatMap((put) => concernOf(put) ?? []))
  const open = yield* openLines(concerns)
  const changes = yield* release(open.filter(isHeld).filter(touched(concerns, 'mayRelease')), at)
  const further = yield* named(changes.flatMap((put) => concernOf(put) ?? []))
  const now = changes.length > 0 ? yield* openLines([...concerns, ...further]) : open
  yield* question(now.filter(isReady).filter(touched([...concerns, ...further], 'mayQuestion')), at)
}

const isHeld = ({ value }: HeldLine): boolean => value.state === 'held'
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

/** Lines that nobody has billed, of these patients, or held by these people. */
function* openLines(concerns: readonly Concern[]): Steps<readonly HeldLine[]> {
  const found: HeldLine[] = []
  for (const [param, references] of [
    ['patient', concerns.flatMap(({ patient }) => patient ?? [])],
    ['performer-actor', concerns.flatMap(({ clinicians = [] }) => clinicians)],
  ] as const)
    if (references.length > 0)
      found.push(...(yield* linesWhere({ kind: 'reference', param, values: [...new Set(references)] }, unbilled)))
  return [...new Map(found.map((line) => [line.id, line] as const)).values()]
}

/** One session or month after the other: of two that wait for each other, the first goes, and the second sees it. */
function* release(held: readonly HeldLine[], at: string): Steps<readonly Put[]> {
  const changes: Put[] = []
  for (const [id, { bundleId }] of sources(held)) {
    const standing = yield* bundleId === undefined ? linesOfSession(id) : linesOfBundle(id)
    const moves = yield* bundleId === undefined ? recheckSession(id, standing, at) : recheckBundle(id, standing, at)
    const made = yield* putsFor(id, standing, moves, at)
    yield* write(...made)
    changes.push(...made)
  }
  return changes
}

/** Tells with these lines what a payer may question now; one after the other, so that each counts beside what the one before came to. */
function* question(ready: readonly HeldLine[], at: string): Steps<void> {
  for (const [id, { bundleId }] of sources(ready)) {
    const lines = ready.filter(({ value }) => (value.bundleId ?? value.sessionId) === id)
    const wanted = yield* bundleId === undefined ? sessionLinesNow(id, at) : bundleLinesNow(id, at)
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
  new Map(
    lines.flatMap(({ value }) =>
      (value.bundleId ?? value.sessionId) ? [[(value.bundleId ?? value.sessionId)!, value] as const] : [],
    ),
  )
