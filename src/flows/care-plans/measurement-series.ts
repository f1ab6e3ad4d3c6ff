/** Series of a client's measurements, from the store: what was recorded for a goal, and what assessments came to. */
import type { Observation } from '@medplum/fhirtypes'
import mapping from '../../../mappings/progress.observation.ts'
import { epoch } from '../../domain/calendar.ts'
import type { Goal, MeasureTrend } from '../../domain/goal.ts'
import type { Coding } from '../../domain/kernel.ts'
import { changeOf, numberIn } from '../../domain/progress.ts'
import { courseOf, type Direction, type Point } from '../../domain/trend.ts'
import type { Steps } from '../../store/store.ts'
import { byAll, type Seen } from '../collections/collection.ts'
import { storedValue } from '../next-version.ts'
import { allOf, hasToken, patientIs } from '../questions.ts'
import { readAs } from '../read-as.ts'

interface Measured extends Point {
  readonly id: string
  readonly variant: string | undefined
  readonly direction: Direction | undefined
}

const valid = new Set<Observation['status']>(['final', 'amended', 'corrected'])

/** All numbers of one code, with those about to be written (`fresh`), in the order in which they were true; of what nobody dates, or calls preliminary, none. */
export function* seriesOf(
  clientId: string,
  { system, code }: Coding,
  fresh: readonly Observation[] = [],
  seen: Seen = byAll,
): Steps<readonly Measured[]> {
  if (system === undefined || code === undefined) return []
  const items = yield* allOf('Observation', patientIs(clientId), hasToken('code', { system, code }))
  const coming = fresh.filter((one) => one.code?.coding?.some((coding) => coding.system === system && coding.code === code))
  const there = items.filter((stored) => seen(stored) && !coming.some(({ id }) => id === stored.id))
  const found = [...there.flatMap((one) => storedValue<Observation>(one) ?? []), ...coming].flatMap((observation): Measured[] => {
    const measured = valid.has(observation.status) ? readAs(mapping, observation) : undefined
    const value = measured && numberIn(measured.value)
    if (value === undefined || measured?.at === undefined) return []
    const { at, variant, direction } = measured
    return [{ id: observation.id!, at, value, variant, direction }]
  })
  return found.toSorted((a, b) => (epoch(a.at) ?? 0) - (epoch(b.at) ?? 0))
}

const digits = (value: number): string => String(Number(value.toPrecision(12)))

/** How each coded measure of a goal has come along. Symptom scales fall when things get better, unless a measurement says otherwise. */
export function* trendsOf(
  { clientId, measures }: Goal,
  fresh: readonly Observation[] = [],
  seen?: Seen,
): Steps<readonly MeasureTrend[]> {
  const trends: MeasureTrend[] = []
  for (const measure of measures) {
    if (!('code' in measure)) continue
    const all = yield* seriesOf(clientId, measure.code, fresh, seen)
    const last = all.at(-1)
    if (!last) continue
    const series = all.filter(({ variant }) => variant === last.variant)
    const { trend, delta, ...flags } = courseOf(
      series,
      all.findLast(({ direction }) => direction !== undefined)?.direction ?? 'lower-better',
      changeOf(measure.code),
      numberIn(measure.baseline),
    )
    const shown = delta === undefined ? {} : { delta: digits(delta) }
    trends.push({ measure: measure.code, trend, latest: digits(last.value), ...shown, ...flags })
  }
  return trends
}
