/** A coordinator's day: whom a follow-up is owed, their work items, referrals that wait, discharges of nobody yet, and who their clients are. */
import type { Child } from 'hono/jsx'
import { addDays } from '../../domain/calendar.ts'
import type { Result } from '../../domain/problem.ts'
import type { Desk } from '../../gateway.ts'
import type { Ctx } from '../../http/env.ts'
import { a, button, form, input, option, p, select, span } from '../html.ts'
import { list, note, state } from '../page.ts'
import { home } from './session.ts'
import { about, type Fields, when, words } from './words.ts'

type Own = Extract<Awaited<ReturnType<Desk['ownWork']>>, { ok: true }>['value']

const most = 100
/** Days for which a follow-up that was missed is still to be made good, and as many are looked ahead. */
export const month = 30

export const linkTo = (collection: string, id: string, text: string): Child => a({ href: `${home}/${collection}/${id}` }, text)

/** Members of a list as far as the caller may see them; none where they may not ask. */
export async function membersOf(
  c: Ctx,
  name: string,
  wanted: Partial<Parameters<Desk['listMembers']>[1]>,
): Promise<readonly Fields[]> {
  const page = await c.get('desk').listMembers(name, { limit: most, ...wanted })
  return page.ok ? page.value.items.map(({ record }) => record) : []
}

export async function myWork(c: Ctx, at: string): Promise<Result<readonly Child[]>> {
  const own = await c.get('desk').ownWork()
  if (!own.ok) return own
  const { name, clients } = own.value
  const whose = ['patient', clients.map(({ id }) => `Patient/${id}`).join(',')] as const
  const has = clients.length > 0
  return {
    ok: true,
    value: [
      p({ class: 'soft' }, `Signed in as ${name}.`),
      ...(has ? await followUps(c, own.value, whose, at) : []),
      workItems(own.value, at),
      ...(has ? [await referrals(c, own.value, whose)] : [note('My clients', 'You have no caseload, or nobody is on it.')]),
      ...(await unmatched(c, own.value)),
      ...(has
        ? [
            list(
              'My clients',
              ['name', 'acuity'],
              clients.map(({ id, name: called, acuity }) => [linkTo('clients', id, called), String(acuity ?? '')]),
            ),
          ]
        : []),
    ],
  }
}

const callerOf = ({ clients }: Own, id: unknown): Child => {
  const client = clients.find((one) => one.id === id)
  return client ? linkTo('clients', client.id, client.name) : ''
}

async function followUps(c: Ctx, own: Own, whose: readonly [string, string], at: string): Promise<readonly Child[]> {
  const today = at.slice(0, 10)
  const missed = await membersOf(c, 'follow-ups', { state: 'missed', due: `ge${addDays(today, -month)}`, also: [whose] })
  const ahead = { due: `le${addDays(today, month)}`, also: [whose] }
  const due = [
    ...(await membersOf(c, 'follow-ups', { state: 'open', ...ahead })),
    ...(await membersOf(c, 'follow-ups', { state: 'attempted', ...ahead })),
  ]
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

async function referrals(c: Ctx, own: Own, whose: readonly [string, string]): Promise<Child> {
  const open = await membersOf(c, 'referrals', { also: [whose, ['status', 'draft,active,on-hold']] })
  const done = await membersOf(c, 'referrals', { state: 'completed', also: [whose] })
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
  const found = await membersOf(c, 'discharges', { state: 'notified', limit: 20 })
  if (found.length === 0) return []
  const rows = found.map((one) => {
    const visit = (one.visitNumber as { value?: string } | undefined)?.value ?? one.id
    const name = `Client of visit ${visit}`
    const whose = select(
      { name: 'client', required: true, 'aria-label': name },
      option({ value: '' }, 'choose'),
      ...clients.map(({ id, name: called }) => option({ value: id }, called)),
    )
    const seen = input({ type: 'hidden', name: 'once', value: `match-${one.id}-${String(one.version)}` })
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
