/** Earlier sessions of a client, as far as a payer asks whether they were in person. */
import type { Encounter } from '@medplum/fhirtypes'
import { contactsSince, type EarlierContact } from '../../billing/in-person.ts'
import { localDate } from '../../domain/calendar.ts'
import type { AppliedPayerRule } from '../../domain/payer-rule.ts'
import type { Session } from '../../domain/session.ts'
import type { Steps } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { allOf, patientIs } from '../questions.ts'
import { referenceTo } from '../references.ts'
import { readSession } from './care-around.ts'
import { billingOrgOf, clinicianOf } from './clinician.ts'
import { between } from './lines.ts'

interface Ours {
  /** References to whoever held the session. */
  readonly names: readonly string[]
  readonly billingOrg: string | undefined
}

/** Those by the same person, or for the same organization. Nothing is looked up where nobody asks. */
export function* contactsBefore(
  sessionId: string,
  session: Session,
  day: string,
  rule: AppliedPayerRule,
  { names, billingOrg }: Ours,
): Steps<readonly EarlierContact[]> {
  const since = day === '' ? undefined : contactsSince(session, day, rule)
  if (since === undefined || session.clientId === undefined) return []
  const found: EarlierContact[] = []
  for (const stored of yield* allOf('Encounter', patientIs(session.clientId), ...between('date', since, day))) {
    const other = stored.id === sessionId ? undefined : readSession(stored)
    const on = other?.actual?.start === undefined ? undefined : localDate(other.actual.start)
    if (!other || on === undefined) continue
    const isByThem = names.includes(referenceTo(other.renderer, 'Practitioner') ?? '')
    const by = isByThem ? billingOrg : billingOrgOf(storedValue<Encounter>(stored)!, yield* clinicianOf(other.renderer))
    if (isByThem || (by !== undefined && by === billingOrg)) found.push({ day: on, inPerson: other.modality === 'in-person' })
  }
  return found
}
