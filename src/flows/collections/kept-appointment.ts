/** The appointment that a session keeps follows it: who came, came; who did not, did not. */
import mapping from '../../../mappings/appointment.appointment.ts'
import { followed } from '../../domain/appointment.ts'
import type { Session } from '../../domain/session.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { restated, standingAs } from '../read-as.ts'

export function* keepAppointment({ appointmentId, clientId, state, statusReason }: Session, at: string): Steps<readonly Put[]> {
  if (appointmentId === undefined) return []
  const appointment = standingAs(mapping, yield* ask({ ask: 'resource', type: 'Appointment', id: appointmentId }))
  if (!appointment || appointment.value.clientId !== clientId) return []
  const next = followed(appointment.value.state, state)
  if (next === undefined) return []
  const reason = next === 'cancelled' && statusReason !== undefined ? { statusReason } : {}
  return restated(mapping, appointment, { ...appointment.value, ...reason, state: next }, at)
}
