/** Elements of a referral that need a word of their own: its kind, outputs, contact attempts. */
import type * as fhir from '@medplum/fhirtypes'
import type { ContactAttempt, Outcome } from '../../src/domain/referral.ts'
import { type Codec, cannot } from '../../src/lens/codec.ts'
import { oneOf, text } from '../../src/lens/codecs.ts'
import type { Place } from '../../src/lens/place.ts'
import { hangingOn } from '../../src/lens/sibling.ts'
import { referralKind } from '../codes/referral.ts'
import { snomed } from '../codes/systems.ts'
import { annotated } from './annotated.ts'
import { extension, localSystem } from './extension.ts'

const codingOf = (item: fhir.CodeableConcept, system: string): fhir.Coding | undefined =>
  item.coding?.find((one) => one.system === system)

/** What kind of referral it is, in our words; beside them, for others, that it is a referral. */
export const kindOfReferral: Codec<fhir.CodeableConcept, (typeof referralKind.terms)[number]> = {
  name: 'referral kind',
  read: (raw, report) => referralKind.termOf(codingOf(raw, referralKind.system)?.code) ?? cannot(report, 'unmapped kind'),
  write: (kind, prior) => ({
    ...hangingOn(prior),
    coding: [referralKind.codeOf(kind), { system: snomed, code: '3457005', display: 'Patient referral' }],
  }),
}

/** An output of a type of ours; whatever its value is. */
export const hasValue = (item: fhir.TaskOutput): boolean => Object.keys(item).some((key) => key.startsWith('value'))
/** An output of the Task by our own type; its value is a member of it. */
export const output = <R>(task: Place<R, fhir.Task>, code: string): Place<R, fhir.TaskOutput> =>
  task.output.where({ type: { coding: [{ system: localSystem('referral-output'), code }] } }, hasValue)

export const contactAttempt = annotated<ContactAttempt>(
  'referral-contact-attempt',
  (said) => ({
    channel: extension(said, 'channel').valueCode.as(oneOf('phone', 'email', 'portal', 'fax', 'in-person', 'letter')),
    outcome: extension(said, 'outcome').valueCode.as(oneOf('reached', 'no-answer', 'refused', 'wrong-number')),
    note: extension(said, 'note').valueString.optional(text),
  }),
  ({ channel, outcome, note }) => `${channel}: ${outcome}${note === undefined ? '' : `. ${note}`}`,
)

type RawOutcome = { readonly [K in keyof Outcome]-?: Outcome[K] | undefined }
/** Nothing said of an outcome is no outcome. */
export const outcomeOfWork: Codec<RawOutcome, Outcome | undefined> = {
  name: 'outcome',
  read: ({ procedures = [], ...raw }) =>
    procedures.length === 0 && Object.values(raw).every((member) => member === undefined) ? undefined : { ...raw, procedures },
  write: (value) => ({ kind: value?.kind, procedures: value?.procedures, enrolment: value?.enrolment, note: value?.note }),
}
