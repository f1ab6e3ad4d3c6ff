/** Telehealth at home that a payer takes only from those who were seen in person some months before. */
import { monthsBefore } from '../domain/calendar.ts'
import type { AppliedPayerRule } from '../domain/payer-rule.ts'
import type { HoldReason } from '../domain/service-line.ts'
import type { Session } from '../domain/session.ts'
import { isOfSubstance } from './diagnoses.ts'

/** An earlier session of the client, by the same person or for the same organization. */
export interface EarlierContact {
  readonly day: string
  readonly inPerson: boolean
}

/** The first day on which earlier sessions matter; undefined: they do not. */
export function contactsSince(session: Session, day: string, { inPerson }: AppliedPayerRule): string | undefined {
  const isAtHome = session.modality !== 'in-person' && session.telehealth?.clientLocation === 'home'
  if (!isAtHome || inPerson === undefined || inPerson === 'never') return undefined
  return monthsBefore(day, Math.max(inPerson.first, inPerson.later))
}

/** Who has been met by telehealth in those months has begun already. */
export function inPersonReasons(
  session: Session,
  day: string,
  rule: AppliedPayerRule,
  diagnoses: readonly string[],
  contacts: readonly EarlierContact[],
): readonly HoldReason[] {
  const { inPerson } = rule
  if (contactsSince(session, day, rule) === undefined || inPerson === undefined || inPerson === 'never') return []
  if (diagnoses.some(isOfSubstance)) return []
  const within = (months: number) => (one: EarlierContact) => one.day <= day && one.day >= monthsBefore(day, months)
  const hasBegun = contacts.filter(within(inPerson.later)).some((one) => !one.inPerson && one.day < day)
  const wanted = within(hasBegun ? inPerson.later : inPerson.first)
  return contacts.some((one) => one.inPerson && wanted(one)) ? [] : ['no-visit-in-person']
}
