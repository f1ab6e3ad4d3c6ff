/** Keeps the Observations of an assessment in step with it, in the same commit. Those that others derived from it are left alone. */
import type { Observation, QuestionnaireResponse } from '@medplum/fhirtypes'
import { observationOf, observationsSaid } from '../../../mappings/shared/assessment-observations.ts'
import type { Assessment } from '../../domain/assessment.ts'
import { systemOf } from '../../domain/instruments/instrument.ts'
import { equal } from '../../lens/equal.ts'
import type { Put } from '../../store/change.ts'
import { askAll, type Steps } from '../../store/store.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf } from '../next-version.ts'

/** One Observation for one code of one assessment, for ever. */
const idFor = (assessment: string, code: string): string => derivedId('obs', assessment, code)
const codeOf = ({ code }: Observation): string | undefined =>
  code?.coding?.find(({ system, code: one }) => one !== undefined && system === systemOf(one))?.code

export const isOurs = (assessment: string, observation: Observation): boolean =>
  observation.id === idFor(assessment, codeOf(observation) ?? '')

/** Elements that say what the assessment says: what it says no longer goes. */
const said = ['subject', 'encounter', 'effectiveDateTime', 'performer', 'interpretation', 'component', 'hasMember'] as const
const values = ['valueQuantity', 'valueCodeableConcept', 'valueBoolean', 'dataAbsentReason'] as const

function onto(existing: Observation | undefined, next: Observation): Observation {
  if (!existing) return next
  const kept = Object.entries(existing).filter(([key]) => ![...said, ...values].some((one) => one === key))
  const { security: _, ...meta } = existing.meta ?? {}
  return { ...Object.fromEntries(kept), ...next, meta: { ...meta, ...next.meta } } as Observation
}

export function* observationsFor(
  id: string,
  assessment: Assessment,
  response: QuestionnaireResponse,
  standing: readonly Observation[],
  at: string,
): Steps<readonly Put[]> {
  const ours = new Map(standing.filter((one) => isOurs(id, one)).map((one) => [codeOf(one)!, one]))
  const others = new Map(standing.filter((one) => !isOurs(id, one)).map((one) => [codeOf(one), one]))
  const owed = observationsSaid(assessment)
  const members = owed.slice(0, -1).map(({ code }) => `Observation/${others.get(code)?.id ?? idFor(id, code)}`)
  const origin = { reference: `QuestionnaireResponse/${id}`, security: response.meta?.security }
  const wanted = owed.flatMap((one, i): Observation[] => {
    if (others.has(one.code)) return []
    const whole = { ...observationOf(one, assessment, origin), id: idFor(id, one.code) }
    const isPanel = i === owed.length - 1 && members.length > 0
    return [onto(ours.get(one.code), isPanel ? { ...whole, hasMember: members.map((reference) => ({ reference })) } : whole)]
  })
  const gone = [...ours].flatMap(([code, one]): Observation[] =>
    owed.some((other) => other.code === code) ? [] : [{ ...one, status: withdrawn(assessment) }],
  )
  const changed = [...wanted, ...gone].filter((one) => !equal(one, ours.get(codeOf(one)!)))
  const current = yield* askAll(changed.map((one) => ({ ask: 'resource' as const, type: 'Observation', id: one.id! })))
  return changed.map((one, i) => nextOf(one, one.id!, current[i], at))
}

const withdrawn = ({ state }: Assessment): Observation['status'] =>
  state === 'entered-in-error' ? 'entered-in-error' : 'cancelled'
