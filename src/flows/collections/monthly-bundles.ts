/** `monthly-bundles`: care management counted by the calendar month. Computed from signed sessions, and seen as the calendar has it. */
import type { Account } from '@medplum/fhirtypes'
import mapping, { isMonthlyBundle } from '../../../mappings/monthly-bundle.account.ts'
import { serviceDay } from '../../billing/lines.ts'
import { type Begun, begunBy, isInitiated } from '../../billing/prerequisites.ts'
import { bundleState, MonthlyBundle, minutesOf } from '../../domain/monthly-bundle.ts'
import { ask, askAll, type Steps } from '../../store/store.ts'
import { beginningsOf } from '../billing/care-around.ts'
import { countedSessions } from '../billing/charge-bundle.ts'
import { zoneOf } from '../clients/client-facts.ts'
import { collection, type Seen } from './collection.ts'

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
  shown: ['minutes', 'consentId', 'initiatingSessionId'],
  *view({ value }, seen) {
    const { at } = yield* ask({ ask: 'now' })
    return { state: bundleState(value, at.slice(0, 10)), minutes: minutesOf(value), ...(yield* beginningOf(value, seen)) }
  },
})

/** What the guards of its lines look for, on the day on which its first session was held. */
function* beginningOf(bundle: MonthlyBundle, seen: Seen): Steps<Begun> {
  const [first] = isInitiated(bundle.code) ? yield* countedSessions(bundle) : []
  const began = first && serviceDay(first.session, yield* zoneOf(bundle.clientId))
  if (began === undefined) return {}
  const { consentId, initiatingSessionId } = begunBy(bundle.code, began, yield* beginningsOf(bundle.clientId, began)) ?? {}
  const [consent, visit] = yield* askAll([
    { ask: 'resource' as const, type: 'Consent', id: consentId ?? '' },
    { ask: 'resource' as const, type: 'Encounter', id: initiatingSessionId ?? '' },
  ])
  return {
    ...(consentId !== undefined && consent && seen(consent) && { consentId }),
    ...(initiatingSessionId !== undefined && visit && seen(visit) && { initiatingSessionId }),
  }
}
