/**
 * The state of a referral's work ↔ Task.status, or ServiceRequest.status as long as there is no Task. A loop closed on top of it is in
 * Task.businessStatus. https://hl7.org/fhir/R4/task.html#statemachine
 */
import type * as fhir from '@medplum/fhirtypes'
import type { ReferralState, RequestStatus, WorkState } from '../../src/domain/referral.ts'
import { type Codec, cannot } from '../../src/lens/codec.ts'

type TaskStatus = fhir.Task['status']

const ofTask: Readonly<Record<TaskStatus, WorkState>> = {
  draft: 'draft',
  requested: 'requested',
  received: 'received',
  accepted: 'accepted',
  ready: 'accepted',
  rejected: 'rejected',
  'in-progress': 'in-progress',
  'on-hold': 'on-hold',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  'entered-in-error': 'entered-in-error',
}
export const taskStatuses = Object.keys(ofTask) as TaskStatus[]

const ofRequest: Readonly<Record<RequestStatus, WorkState>> = {
  draft: 'draft',
  active: 'requested',
  'on-hold': 'on-hold',
  completed: 'completed',
  revoked: 'cancelled',
  'entered-in-error': 'entered-in-error',
  unknown: 'requested',
}

interface Raw {
  readonly work: TaskStatus | undefined
  /** Codes of our own in businessStatus that refine the state. */
  readonly fine: 'received' | undefined
  /** Looked at, never written: the authorisation is a row of its own. */
  readonly request: RequestStatus | undefined
}

const isClosed = (state: ReferralState): state is `closed-${'confirmed' | 'unconfirmed'}` => state.startsWith('closed-')

export const workState: Codec<Raw, ReferralState> = {
  name: 'state of the work',
  read({ work, fine, request }, report) {
    // A guide's value set without `received`: the partner says `requested`, and the rest in our own code.
    if (work === 'requested' && fine === 'received') return 'received'
    if (work !== undefined) return ofTask[work]
    return request === undefined ? cannot(report, 'neither a Task nor a status') : ofRequest[request]
  },
  // Closing a loop leaves the end of the work as it was.
  write: (state, prior) => ({
    work: isClosed(state) ? (prior?.work ?? 'completed') : state,
    fine: undefined,
    request: undefined,
  }),
}

/** A Task's status as the state of a ServiceRequest that has none yet. */
export const taskStatusFor = (request: RequestStatus): TaskStatus => ofRequest[request]
