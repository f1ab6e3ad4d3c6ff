/** A coordinator's day: whom a follow-up is owed, their work items, referrals that wait, discharges of nobody yet, and who their clients are. */
import type { Child } from 'hono/jsx'
import { addDays } from '../../domain/calendar.ts'
import { ok, type Result } from '../../domain/problem.ts'
import type { Desk, Told } from '../../gateway.ts'
import type { Ctx } from '../../http/env.ts'
import { a, button, form, hidden, option, p, select, span } from '../html.ts'
import { list, note, state } from '../page.ts'
import { home } from './session.ts'
import { about, type Fields, when, words } from './words.ts'

type Own = Told<'ownWork'>

/** Of a list so many are read at once, and so many in all. */
const [atOnce, most] = [100, 1000]
/** So many clients are named in one search. */
const together = 100
/** Days for which a follow-up that was missed is still to be made good, and as many are looked ahead. */
export const month = 30

export const linkTo = (collection: string, id: string, text: string): Child => a({ href: `${home}/${collection}/${id}` }, text)

type Wanted = Partial<Parameters<Desk['listMembers']>[1]>

/** Members of a list as far as the caller may see them; undefined where they may not ask: of what they do not see nothing is said. */
export async function membersOf(c: Ctx, name: string, wanted: Wanted): Promise<readonly Fields[] | undefined> {
  const found: Fields[] = []
  let after: string | undefined
  do {
    const page = await c.get('desk').listMembers(name, { limit: atOnce, ...wanted, ...(after !== undefined && { after }) })
    if (!page.ok && page.problem.code === 'forbidden') return undefined
    // A list that could not be read is not an empty one.
    if (!page.ok) throw new Error(page.problem.code)
    found.push(...page.value.items.map(({ record }) => record))
    after = page.value.next ?? undefined
  } while (after !== undefined && found.length < (wanted.limit ?? most))
  return found
}

/** The same of some clients. */
async function membersOfAll(
  c: Ctx,
  name: string,
  clients: Own['clients'],
  { also = [], ...wanted }: Wanted,
): Promise<readonly Fields[] | undefined> {
  const found: Fields[] = []
  for (let from = 0; from < clients.length; from += together) {
    const whose = clients.slice(from, from + together).map(({ id }) => `Patient/${id}`)
    const some = await membersOf(c, name, { ...wanted, also: [['patient', whose.join(',')], ...also] })
    if (some === undefined) return undefined
    found.push(...some)
  }
  return found
}

export async function myWork(c: Ctx, at: string): Promise<Result<readonly Child[]>> {
  const own = await c.get('desk').ownWork()
  if (!own.ok) return own
  const { name, clients } = own.value
  const has = clients.length > 0
  const whom = clients.map(({ id, name: called, acuity }) => [linkTo('clients', id, called), String(acuity ?? '')])
  return ok([
    p({ class: 'soft' }, `Signed in as ${name}.`),
    ...(has ? await followUps(c, own.value, at) : []),
    workItems(own.value, at),
    ...(has ? [await referrals(c, own.value)] : [note('My clients', 'You have no caseload, or nobody is on it.')]),
    ...(await unmatched(c, own.value)),
    ...(has ? [list('My clients', ['name', 'acuity'], whom)] : []),
  ])
}

const callerOf = ({ clients }: Own, id: unknown): Child => {
  const client = clients.find((one) => one.id === id)
  return client ? linkTo('clients', client.id, client.name) : ''
}

async function followUps(c: Ctx, own: Own, at: string): Promise<readonly Child[]> {
  const today = at.slice(0, 10)
  // Whoever may see their own work may ask for these.
  const of = async (state: string, due: string) => (await membersOfAll(c, 'follow-ups', own.clients, { state, due })) ?? []
  const missed = await of('missed', `ge${addDays(today, -month)}`)
  const ahead = `le${addDays(today, month)}`
  const due = [...(await of('open', ahead)), ...(await of('attempted', ahead))]
  const soon = addDays(today, 7)
  const table = (heading: string, all: readonly Fields[], empty: string): Child =>
    list(
      heading,
      ['client', 'follow-up', 'from', 'due by', 'attempts', 'state'],
      all
        .toSorted((one, other) => (String(one.dueTo) < String(other.dueTo) ? -1 : 1))
        .map((one) => [
          callerOf(own, one.clientId),
          linkTo('follow-ups', one.id, about(one)),
          when(one.dueFrom),
          when(one.dueTo),
          String((one.attempts as readonly unknown[]).length),
          state(words(one.state)),
        ]),
      empty,
    )
  return [
    ...(missed.length > 0 ? [table('Overdue follow-ups', missed, '')] : []),
    table(
      'Follow-ups due within 7 days',
      due.filter(({ dueTo }) => String(dueTo) <= soon),
      'Nobody is owed one.',
    ),
    table(
      'Within 30 days',
      due.filter(({ dueTo }) => String(dueTo) > soon),
      'Nobody is owed one.',
    ),
  ]
}

