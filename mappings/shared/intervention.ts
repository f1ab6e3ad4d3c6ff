/** Interventions of a plan ↔ CarePlan.activity: a reference to what carries it out, or its details here; never both (cpl-3). */
import type * as fhir from '@medplum/fhirtypes'
import {
  type Intervention,
  interventionKinds,
  interventionStatuses,
  type LinkedIntervention,
  type PlannedIntervention,
  type Schedule,
} from '../../src/domain/care-plan.ts'
import { type Codec, cannot, words } from '../../src/lens/codec.ts'
import { idOf, oneOf, refTo, text, withHandle } from '../../src/lens/codecs.ts'
import type { Place } from '../../src/lens/place.ts'
import { shape, together } from '../../src/lens/shape.ts'
import { idsIn, valuesOf } from './combine.ts'
import { concept } from './datatypes.ts'
import { extension, local } from './extension.ts'
import { reasonText } from './reason-text.ts'

type Activity = fhir.CarePlanActivity
type At = Place<Activity, Activity>

const both = (at: At) => ({
  kind: extension(at, local('intervention-kind')).valueCode.optional(oneOf(...interventionKinds)),
  authorizationId: extension(at, local('authorization')).valueReference.optional(idOf('Claim')),
  outcome: at.outcomeCodeableConcept.where({}).text.optional(text),
})

const linked = shape<Activity, Omit<LinkedIntervention, 'handle'>>('linked intervention', (at) => ({
  ...both(at),
  linked: at.reference.as(refTo('ServiceRequest', 'Task', 'Appointment', 'CommunicationRequest', 'RequestGroup')),
  code: extension(at, local('intervention-code')).valueCodeableConcept.optional(concept),
  goalIds: valuesOf(at.extension, local('intervention-goal'), (one) => one.valueReference.as(idOf('Goal'))),
}))

const units = { D: 'd', W: 'wk', M: 'mo', Y: 'a', TH: 'h', TM: 'min', TS: 's' } as const
const letters: Readonly<Record<string, string>> = words(
  Object.fromEntries(Object.entries(units).map(([letter, unit]) => [unit, letter])),
)

interface RawSchedule {
  readonly words: string | undefined
  readonly timing: fhir.Timing | undefined
  readonly period: fhir.Period | undefined
}
/** So many times in a period of one unit; any other timing is left as it is. https://hl7.org/fhir/R4/datatypes.html#Timing */
function timesIn({ repeat, event, code }: fhir.Timing): Schedule | undefined {
  const { frequency, period, periodUnit, boundsPeriod, ...rest } = repeat ?? {}
  const letter = letters[periodUnit ?? '']
  const known = Number.isInteger(period) && period! >= 1 && period! <= 999 && letter !== undefined && frequency !== undefined
  if (!known || event || code || Object.keys(rest).length > 0) return undefined
  const { start, end } = boundsPeriod ?? {}
  if ([start, end].some((bound) => bound !== undefined && bound.length !== 10)) return undefined
  const iso = letter.startsWith('T') ? `PT${period}${letter[1]}` : `P${period}${letter}`
  return { timesPer: frequency, period: iso, ...(start !== undefined && { start }), ...(end !== undefined && { end }) }
}

function timingOf({ timesPer, period, start, end }: Exclude<Schedule, { text: string }>): fhir.Timing {
  const [, time = '', count, unit] = /^P(T?)(\d+)([A-Z])$/.exec(period)!
  const bounds = { ...(start !== undefined && { start }), ...(end !== undefined && { end }) }
  return {
    repeat: {
      ...(Object.keys(bounds).length > 0 && { boundsPeriod: bounds }),
      frequency: timesPer,
      period: Number(count),
      periodUnit: units[`${time}${unit}` as keyof typeof units],
    },
  }
}

const schedule: Codec<RawSchedule, Schedule | undefined> = {
  name: 'schedule',
  read: ({ words, timing }) => (words === undefined ? timing && timesIn(timing) : { text: words }),
  write: (value) => ({
    words: value && 'text' in value ? value.text : undefined,
    timing: value && !('text' in value) ? timingOf(value) : undefined,
    period: undefined,
  }),
}

const planned = shape<Activity, Omit<PlannedIntervention, 'handle'>>('planned intervention', (at) => ({
  ...both(at),
  code: at.detail.at('code').optional(concept),
  goalIds: idsIn(at.detail.goal, 'Goal'),
  status: at.detail.status.as(oneOf(...interventionStatuses)),
  statusReason: at.detail.statusReason.optional(reasonText),
  schedule: together({
    words: at.detail.scheduledString.optional(text),
    timing: at.detail.scheduledTiming,
    period: at.detail.scheduledPeriod,
  }).as<Schedule | undefined>(schedule),
  locationId: at.detail.location.optional(idOf('Location')),
  performers: at.detail.performer.each(
    refTo('Practitioner', 'PractitionerRole', 'Organization', 'HealthcareService', 'CareTeam', 'Patient', 'RelatedPerson'),
    { by: (who) => JSON.stringify(who) },
  ),
}))

/** An activity that becomes one of the other form is written afresh. */
const content: Codec<Activity, Omit<Intervention, 'handle'>> = {
  name: 'intervention',
  read(raw, report) {
    if (raw.reference) return linked.read(raw, report)
    return raw.detail ? planned.read(raw, report) : cannot(report, 'expected a reference or a detail')
  },
  write: (value, prior) =>
    'linked' in value
      ? linked.write(value as LinkedIntervention, prior?.reference ? prior : undefined)
      : planned.write(value as PlannedIntervention, prior?.detail ? prior : undefined),
}

export const intervention = withHandle<Activity, Intervention>(content)
