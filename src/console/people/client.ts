/** One client: who they are, what is pressing, what is owed and planned, what they agreed to, and what happened, newest first. */
import type { Child } from 'hono/jsx'
import { addDays } from '../../domain/calendar.ts'
import type { Client } from '../../domain/client.ts'
import { ok, type Result } from '../../domain/problem.ts'
import type { Ctx } from '../../http/env.ts'
import { h2, li, section, span, ul } from '../html.ts'
import { languageNamed } from '../link-pages.ts'
import { facts, list, note, state } from '../page.ts'
import { about, type Fields, stateOf, titled, when, words } from './words.ts'
import { linkTo, membersOf, month, turns } from './work.ts'

const latest = 25

export const nameIn = ({ names }: Pick<Client, 'names'>): string => {
  const current = names.filter(({ use }) => use !== 'old' && use !== 'maiden')
  const name = current.find(({ use }) => use === 'usual') ?? current[0]
  return name ? (name.text ?? [...name.given, name.family, name.suffix].filter((part) => part).join(' ')) : ''
}

/** Their name, and what the page shows. Fails as a reading does. */
export async function clientPage(
  c: Ctx,
  id: string,
  at: string,
): Promise<Result<{ readonly name: string; readonly content: readonly Child[] }>> {
  const read = await c.get('desk').readMember('clients', id)
  if (!read.ok) return read
  const client = read.value.record as unknown as Client & Fields
  const happened = await timeline(c, id)
  if (!happened.ok) return happened
  const parts: readonly Part[] = await Promise.all(
    open.map(async (part) => ({ ...part, records: await membersFor(c, id, part, at) })),
  )
  const headings = (of: (records: Part['records']) => boolean): string =>
    parts.flatMap(({ heading, records }) => (of(records) ? [heading] : [])).join(', ')
  const nothing = headings((records) => records?.length === 0)
  const unseen = headings((records) => records === undefined)
  const zone = client.timeZone
  const lines = happened.value.map(({ at: then, collection, record }) => [
    when(then, zone),
    titled(collection),
    record ? about(record) : '',
    record ? stateOf(record) : '',
  ])
  return ok({
    name: nameIn(client) || 'A client',
    content: [
      section(null, h2(null, 'Who they are'), person(client)),
      ...parts.flatMap(({ heading, columns, row, records = [] }) => {
        const rows = records.map((one) => row(one, zone))
        return rows.length > 0 ? [list(heading, columns, rows)] : []
      }),
      ...(nothing !== '' ? [note('Nothing open', `${nothing}.`)] : []),
      ...(unseen !== '' ? [note('Not shown to your role', `${unseen}.`)] : []),
      list('What happened last', ['when', 'what', 'about', 'state'], lines),
    ],
  })
}

/** What of a collection is shown while it is open, and how. */
interface Open {
  readonly heading: string
  readonly collection: string
  readonly states: readonly string[]
  /** As a search on `/fhir` narrows it, so that what is over does not stand in its way. */
  readonly also?: readonly [string, string]
  readonly columns: readonly string[]
  readonly row: (one: Fields, zone: string | undefined) => Child[]
}
/** Undefined: not for the caller to see. */
type Part = Open & { readonly records: readonly Fields[] | undefined }

