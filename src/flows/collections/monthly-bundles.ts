/** `monthly-bundles`: care management counted by the calendar month. Computed from signed sessions, and seen as the calendar has it. */
import type { Account } from '@medplum/fhirtypes'
import mapping, { isMonthlyBundle } from '../../../mappings/monthly-bundle.account.ts'
import { bundleState, MonthlyBundle, minutesOf } from '../../domain/monthly-bundle.ts'
import { ask } from '../../store/store.ts'
import { collection } from './collection.ts'

export const monthlyBundles = collection<MonthlyBundle, { Account: Account }>({
  name: 'monthly-bundles',
  prefix: 'mbn',
  anchor: 'Account',
  parts: [],
  mapping,
  command: MonthlyBundle,
  claims: (anchor) => isMonthlyBundle(anchor as Account),
  sealed: true,
  client: 'patient',
  sort: '-period',
  derived: 'Monthly bundles follow from signed sessions whose code is counted by the month.',
  shown: ['minutes'],
  *view({ value }) {
    const { at } = yield* ask({ ask: 'now' })
    return { state: bundleState(value, at.slice(0, 10)), minutes: minutesOf(value) }
  },
})
