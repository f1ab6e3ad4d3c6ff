/** Elements of a referral that need a word of their own: its kind and category, reasons in words, outputs, contact attempts. */
import type * as fhir from '@medplum/fhirtypes'
import type { Coding } from '../../src/domain/kernel.ts'
import type { ContactAttempt, Outcome } from '../../src/domain/referral.ts'
import { type Codec, cannot, unread } from '../../src/lens/codec.ts'
import { oneOf, text } from '../../src/lens/codecs.ts'
import type { Place } from '../../src/lens/place.ts'
import { hangingOn } from '../../src/lens/sibling.ts'
import { referralKind, sdohCodes, snomed } from '../codes/referral.ts'
import { annotated } from './annotated.ts'
import { coding } from './datatypes.ts'
import { extension, local, localSystem } from './extension.ts'

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

const specific = local('referral-category')
/**
 * A category of SDOH Clinical Care stands for itself; one of another system is marked, because other concepts of the list (US Core's
 * classes of services among them) are not ours to read.
 */
export const specificCategory = {
  codec: {
    name: 'specific category',
    read(raw, report) {
      const found = codingOf(raw, sdohCodes) ?? raw.coding?.[0]
      return found === undefined ? cannot(report, 'expected a coding') : coding.read(found, report)
    },
    write(value, prior) {
      const known = prior && (codingOf(prior, sdohCodes) ?? prior.coding?.[0])
      const said = known === undefined ? unread : coding.read(known, [])
      if (said !== unread && said.system === value.system && said.code === value.code && prior)
        return { ...prior, coding: prior.coding!.map((one) => (one === known ? coding.write(value, known) : one)) }
      const marker = value.system === sdohCodes ? {} : { extension: [{ url: specific, valueBoolean: true }] }
      return { ...marker, coding: [coding.write(value, undefined)] }
    },
  } satisfies Codec<fhir.CodeableConcept, Coding>,
  options: {
    by: ['system', 'code'],
    only: {
      label: 'category',
      test: (item: fhir.CodeableConcept) =>
        codingOf(item, sdohCodes) !== undefined || item.extension?.some(({ url }) => url === specific) === true,
    },
  } as const,
}

const hasValue = (item: fhir.TaskOutput): boolean => Object.keys(item).some((key) => key.startsWith('value'))
/** An output of the Task by our own type; its value is a member of it. */
export const output = <R>(task: Place<R, fhir.Task>, code: string): Place<R, fhir.TaskOutput> =>
  task.output.where({ type: { coding: [{ system: localSystem('referral-output'), code }] } }, hasValue)

export const contactAttempt = annotated<ContactAttempt>(
  'contact-attempt',
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
