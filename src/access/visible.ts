/** Which resources a caller may see, by whom they tell of. The store says the same in SQL (`store/visible.ts`), for whatever it finds. */
import { type Guard, guardOf } from '../fhir/search/labels.ts'
import { isRoll, patientsOf } from '../fhir/search/patients-of.ts'
import type { Visible } from './principal.ts'

/**
 * What tells of no patient is visible to all, unless it is protected, for then it may be about anybody (a Task, the bytes of a document); a roll
 * to whoever may see everybody on it; all else to whoever may see one of its patients. `guard`: of the record as it is now.
 */
export function isVisibleTo(visible: Visible, resource: object, guard: Guard = 0): boolean {
  if (visible === 'everything') return true
  const own = guardOf(resource)
  if (!isUnguarded(visible, own) || !isUnguarded(visible, guard)) return false
  const { patients: seen } = visible
  if (seen === 'all') return true
  const patients = patientsOf(resource)
  const may = (patient: string): boolean => seen.includes(patient)
  if (patients.length === 0) return own === 0 && guard === 0
  return isRoll(resource) ? patients.every(may) : patients.some(may)
}

/** Specially protected records are for whoever has the right to them; psychotherapy notes for nobody. */
export const isUnguarded = (visible: Visible, guard: Guard | undefined = 0): boolean =>
  visible === 'everything' || guard <= (visible.protectedRecords ? 1 : 0)
