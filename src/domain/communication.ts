/**
 * What was said, written or sent, and to whom. What leaves by e-mail or SMS says nothing of anybody: it is one of the notices below, word
 * for word, whoever asks for it; all else goes by ways that are meant for it.
 */
import { z } from 'zod'
import type { ContactPoint } from './client.ts'
import { Id, Identifier, list, Moment, Priority, RefTo, Text, TypeAndId } from './kernel.ts'
import { labelFields } from './labels.ts'
import type { Issue } from './problem.ts'
import { stateMachine } from './state-machine.ts'
import { changedBeside } from './unchanged.ts'

const channels = ['portal', 'direct', 'email-tls', 'sms', 'phone-note', 'letter', 'fax'] as const
type Channel = (typeof channels)[number]
export const classifications = ['generic', 'phi', 'sensitive'] as const
export const messageCategories = ['alert', 'notification', 'reminder', 'instruction'] as const

const communicationStates = [
  ...['draft', 'queued', 'sent', 'delivered', 'failed', 'received', 'read', 'entered-in-error'],
] as const
export type CommunicationState = (typeof communicationStates)[number]

/** Generic texts, by BCP 47 primary language: no name, no place, no reason. */
export const notices = {
  'appointment-reminder': {
    en: 'You have an appointment soon. Sign in to your portal, or call us, to see when.',
    es: 'Tiene una cita pronto. Entre a su portal o llámenos para ver cuándo.',
  },
  'message-waiting': {
    en: 'You have a new message. Sign in to your portal to read it.',
    es: 'Tiene un mensaje nuevo. Entre a su portal para leerlo.',
  },
  'secure-link': {
    en: 'You have a new message. Open it with this link and the code that you were given.',
    es: 'Tiene un mensaje nuevo. Ábralo con este enlace y el código que le dieron.',
  },
  'please-call': {
    en: 'Please call us when you can.',
    es: 'Por favor llámenos cuando pueda.',
  },
} as const
export type Notice = keyof typeof notices
const noticeNames = Object.keys(notices) as [Notice, ...Notice[]]

/** The text of a notice in the first of these languages that it is written in, else in English. */
export function noticeText(notice: Notice, languages: readonly string[]): string {
  const texts: Readonly<Record<string, string>> = notices[notice]
  const spoken = languages.map((language) => texts[language.toLowerCase().split('-')[0]!])
  return spoken.find((text) => text !== undefined) ?? texts.en!
}

/** Is it the notice, word for word, in some language? */
export const isNoticeText = (notice: Notice, text: string): boolean => Object.values<string>(notices[notice]).includes(text)

/** The language that a notice's text is written in. */
export const languageOf = (notice: Notice, text: string): string =>
  Object.entries(notices[notice]).find(([, one]) => one === text)?.[0] ?? 'en'

/** Who sends and receives. https://hl7.org/fhir/R4/communication-definitions.html#Communication.sender */
const parties = [
  'Practitioner',
  'PractitionerRole',
  'Patient',
  'RelatedPerson',
  'Organization',
  'Device',
  'HealthcareService',
] as const
const Sender = RefTo(...parties)
const Recipient = RefTo(...parties, 'Group', 'CareTeam')

/** Read schema: any Communication. */
export const Communication = z.object({
  identifiers: list(Identifier),
  clientId: Id.optional(),
  direction: z.enum(['in', 'out']).optional(),
  channel: z.enum(channels).optional(),
  from: Sender.optional(),
  to: list(Recipient),
  /** What it is about: `Appointment/…`. */
  about: list(TypeAndId),
  notice: z.enum(noticeNames).optional(),
  subject: Text.optional(),
  body: Text.optional(),
  /** DocumentReferences. */
  attachments: list(Id),
  priority: Priority.optional(),
  category: z.enum(messageCategories).optional(),
  classification: z.enum(classifications).optional(),
  /** Address or number that was chosen when it was queued. */
  sentTo: Text.optional(),
  sentAt: Moment.optional(),
  receivedAt: Moment.optional(),
  readAt: Moment.optional(),
  consentId: Id.optional(),
  inReplyTo: Id.optional(),
  failure: Text.optional(),
  ...labelFields,
  state: z.enum(communicationStates),
})
export type Communication = z.infer<typeof Communication>

const isOpenWay = (channel: Channel | undefined): boolean => channel === 'email-tls' || channel === 'sms'

