/** What was checked of a line, and what its payer said, as extensions of a ChargeItem: R4 has no place for either. */
import type { Extension, Money } from '@medplum/fhirtypes'
import { type Adjudication, AdjustmentCode, adjudicationStates, ReasonCode } from '../../src/domain/adjudication.ts'
import { claimStates } from '../../src/domain/claim-states.ts'
import type { LaterClaim } from '../../src/domain/later-claim.ts'
import { checkOutcomes, conflictIds, type LineCheck } from '../../src/domain/line-checks.ts'
import type { ServiceLine } from '../../src/domain/service-line.ts'
import { type Codec, cannot } from '../../src/lens/codec.ts'
import { date, decimal, idOf, oneOf, text } from '../../src/lens/codecs.ts'
import { shape } from '../../src/lens/shape.ts'
import { valuesOf, withUrl } from './combine.ts'
import { extension, local } from './extension.ts'

export const usd: Codec<Money, NonNullable<ServiceLine['charge']>> = shape('Money', (at) => ({
  amount: at.value.as(decimal),
  currency: at.currency.as(oneOf('USD')),
}))

export const lineCheck = shape<Extension, LineCheck>(
  'line check',
  (at) => ({
    conflictId: extension(at, 'rule').valueCode.as(oneOf(...conflictIds)),
    outcome: extension(at, 'outcome').valueCode.as(oneOf(...checkOutcomes)),
    overriddenBy: extension(at, 'overridden-by').valueString.optional(text),
    reason: extension(at, 'reason').valueString.optional(text),
  }),
  { url: local('line-check') },
)

const reasonCode: Codec<string, string> = {
  name: 'adjustment reason',
  read: (raw, report) => (ReasonCode.safeParse(raw).success ? raw : cannot(report, 'expected a code such as CO-197')),
  write: (value) => value,
}

const adjustmentCode: Codec<string, string> = {
  name: 'adjustment',
  read: (raw, report) => (AdjustmentCode.safeParse(raw).success ? raw : cannot(report, 'expected a code such as CO-45')),
  write: (value) => value,
}

const adjustment = shape<Extension, Adjudication['adjustments'][number]>(
  'adjustment',
  (at) => ({
    code: extension(at, 'code').valueCode.as(adjustmentCode),
    amount: extension(at, 'amount').valueMoney.as(usd),
  }),
  { url: 'adjustment' },
)

const adjudicationAt = (url: string) =>
  shape<Extension, Adjudication>(
    'adjudication',
    (at) => ({
      status: extension(at, 'status').valueCode.as(oneOf(...adjudicationStates)),
      paid: extension(at, 'paid').valueMoney.optional(usd),
      adjustments: at.extension.each(adjustment, { by: (one) => JSON.stringify(one), only: withUrl('adjustment') }),
      on: extension(at, 'on').valueDate.optional(date),
      reasonCodes: valuesOf(at.extension, 'reason-code', (code) => code.valueCode.as(reasonCode)),
    }),
    { url },
  )

export const adjudication = adjudicationAt(local('adjudication'))

export const laterClaim = shape<Extension, LaterClaim>(
  'later claim',
  (at) => ({
    coverageId: extension(at, 'coverage').valueReference.as(idOf('Coverage')),
    state: extension(at, 'state').valueCode.as(oneOf(...claimStates)),
    claimRef: extension(at, 'claim').valueString.optional(text),
    payerClaimId: extension(at, 'payer-claim').valueString.optional(text),
    adjudication: extension(at, 'adjudication').optional(adjudicationAt('adjudication')),
    adjudicationReason: extension(at, 'reason').valueString.optional(text),
  }),
  { url: local('later-claim') },
)
