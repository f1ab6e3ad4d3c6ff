/** A session of an hour with a client of Medicaid, and all on record that its line needs; tests change what they are about. */

import { noEdits } from '../../src/billing/claim-edits.ts'
import type { BilledBeside } from '../../src/billing/conflicts.ts'
import type { AuthorizationFact, BillingFacts, CoverageFact, RendererFact } from '../../src/billing/facts.ts'
import { unknownPayer } from '../../src/domain/payer-rule.ts'
import { Session } from '../../src/domain/session.ts'

export const at = '2026-03-02T12:00:00.000Z'

export const session = (changes: object = {}): Session =>
  Session.parse({
    clientId: 'cli-1',
    kind: 'case-management',
    modality: 'in-person',
    renderer: { id: 'prc-1' },
    actual: { start: '2026-03-02T09:00:00-05:00', end: '2026-03-02T10:00:00-05:00' },
    state: 'signed',
    ...changes,
  })

/** So many minutes from nine in the morning. */
export const lasting = (minutes: number): Session['actual'] => ({
  start: '2026-03-02T09:00:00-05:00',
  end: new Date(Date.UTC(2026, 2, 2, 14, minutes)).toISOString(),
})

export const coverage = (changes: Partial<CoverageFact> = {}): CoverageFact => ({
  id: 'cov-1',
  kind: 'medicaid-ffs',
  priority: 1,
  start: '2026-01-01',
  end: undefined,
  active: true,
  rule: { ...unknownPayer, quarterHour: 'full' },
  ...changes,
})

export const authorization = (changes: Partial<AuthorizationFact> = {}): AuthorizationFact => ({
  id: 'aut-1',
  coverageId: 'cov-1',
  code: 'T1017',
  sequence: 1,
  start: '2026-01-01',
  end: '2026-06-30',
  unitsLeft: 100,
  ...changes,
})

export const renderer = (changes: Partial<RendererFact> = {}): RendererFact => ({
  staffLevel: 'master',
  credentials: [{ code: 'LCSW', validFrom: '2020-01-01', validTo: '2027-12-31', status: 'active' }],
  isSupervised: false,
  ...changes,
})

/** Another line of the client's: by the same person and organization, for the same payer, on the day of the session. */
export const beside = (code: string, changes: Partial<BilledBeside> = {}): BilledBeside => ({
  ...{ line: 'chg-1', code, day: '2026-03-02', sameRenderer: true, sameAgency: true, samePayer: true },
  ...changes,
})

export const facts = (changes: Partial<BillingFacts> = {}): BillingFacts => ({
  sessionId: 'ses-1',
  session: session(),
  timeZone: undefined,
  placeOfLocation: undefined,
  coverages: [coverage()],
  authorizations: [],
  renderer: renderer(),
  billingOrg: { id: 'org-1' },
  supervising: undefined,
  diagnoses: ['F32.2'],
  unitsThatDay: () => 0,
  timedBeside: [],
  billedBeside: [],
  edits: noEdits,
  overlapping: [],
  inHospital: [],
  inCustody: [],
  contacts: [],
  plans: [{ start: '2026-01-01', end: undefined }],
  careConsents: [],
  visits: [],
  ...changes,
})
