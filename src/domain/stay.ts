/** Stays in hospitals as follow-up rules look at them: which discharges stand, what was the matter, which stay came next. */
import { daysBetween, epoch, localDate } from './calendar.ts'
import { dispositionGroup } from './code-sets.ts'
import type { Diagnosis, Discharge } from './discharge.ts'

export interface Stay {
  readonly id: string
  readonly value: Discharge
}

const standing: ReadonlySet<string> = new Set(['matched', 'obligations-created', 'in-follow-up', 'measure-closed', 'readmitted'])

/** Stays whose discharge stands. A disposition of "still a patient" says that there was none. */
export const isDischarged = ({ value }: Stay): boolean =>
  value.state !== undefined &&
  standing.has(value.state) &&
  value.dischargedAt !== undefined &&
  dispositionGroup(value.disposition?.code) !== 'still'

/** Did the client die there? */
export const endedInDeath = (stay: Stay): boolean =>
  isDischarged(stay) && dispositionGroup(stay.value.disposition?.code) === 'died'

const againstAdvice: ReadonlySet<string | undefined> = new Set(['07', '7', 'aadvice'])
/** Did the client leave before the hospital would have let them go? */
export const leftAgainstAdvice = (stay: Stay): boolean => isDischarged(stay) && againstAdvice.has(stay.value.disposition?.code)

/** The principal diagnosis: the one called so, else the first of the discharge, else (if nothing more is known) of the admission. */
export const principalOf = (diagnoses: readonly Diagnosis[]): Diagnosis | undefined =>
  diagnoses.find((one) => one.role === 'principal') ?? diagnoses.find((one) => one.role !== 'admitting') ?? diagnoses[0]

/** By discharge, for stays that have one. */
export const byDischarge = (a: Stay, b: Stay): number =>
  (epoch(a.value.dischargedAt!) ?? 0) - (epoch(b.value.dischargedAt!) ?? 0) || (a.id < b.id ? -1 : 1)

const beds: ReadonlySet<string> = new Set(['inpatient-acute-psych', 'inpatient-medical', 'residential'])

/** The first admission to a bed after this stay began, on one of the days given (both included). */
export function nextAdmission(stay: Stay, from: string, until: string, stays: readonly Stay[]): Stay | undefined {
  const later = stays.filter((other) => {
    const { admittedAt, encounterClass, timeZone, state } = other.value
    if (other.id === stay.id || admittedAt === undefined || encounterClass === undefined || !beds.has(encounterClass))
      return false
    if (state === 'duplicate' || state === 'entered-in-error') return false
    const day = localDate(admittedAt, timeZone ?? stay.value.timeZone)
    return day !== undefined && day >= from && day <= until && isLater(other, stay)
  })
  return later.toSorted(
    (a, b) => (epoch(a.value.admittedAt!) ?? 0) - (epoch(b.value.admittedAt!) ?? 0) || (a.id < b.id ? -1 : 1),
  )[0]
}

/** Did it begin later? By the clock where both have one, by the day otherwise; of two on one day the one that also ended later. */
function isLater(other: Stay, stay: Stay): boolean {
  const began = stay.value.admittedAt ?? stay.value.dischargedAt!
  const next = other.value.admittedAt!
  const clocks = began.length > 10 && next.length > 10
  const apart = clocks ? epoch(next)! - epoch(began)! : daysBetween(began.slice(0, 10), next.slice(0, 10))
  if (apart !== 0) return apart > 0
  const { dischargedAt } = other.value
  return dischargedAt === undefined || byDischarge(stay, other) < 0
}
