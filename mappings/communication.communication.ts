/** Communication ↔ Communication. https://hl7.org/fhir/R4/communication.html */
import type * as fhir from '@medplum/fhirtypes'
import { Communication, type CommunicationState, classifications, type Notice, notices } from '../src/domain/communication.ts'
import { TypeAndId } from '../src/domain/kernel.ts'
import { asConcept } from '../src/lens/code-table.ts'
import { type Codec, cannot } from '../src/lens/codec.ts'
import { dateTime, idOf, oneOf, refTo, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { channel, messageCategory } from './codes/communication.ts'
import { first, holding, idIn, oneConcept } from './shared/combine.ts'
import { identifier } from './shared/datatypes.ts'
import { extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { reasonText } from './shared/reason-text.ts'
import { refinedState } from './shared/refined-state.ts'

/** https://hl7.org/fhir/R4/valueset-event-status.html; the first state of a status is what the bare status reads as. */
const statusOf: Readonly<Record<CommunicationState, fhir.Communication['status']>> = {
  draft: 'preparation',
  queued: 'preparation',
  sent: 'in-progress',
  delivered: 'completed',
  received: 'completed',
  read: 'completed',
  failed: 'stopped',
  'entered-in-error': 'entered-in-error',
}
const alike: Partial<Record<fhir.Communication['status'], CommunicationState>> = {
  'not-done': 'failed',
  'on-hold': 'draft',
  unknown: 'sent',
}

const others = ['PractitionerRole', 'Patient', 'RelatedPerson', 'Organization', 'Device', 'HealthcareService'] as const
const sender = <Raw extends fhir.Reference>() => refTo<Raw, 'Practitioner', (typeof others)[number]>('Practitioner', ...others)
const recipient = <Raw extends fhir.Reference>() =>
  refTo<Raw, 'Practitioner', (typeof others)[number] | 'Group' | 'CareTeam'>('Practitioner', ...others, 'Group', 'CareTeam')

const literal: Codec<fhir.Reference, string> = {
  name: 'reference here',
  read: ({ reference = '' }, report) =>
    TypeAndId.safeParse(reference).success ? reference : cannot(report, 'expected a reference to a record here'),
  write: (reference, prior) => (prior?.reference === reference ? prior : { reference }),
}

const said = holding<fhir.CommunicationPayload, string>((at) => at.contentString.as(text), {})
const attached = holding<fhir.CommunicationPayload, string>((at) => at.contentReference.as(idOf('DocumentReference')), {})

export default mapping<Communication, { Communication: fhir.Communication }>({
  name: 'communication.communication',
  version: 1,
  domain: Communication,
  owner: 'coordination',
  blank: { Communication: { resourceType: 'Communication', status: 'preparation' } },
  fields: ({ Communication: message }) => ({
    identifiers: message.identifier.each(identifier, { by: ['handle'] }),
    clientId: message.subject.optional(idOf('Patient')),
    direction: extension(message, local('direction')).valueCode.optional(oneOf('in', 'out')),
    channel: oneConcept(message.medium, 'channel', channel),
    from: message.sender.optional(sender()),
    to: message.recipient.each(recipient(), { by: (one) => JSON.stringify(one) }),
    about: message.about.each(literal, { by: (one) => one }),
    notice: extension(message, local('notice')).valueCode.optional(oneOf(...(Object.keys(notices) as Notice[]))),
    subject: message.topic.text.optional(text),
    body: first(
      message.payload.each(said, {
        by: (one) => one,
        only: { label: 'text', test: ({ contentString }) => contentString !== undefined },
      }),
    ),
    attachments: message.payload.each(attached, {
      by: (one) => one,
      only: {
        label: 'document',
        test: ({ contentReference }) => contentReference?.reference?.startsWith('DocumentReference/') === true,
      },
    }),
    priority: message.priority.optional(oneOf('routine', 'urgent', 'asap', 'stat')),
    category: oneConcept(message.category, 'category', messageCategory, asConcept(messageCategory)),
    classification: extension(message, local('classification')).valueCode.optional(oneOf(...classifications)),
    sentTo: extension(message, local('sent-to')).valueString.optional(text),
    sentAt: message.sent.optional(dateTime),
    receivedAt: message.received.optional(dateTime),
    readAt: extension(message, local('read-at')).valueDateTime.optional(dateTime),
    consentId: extension(message, local('basis-consent')).valueReference.optional(idOf('Consent')),
    inReplyTo: idIn(message.inResponseTo, 'Communication'),
    failure: message.statusReason.optional(reasonText),
    ...labels(message),
    state: refinedState(message, message.status, statusOf, alike),
  }),
})