function workItems(own: Own, at: string): Child {
  const rows = own.items.map((one) => {
    const late = one.breachedAt !== undefined || (one.dueAt !== undefined && Date.parse(one.dueAt) < Date.parse(at))
    const pressing = one.priority === undefined || one.priority === 'routine' ? '' : one.priority
    return [
      callerOf(own, one.clientId),
      linkTo('work-items', one.id, one.what ?? words(one.kind)),
      when(one.dueAt, own.clients.find(({ id }) => id === one.clientId)?.zone),
      late ? span({ class: 'state bad' }, 'overdue') : pressing,
      state(words(one.state)),
    ]
  })
  return list('Work items', ['client', 'what', 'due', 'pressing', 'state'], rows, 'Nothing is to be done.')
}

/** Who has to do something about a referral now. */
export const turns: Readonly<Record<string, string>> = {
  draft: 'send it',
  requested: 'they have not answered',
  received: 'they have not answered',
  accepted: 'they have not begun',
  'in-progress': 'they are at it',
  'on-hold': 'they paused',
  rejected: 'turned down: ask elsewhere, or close it',
  completed: 'ask the client',
  failed: 'ask the client',
}

async function referrals(c: Ctx, own: Own): Promise<Child> {
  const open = await membersOfAll(c, 'referrals', own.clients, { also: [['status', 'draft,active,on-hold']] })
  const done = await membersOfAll(c, 'referrals', own.clients, { state: 'completed' })
  if (open === undefined || done === undefined) return note('Referrals that wait', 'Your role does not show you referrals.')
  const rows = [...open, ...done]
    .filter(({ state: now }) => String(now) in turns)
    .toSorted((one, other) => Number(other.stale ?? false) - Number(one.stale ?? false))
    .map((one) => [
      callerOf(own, one.clientId),
      linkTo('referrals', one.id, about(one)),
      when(one.respondBy),
      one.stale ? span({ class: 'state bad' }, 'no answer in time') : (turns[String(one.state)] ?? ''),
      state(words(one.state)),
    ])
  return list(
    'Referrals that wait',
    ['client', 'for', 'answer due', 'what is next', 'state'],
    rows,
    'No referral waits for anybody.',
  )
}

/** Where the caller may see them: whose they are is for somebody who knows the client. */
async function unmatched(c: Ctx, { clients }: Own): Promise<readonly Child[]> {
  const found = (await membersOf(c, 'discharges', { state: 'notified', limit: 20 })) ?? []
  if (found.length === 0) return []
  const rows = found.map((one) => {
    const visit = (one.visitNumber as { value?: string } | undefined)?.value ?? one.id
    const name = `Client of visit ${visit}`
    const whose = select(
      { name: 'client', required: true, 'aria-label': name },
      option({ value: '' }, 'choose'),
      ...clients.map(({ id, name: called }) => option({ value: id }, called)),
    )
    const seen = hidden('once', `match-${one.id}-${String(one.version)}`)
    return [
      when(one.dischargedAt, one.timeZone),
      visit,
      (one.patientIdentifier as { value?: string } | undefined)?.value ?? '',
      form(
        { method: 'post', action: `${home}/discharges/${one.id}` },
        seen,
        whose,
        button({ type: 'submit', 'aria-label': `Match visit ${visit}` }, 'Match'),
      ),
    ]
  })
  return [
    list('Discharges that are nobody’s yet', ['left the hospital', 'visit', 'patient number there', 'is a discharge of'], rows),
  ]
}
