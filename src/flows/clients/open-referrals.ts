/** Referrals of a client on which somebody works, or is asked to. */
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import { isReferral, isReferralWork } from '../../../mappings/codes/referral.ts'
import type { Steps } from '../../store/store.ts'
import { byAll, type Seen } from '../collections/collection.ts'
import { storedValue } from '../next-version.ts'
import { allOf, isActive, patientIs, pointsAt } from '../questions.ts'

/** The work is over, though the referral itself still stands. */
const idle = new Set<Task['status']>(['rejected', 'failed', 'cancelled', 'completed', 'entered-in-error'])

/** Those that are `seen`. A referral without a Task is waiting for one. */
export function* openReferrals(clientId: string, seen: Seen = byAll): Steps<readonly ServiceRequest[]> {
  const items = yield* allOf('ServiceRequest', patientIs(clientId), isActive)
  const referrals = items.filter(seen).flatMap((stored) => {
    const request = storedValue<ServiceRequest>(stored)
    return request && isReferral(request) ? [{ request, reference: `ServiceRequest/${stored.id}` }] : []
  })
  if (referrals.length === 0) return []
  const focus = pointsAt('focus', ...referrals.map(({ reference }) => reference))
  const about = (yield* allOf('Task', focus)).filter(seen).flatMap((stored) => storedValue<Task>(stored) ?? [])
  const tasks = about.filter(isReferralWork)
  return referrals.flatMap(({ request, reference }) => {
    const work = tasks.filter((task) => task.focus?.reference === reference)
    return work.length === 0 || work.some(({ status }) => !idle.has(status)) ? [request] : []
  })
}
