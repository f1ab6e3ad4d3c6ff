/**
 * A claim went to whoever does not pay for that day, as is known by now. Somebody of the house sees to it: money may have been paid and would
 * be taken back, and what is known of a coverage changes again, so that nothing moves by itself.
 */
import type { ChargeItem } from '@medplum/fhirtypes'
import { afterBusinessDays } from '../../domain/calendar.ts'
import { isBilledElsewhere, type ServiceLine } from '../../domain/service-line.ts'
import type { HouseWork } from '../../domain/work-item.ts'
import type { Put } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import { keepWork } from './house-work.ts'

const wanted = (at: string): HouseWork => ({
  kind: 'billing-review',
  what: 'A claim went to a payer who does not cover that day, as is known by now. Bill it anew (rebill) to whoever does, or correct the coverage.',
  dueAt: afterBusinessDays(at, 10)!,
  priority: 'routine',
})

/** Open as long as the line says so and stands. */
export const reviewPayer = (id: string, item: ChargeItem, line: ServiceLine, at: string): Steps<readonly Put[]> =>
  keepWork({ why: 'payer', about: item, id, clientId: line.clientId }, isBilledElsewhere(line) ? wanted(at) : undefined, at)
