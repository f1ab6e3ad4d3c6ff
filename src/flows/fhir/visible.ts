/** May this caller see this resource? Those of no patient compartment are visible to all. */
import { compartments } from '../../fhir/search/extract.ts'
import type { Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../keep.ts'

export function visible(ctx: Context, stored: Stored): boolean {
  const { visible: seen } = ctx.principal
  if (seen === 'everything') return true
  const value = storedValue<object>(stored)
  if (!value) return false
  const patients = compartments(value)
  return patients.length === 0 || patients.some((patient) => seen.patients.includes(patient))
}
