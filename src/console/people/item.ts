/** One follow-up, work item or referral: what is known of it, and a form for each thing that can be done now. */
import type { Child } from 'hono/jsx'
import type { Told } from '../../gateway.ts'
import { button, form, h2, hidden, input, label, option, section, select } from '../html.ts'
import { facts, list, state } from '../page.ts'
import { type Act, actsFor, type Field, type Worked } from './acts.ts'
import { about, asTyped, type Fields, titled, when, words } from './words.ts'
import { linkTo } from './work.ts'

interface Shown {
  readonly member: Told<'readMember'>
  readonly client: Child
  /** Whom a referral goes to. */
  readonly to?: string | undefined
  readonly zone: string
  /** Of the caller's, that work is handed to. */
  readonly role?: string | undefined
  /** Names this page: what is posted from it has its effect once. */
  readonly once: string
  readonly now: string
}

export const titleOf = (collection: Worked, record: Fields): string =>
  collection === 'follow-ups' ? `Follow-up ${about(record)}` : about(record) || titled(collection)

export function itemPage(collection: Worked, shown: Shown): readonly Child[] {
  const { record } = shown.member
  const { role } = shown
  const isMine = role === undefined || (record.assignee as { id?: string } | undefined)?.id === role
  const acts = actsFor(collection, String(record.state)).filter(([event]) => event !== 'assign' || !isMine)
  const [quick, asking] = [acts.filter(([, act]) => isQuick(act)), acts.filter(([, act]) => !isQuick(act))]
  return [
    section(null, h2(null, 'What is known'), known(record, shown)),
    ...history(record, shown.zone),
    ...(quick.length > 0 ? [section(null, h2(null, 'At once'), ...quick.map((one) => formFor(one, shown)))] : []),
    ...asking.map((one) => section(null, h2(null, one[1].label), formFor(one, shown))),
  ]
}

/** Nothing has to be said. */
const isQuick = ({ fields }: Act): boolean => fields.every(({ kind }) => kind === 'role')

const formFor = ([event, act]: readonly [string, Act], shown: Shown): Child =>
  form(
    { method: 'post', ...(!isQuick(act) && { class: 'answer' }) },
    ...[
      hidden('type', event),
      hidden('seen', shown.member.etag),
      hidden('once', `${shown.once}-${event}`),
      hidden('zone', shown.zone),
    ],
    ...act.fields.map((field) => control(event, field, shown)),
    button({ type: 'submit' }, act.label),
    ' ',
  )

function control(event: string, { path, label: text, kind, options = [], optional }: Field, { zone, role, now }: Shown): Child {
  const named = { name: path, id: `${event}.${path}`, required: optional === undefined }
  if (kind === 'role') return hidden(path, role ?? '')
  if (kind === 'text')
    return label(
      null,
      optional ? `${text} (if there is something to say)` : text,
      input({ ...named, maxlength: 2000, autocomplete: 'off' }),
    )
  if (kind === 'when' || kind === 'until')
    return label(null, `${text} (${zone})`, input({ ...named, type: 'datetime-local', ...limits(kind, asTyped(now, zone)) }))
  const values = kind === 'yes' ? ['yes', 'no'] : options
  return label(
    null,
    text,
    select(named, option({ value: '' }, 'choose'), ...values.map((value) => option({ value }, words(value)))),
  )
}

/** What was, was today at the latest. */
const limits = (kind: 'when' | 'until', now: string) =>
  kind === 'when' ? { value: now, max: `${now.slice(0, 10)}T23:59` } : { min: now }

const known = (record: Fields, { client, zone, to }: Shown): Child =>
  facts([
    ['Client', client],
    ['To', to],
    ['About', aboutIn(record)],
    ['State', state(words(record.state))],
    ['From', when(record.dueFrom)],
    ['Due by', when(record.dueTo ?? record.dueAt, zone)],
    ['Pressing', words(record.priority)],
    ['Asked for', when(record.requestedAt, zone)],
    ['Answer due', when(record.respondBy, zone)],
    ['Why so', record.reason ?? record.statusReason],
    ['What came of it', words((record.outcome as { kind?: string } | undefined)?.kind)],
    ['For the client to do', record.patientInstruction],
  ] as readonly (readonly [string, Child | undefined])[])

/** The referral that a work item is about. */
function aboutIn({ about: reference }: Fields): Child | undefined {
  const [, id] = /^ServiceRequest\/([A-Za-z0-9.-]{1,64})$/.exec(String(reference)) ?? []
  return id === undefined ? undefined : linkTo('referrals', id, 'a referral')
}

/** Attempts so far, and what was held against the policy. */
function history(
  { attempts = [], evidence = [] }: Fields & { attempts?: unknown; evidence?: unknown },
  zone: string,
): readonly Child[] {
  const tried = (attempts as readonly Readonly<Record<string, unknown>>[]).map((one) => [
    when(one.at, zone),
    words(one.channel),
    words(one.outcome),
  ])
  const held = (evidence as readonly Readonly<Record<string, unknown>>[]).map((one) => [
    when(one.at, zone),
    String(one.ref ?? ''),
    one.accepted ? 'counts' : String(one.why ?? 'does not count'),
  ])
  return [
    ...(tried.length > 0 ? [list('Attempts', ['when', 'how', 'what came of it'], tried)] : []),
    ...(held.length > 0 ? [list('Contacts', ['when', 'which', 'counts for it'], held)] : []),
  ]
}
