/** Progress: measurements of a goal. A trend is computed whenever one is read, from the series up to it. */
import type { Goal, Observation } from '@medplum/fhirtypes'
import mapping, { pertainsToGoal } from '../../../mappings/progress.observation.ts'
import { ok } from '../../domain/problem.ts'
import { changeOf, numberIn, ProgressCommand, type ProgressMeasure, progressMachine } from '../../domain/progress.ts'
import { courseOf } from '../../domain/trend.ts'
import type { Change } from '../../store/change.ts'
import { seriesOf } from '../care-plans/measurement-series.ts'
import { reviewWorsening } from '../care-plans/worsening.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { askEach } from '../questions.ts'
import { collection } from './collection.ts'

/** Part of an assessment: it belongs there. */
const isOfAssessment = ({ derivedFrom = [] }: Observation): boolean =>
  derivedFrom.some(({ reference }) => reference?.startsWith('QuestionnaireResponse/'))

export const progress = collection<ProgressMeasure, { Observation: Observation }>({
  name: 'progress',
  prefix: 'pms',
  anchor: 'Observation',
  parts: [],
  mapping,
  command: ProgressCommand,
  claims: (anchor) =>
    (anchor as Observation).extension?.some(({ url }) => url === pertainsToGoal) === true &&
    !isOfAssessment(anchor as Observation),
  client: 'patient',
  sort: '-date',
  machine: { field: 'state', states: progressMachine, initial: 'recorded' },
  computed: ['trend', 'reliableChange'],
  *view({ id, value }, seen) {
    const all = yield* seriesOf(value.clientId, value.code, [], seen)
    const own = all.findIndex((one) => one.id === id)
    if (own < 0) return { trend: 'insufficient-data' as const }
    const series = all.slice(0, own + 1).filter(({ variant }) => variant === value.variant)
    const { direction = 'lower-better', code, baseline } = value
    const { trend, reliableChange } = courseOf(series, direction, changeOf(code), numberIn(baseline))
    return { trend, ...(reliableChange !== undefined && { reliableChange }) }
  },
  *prepare(_ctx, { trend: _, reliableChange: __, ...value }) {
    return ok(value)
  },
  /** The goal names what it was measured by. https://hl7.org/fhir/R4/goal-definitions.html#Goal.outcomeReference */
  *after(_ctx, { id, value }, _before, at) {
    const reference = `Observation/${id}`
    const goals = yield* askEach('Goal', value.goalIds)
    const named: Change[] = goals.flatMap((stored) => {
      const goal = storedValue<Goal>(stored)
      if (!stored || !goal || goal.outcomeReference?.some((one) => one.reference === reference)) return []
      return [
        nextOf<Goal>({ ...goal, outcomeReference: [...(goal.outcomeReference ?? []), { reference }] }, stored.id, stored, at),
      ]
    })
    return ok([...named, ...(yield* reviewWorsening(value.clientId, [value.code], [], at))])
  },
})
