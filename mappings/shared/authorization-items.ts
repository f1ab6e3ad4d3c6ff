/**
 * What was asked for (Claim.item), and what the payer says to it (ClaimResponse, as Da Vinci's prior authorization writes it).
 * https://hl7.org/fhir/us/davinci-pas/
 */
import type {
  ClaimItem,
  ClaimResponse,
  ClaimResponseItem,
  ClaimSupportingInfo,
  Extension,
  Organization,
  Patient,
  Reference,
} from '@medplum/fhirtypes'
import {
  type AuthorizationAnswer,
  type AuthorizationItem,
  type DecidedItem,
  reviewActions,
} from '../../src/domain/authorization.ts'
import { asConcept, codeTable } from '../../src/lens/code-table.ts'
import { type Codec, cannot, unread } from '../../src/lens/codec.ts'
import { decimal, idOf, integer, text } from '../../src/lens/codecs.ts'
import { shape } from '../../src/lens/shape.ts'
import { period } from './datatypes.ts'
import { extension } from './extension.ts'
import { procedureCode, procedureModifier } from './procedure.ts'
import { reasonText } from './reason-text.ts'
import { unknownSubject } from './stay.ts'

export const requestedItem = shape<ClaimItem, AuthorizationItem>('Claim.item', (at) => ({
  sequence: at.sequence.as(integer),
  code: at.productOrService.as(procedureCode),
  modifiers: at.modifier.each(procedureModifier, { by: (code) => code }),
  unitsRequested: at.quantity.value.optional(decimal),
}))

/** Who is to do it. https://hl7.org/fhir/R4/valueset-claim-careteamrole.html */
export const renders = {
  sequence: 1,
  role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claimcareteamrole', code: 'primary' }] },
}

/** Entries are told apart by a number. It is made of the id, so that it is the same whatever stands beside it. */
const sequenceOf = (id: string): number => [...id].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 2_147_483_629, 7) + 1
const documentId = idOf<Reference>('DocumentReference')
export const supportingDocument = {
  only: {
    label: 'DocumentReference',
    test: ({ valueReference }: ClaimSupportingInfo): boolean =>
      valueReference?.reference?.startsWith('DocumentReference/') === true,
  },
  codec: {
    name: 'supporting document',
    read: ({ valueReference }, report) => documentId.read(valueReference as Reference, report),
    write: (id, prior) => ({
      sequence: sequenceOf(id),
      category: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claiminformationcategory', code: 'attachment' }],
      },
      ...prior,
      valueReference: documentId.write(id, prior?.valueReference as Reference | undefined),
    }),
  } satisfies Codec<ClaimSupportingInfo, string>,
}

const pas = (name: string): string => `http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-${name}`
const submitted = { category: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/adjudication', code: 'submitted' }] } }
const x12 = codeTable(
  'https://codesystem.x12.org/005010/306',
  reviewActions.map((code) => [code, code] as const),
)

const decision = shape<Extension, NonNullable<DecidedItem['decision']>>(
  'review action',
  (at) => ({
    number: extension(at, 'number').valueString.optional(text),
    code: extension(at, pas('reviewActionCode')).valueCodeableConcept.as(asConcept(x12)),
    reason: extension(at, 'reasonCode').valueCodeableConcept.optional(reasonText),
  }),
  { url: pas('reviewAction') },
)

const decidedItem = shape<ClaimResponseItem, DecidedItem>(
  'ClaimResponse.item',
  (at) => ({
    period: extension(at, pas('itemPreAuthPeriod')).valuePeriod.optional(period),
    unitsApproved: extension(extension(at, pas('itemAuthorizedDetail')), 'quantity').valueQuantity.value.optional(decimal),
    sequence: at.itemSequence.as(integer),
    // An item has an adjudication, though it says nothing.
    decision: extension(
      at.adjudication.where(submitted, () => true),
      pas('reviewAction'),
    ).optional(decision),
  }),
  { adjudication: [submitted] } as unknown as ClaimResponseItem,
)

/** A value only where one is said; what says nothing that is known here is left alone. */
const saying = <Raw, D extends object>(codec: Codec<Raw, D>, isSaid: (value: D) => boolean): Codec<Raw, D> => ({
  ...codec,
  read(raw, report) {
    const value = codec.read(raw, report)
    return value === unread || isSaid(value) ? value : cannot(report, 'says nothing that is known here')
  },
})

const unknown = unknownSubject as Reference<Organization & Patient>

/** New, it does not say yet whom it is about, from whom it is and when it was made. */
export const authorizationAnswer = saying(
  shape<ClaimResponse, AuthorizationAnswer>(
    'ClaimResponse',
    (at) => ({
      payerRef: at.preAuthRef.optional(text),
      period: at.preAuthPeriod.optional(period),
      items: at.item.each(
        saying(decidedItem, (one) => (one.unitsApproved ?? one.decision ?? one.period) !== undefined),
        { by: ['sequence'] },
      ),
    }),
    {
      resourceType: 'ClaimResponse',
      status: 'active',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }] },
      use: 'preauthorization',
      patient: unknown,
      _created: unknown,
      insurer: unknown,
      outcome: 'complete',
    } as unknown as ClaimResponse,
  ),
  ({ payerRef, period: when, items }) => payerRef !== undefined || when !== undefined || items.length > 0,
)