/** What goes by e-mail or SMS: a notice, and nothing of one's own. */
function unfit({ direction, channel, classification, notice, subject, body, attachments }: Communication): readonly Issue[] {
  if (direction !== 'out' || !isOpenWay(channel)) return []
  const isNotice = notice !== undefined && isNoticeText(notice, body ?? '')
  const own = { subject, body: isNotice ? undefined : body, attachments: attachments[0] }
  return [
    ...(classification === 'generic' ? [] : [{ path: 'classification', message: 'is generic by e-mail and SMS' }]),
    ...(notice === undefined ? [{ path: 'notice', message: 'is all that goes by e-mail and SMS' }] : []),
    ...Object.entries(own).flatMap(([path, value]) =>
      value === undefined ? [] : [{ path, message: 'does not go by e-mail or SMS: a notice does' }],
    ),
  ]
}

export const CommunicationCommand = Communication.extend({
  direction: z.enum(['in', 'out']),
  channel: z.enum(channels),
  from: Sender,
  to: z.array(Recipient).min(1).readonly(),
  category: z.enum(messageCategories),
  classification: z.enum(classifications),
})

export const communicationMachine = stateMachine({
  states: communicationStates,
  events: {
    queue: { from: ['draft'], to: 'queued' },
    send: { from: ['draft', 'queued', 'failed'], to: 'sent' },
    deliver: { from: ['sent'], to: 'delivered' },
    fail: { from: ['queued', 'sent'], to: 'failed', reason: true },
    retry: { from: ['failed'], to: 'queued' },
    receive: { from: ['draft'], to: 'received' },
    read: { from: ['delivered', 'received'], to: 'read' },
    'mark-error': { from: 'any', to: 'entered-in-error', reason: true },
  },
})

/** What stands against leaving a draft: towards others, or as something that came. */
export function unready(message: Communication, leaves: boolean): readonly Issue[] {
  const direction = leaves ? 'out' : 'in'
  const { notice, body, attachments } = message
  const says = notice ?? body ?? attachments[0]
  return [
    ...(message.direction === direction ? [] : [{ path: 'direction', message: `is not ${direction}` }]),
    ...(says === undefined ? [{ path: 'body', message: 'or a notice or an attachment is required' }] : []),
    ...unfit(message),
  ]
}

const systemsOf: Readonly<Record<Channel, readonly NonNullable<ContactPoint['system']>[]>> = {
  'email-tls': ['email'],
  sms: ['sms', 'phone'],
  'phone-note': ['phone', 'sms'],
  fax: ['fax'],
  direct: ['email'],
  portal: [],
  letter: [],
}

/** One address and nothing beside it: no name, no second one. */
const isMailAddress = (text: string): boolean => z.email().safeParse(text).success

/** Does this channel need an address or number of the client's? */
export const needsContact = (channel: Channel): boolean => systemsOf[channel].length > 0

/**
 * The address or number to use: never one that is marked as not safe, nor an old one; one to ask about first, only once somebody asked.
 * A Direct address is for Direct, and for nothing else. Those ranked first come first.
 */
export function usableContact(contacts: readonly ContactPoint[], channel: Channel, asked: boolean): string | undefined {
  const fits = contacts.filter(
    ({ system, use, safe, value, isDirectAddress = false }) =>
      value !== undefined &&
      system !== undefined &&
      systemsOf[channel].includes(system) &&
      (system !== 'email' || (isMailAddress(value) && isDirectAddress === (channel === 'direct'))) &&
      use !== 'old' &&
      safe !== 'no' &&
      (asked || safe !== 'ask-first'),
  )
  return fits.toSorted((a, b) => (a.rank ?? 1000) - (b.rank ?? 1000))[0]?.value
}

/** May what was queued still go there? Contacts change while it waits. */
export const isStillUsable = (contacts: readonly ContactPoint[], { channel, sentTo }: Communication): boolean =>
  channel !== undefined &&
  usableContact(
    contacts.filter(({ value }) => value === sentTo),
    channel,
    true,
  ) !== undefined

/** What was sent or received stays as it was. */
export const resaid = (before: Communication, next: Communication): readonly Issue[] =>
  before.state === 'draft' || before.state !== next.state
    ? []
    : changedBeside(
        Communication,
        before,
        next,
        ['identifiers', 'about', 'sensitivity', 'confidentiality', 'legalBasis'],
        'stays as it was sent',
      )
