/** MonthlyBundle ↔ Account of our own type. https://hl7.org/fhir/R4/account.html */
import type * as fhir from '@medplum/fhirtypes'
import { type Contribution, MonthlyBundle } from '../src/domain/monthly-bundle.ts'
import { type Codec, cannot } from '../src/lens/codec.ts'
import { idOf, integer, refTo } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape } from '../src/lens/shape.ts'
import { withUrl } from './shared/combine.ts'
import { extension, local, localSystem } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { reasonText } from './shared/reason-text.ts'
import { refinedState } from './shared/refined-state.ts'

/** Of Account.type: `monthly-bundle`. */
export const accountKind = localSystem('account-kind')
export const isMonthlyBundle = ({ type }: fhir.Account): boolean =>
  type?.coding?.some((one) => one.system === accountKind && one.code === 'monthly-bundle') === true

/** Its service period is the month, and nothing but the month. https://hl7.org/fhir/R4/datatypes.html#dateTime */
const month: Codec<fhir.Period, string> = {
  name: 'month',
  read: ({ start, end }, report) =>
    start !== undefined && /^\d{4}-(0[1-9]|1[0-2])$/.test(start) && start === end ? start : cannot(report, 'expected one month'),
  write: (value, prior) => ({ ...prior, start: value, end: value }),
}

const procedureCode: Codec<string, string> = {
  name: 'procedure code',
  read: (raw, report) => (/^[A-Z0-9]{5}$/.test(raw) ? raw : cannot(report, 'expected a CPT number or HCPCS code')),
  write: (value) => value,
}

const contribution = shape<fhir.Extension, Contribution>(
  'contribution',
  (at) => ({
    sessionId: extension(at, 'session').valueReference.as(idOf('Encounter')),
    minutes: extension(at, 'minutes').valueUnsignedInt.as(integer),
  }),
  { url: local('contribution') },
)

export default mapping<MonthlyBundle, { Account: fhir.Account }>({
  name: 'monthly-bundle.account',
  version: 2,
  domain: MonthlyBundle,
  owner: 'coordination',
  blank: {
    Account: { resourceType: 'Account', status: 'active', type: { coding: [{ system: accountKind, code: 'monthly-bundle' }] } },
  },
  fields: ({ Account }) => ({
    clientId: Account.subject.where({}).as(idOf('Patient')),
    month: Account.servicePeriod.as(month),
    code: extension(Account, local('procedure-code')).valueCode.as(procedureCode),
    billingOrg: Account.at('owner').optional(refTo('Organization')),
    contributions: Account.extension.each(contribution, { by: ['sessionId'], only: withUrl(local('contribution')) }),
    thresholdMinutes: extension(Account, local('threshold-minutes')).valueUnsignedInt.as(integer),
    statusReason: extension(Account, local('status-reason')).valueCodeableConcept.optional(reasonText),
    ...labels(Account),
    state: refinedState(Account, Account.status, {
      accumulating: 'active',
      reached: 'active',
      'closed-short': 'inactive',
      charged: 'inactive',
      'entered-in-error': 'entered-in-error',
    }),
  }),
})
