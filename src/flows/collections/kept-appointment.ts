/** The appointment that a session keeps follows it: who came, came; who did not, did not. */
import type { Appointment } from '@medplum/fhirtypes'
import mapping from '../../../mappings/appointment.appointment.ts'
import { followed } from '../../domain/appointment.ts'
import type { Session } from '../../domain/session.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { nextOf, storedValue } from '../next-version.ts'

export function* keepAppointment({ appointmentId, clientId, state, statusReason }: Session, at: string): Steps<readonly Put[]> {
  if (appointmentId === undefined) return []
  const stored = yield* ask({ ask: 'resource', type: 'Appointment', id: appointmentId })
  const appointment = storedValue<Appointment>(stored)
  const reading = appointment && mapping.read({ Appointment: appointment })
  if (!stored || !appointment || !reading?.ok || reading.value.clientId !== clientId) return []
  const next = followed(reading.value.state, state)
  if (next === undefined) return []
  const reason = next === 'cancelled' && statusReason !== undefined ? { statusReason } : {}
  const { Appointment: written } = mapping.write({ ...reading.value, ...reason, state: next }, { Appointment: appointment })
  return [nextOf(written, stored.id, stored, at)]
}