const open: readonly Open[] = [
  {
    ...{ heading: 'Crises', collection: 'crises', states: ['open', 'acknowledged', 'stabilising'] },
    columns: ['since', 'what', 'how grave', 'state'],
    row: (one, zone) => [when(one.openedAt, zone), about(one), words(one.level), span({ class: 'state bad' }, stateOf(one))],
  },
  {
    ...{ heading: 'Safety plan', collection: 'safety-plans', states: ['active'], also: ['status', 'active'] },
    columns: ['what it says', 'gone through'],
    row: (one, zone) => [ul(null, ...sayings(one).map((text) => li(null, text))), when(one.reviewedAt ?? one.createdAt, zone)],
  },
  {
    ...{ heading: 'Follow-ups', collection: 'follow-ups', states: ['missed', 'open', 'attempted'] },
    columns: ['which', 'from', 'due by', 'state'],
    row: (one) => [linked('follow-ups', one), when(one.dueFrom), when(one.dueTo), state(stateOf(one))],
  },
  {
    ...{ heading: 'Work items', collection: 'work-items', states: ['open', 'in-progress', 'deferred'] },
    also: ['status', 'ready,draft,requested,received,accepted,in-progress,on-hold'],
    columns: ['what', 'due', 'state'],
    row: (one, zone) => [linked('work-items', one), when(one.dueAt, zone), state(stateOf(one))],
  },
  {
    ...{
      heading: 'Referrals',
      collection: 'referrals',
      states: Object.keys(turns),
      also: ['status', 'draft,active,on-hold,completed'],
    },
    columns: ['for', 'answer due', 'what is next', 'state'],
    row: (one, zone) => [
      linked('referrals', one),
      when(one.respondBy, zone),
      turns[String(one.state)] ?? '',
      state(stateOf(one)),
    ],
  },
  {
    ...{ heading: 'Goals', collection: 'goals', states: ['proposed', 'accepted', 'active', 'on-hold'] },
    also: ['lifecycle-status', 'proposed,planned,accepted,active,on-hold'],
    columns: ['goal', 'in their words', 'how it goes', 'state'],
    row: (one) => [about(one), String(one.clientWords ?? ''), words(one.achievement), stateOf(one)],
  },
  {
    ...{ heading: 'Plans', collection: 'care-plans', states: ['active', 'draft'], also: ['status', 'active,draft'] },
    columns: ['plan', 'next review', 'state'],
    row: (one) => [about(one), when(one.nextReviewOn), stateOf(one)],
  },
  {
    ...{ heading: 'Consents in force', collection: 'consents', states: ['active'], also: ['status', 'active'] },
    columns: ['what for', 'given', 'until'],
    row: (one, zone) => [titled(one.kind), when(one.givenAt, zone), until(one.expires)],
  },
]

const linked = (collection: string, one: Fields): Child => linkTo(collection, one.id, about(one) || words(collection))

const until = (expires: unknown): Child => {
  const { on, event } = (expires ?? {}) as { on?: string; event?: string }
  return on === undefined ? (event ?? 'no end was said') : when(on)
}

const sayings = ({ sections }: Fields): readonly string[] =>
  Object.entries(sections as Readonly<Record<string, { readonly items?: readonly string[] }>>).flatMap(
    ([name, { items = [] }]) => (items.length > 0 ? [`${titled(name)}: ${items.join('; ')}`] : []),
  )

/** Of follow-ups those that are to be made good still. */
async function membersFor(c: Ctx, client: string, { collection, states, also }: Open, at: string): Promise<Part['records']> {
  const due = collection === 'follow-ups' ? { due: `ge${addDays(at.slice(0, 10), -month)}` } : {}
  const all = await membersOf(c, collection, { client, ...due, ...(also && { also: [also] }) })
  return all?.filter((one) => states.includes(String(one.state ?? one.lifecycle)))
}

/** How to reach them: not by what is not safe for them. */
function person({ birthDate, languages, contacts, communicationPreference }: Client): Child {
  const safe = contacts.filter(({ safe: isSafe, use, value }) => isSafe !== 'no' && use !== 'old' && value)
  const preferred = languages.find((one) => one.preferred) ?? languages[0]
  return facts([
    ['Born', birthDate ?? 'not on record'],
    ['Language', preferred && `${languageNamed(preferred.code)}${preferred.interpreterNeeded ? ', with an interpreter' : ''}`],
    ['Prefers', words(communicationPreference?.channel)],
    [
      'To reach them',
      safe
        .map(({ system, value, safe: isSafe }) => `${system ?? ''} ${value}${isSafe === 'ask-first' ? ' (ask first)' : ''}`)
        .join(', '),
    ],
  ])
}

interface Happened {
  readonly at: string
  readonly collection: string
  readonly record: Fields | undefined
}

/** The timeline, with what each record says: one list of each kind. */
async function timeline(c: Ctx, id: string): Promise<Result<readonly Happened[]>> {
  const page = await c.get('desk').timeline(id, { limit: latest })
  if (!page.ok) return page
  const records = new Map<string, Fields>()
  const items = page.value.items.filter(({ collection }) => collection !== 'caseloads').slice(0, latest)
  for (const [name, some] of Map.groupBy(items, ({ collection }) => collection)) {
    const ids = some.map((one) => one.id).join(',')
    for (const one of (await membersOf(c, name, { also: [['_id', ids]] })) ?? []) records.set(one.id, one)
  }
  return ok(items.map(({ at, collection, id: member }) => ({ at, collection, record: records.get(member) })))
}
