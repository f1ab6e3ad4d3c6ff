/** Months' counts in the store. */
import type { Account } from '@medplum/fhirtypes'
import mapping, { accountKind } from '../../../mappings/monthly-bundle.account.ts'
import type { MonthlyBundle } from '../../domain/monthly-bundle.ts'
import type { Steps, Stored } from '../../store/store.ts'
import { allOf, hasToken, patientIs } from '../questions.ts'
import { standingAs } from '../read-as.ts'

export const ofKind = hasToken('type', { system: accountKind, code: 'monthly-bundle' })

export interface HeldBundle {
  readonly stored: Stored | undefined
  readonly resource: Account | undefined
  readonly value: MonthlyBundle
}

/** All bundles of a client that can be read. */
export function* bundlesOf(clientId: string): Steps<readonly (HeldBundle & { readonly stored: Stored })[]> {
  return (yield* allOf('Account', patientIs(clientId), ofKind)).flatMap((stored) => standingAs(mapping, stored) ?? [])
}
