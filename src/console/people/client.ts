/** One client: who they are, what is pressing, what is owed and planned, what they agreed to, and what happened, newest first. */
import type { Child } from 'hono/jsx'
import type { Client } from '../../domain/client.ts'
import type { Result } from '../../domain/problem.ts'
import type { Ctx } from '../../http/env.ts'
import { h2, section, span } from '../html.ts'
import { facts, list, state } from '../page.ts'
import { about, type Fields, stateOf, titled, when, words } from './words.ts'
import { linkTo, membersOf } from './work.ts'

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
): Promise<Result<{ readonly name: string; readonly content: readonly Child[] }>> {
  const read = await c.get('desk').readMember('clients', id)
  if (!read.ok) return read
  const client = read.value.record as unknown as Client & Fields
  const zone = client.timeZone
  const of = (name: string, ...states: readonly string[]): Promise<readonly Fields[]> => membersIn(c, id, name, states)
  const crises = await of('crises', 'open', 'acknowledged', 'stabilising')
  const safety = await of('safety-plans', 'active')
  const followUps = (await of('follow-ups', 'missed', 'open', 'attempted')).toSorted((one, other) =>
    String(one.dueTo) < String(other.dueTo) ? -1 : 1,
  )
  const items = await of('work-items', 'open', 'in-progress', 'deferred')
  const referrals = await of(
    'referrals',
    'draft',
    'requested',
    'received',
    'accepted',
    'in-progress',
    'on-hold',
    'rejected',
    'completed',
    'failed',
  )
  const plans = await of('care-plans', 'active', 'draft')
  const goals = (await membersOf(c, 'goals', { client: id })).filter(({ lifecycle }) =>
    ['proposed', 'accepted', 'active', 'on-hold'].includes(String(lifecycle)),
  )
  const consents = await of('consents', 'active')
  const happened = await timeline(c, id)
  if (!happened.ok) return happened
  return {
    ok: true,
    value: {
      name: nameIn(client) || 'A client',
      content: [
        section(null, h2(null, 'Who they are'), person(client)),
        ...(crises.length > 0
          ? [
              list(
                'Crises',
                ['since', 'what', 'how grave', 'state'],
                crises.map((one) => [
                  when(one.openedAt, zone),
                  titled(one.trigger),
                  words(one.level),
                  span({ class: 'state bad' }, stateOf(one)),
                ]),
              ),
            ]
          : []),
        ...safetyPlan(safety, zone),
        list(
          'Follow-ups',
          ['which', 'from', 'due by', 'state'],
          followUps.map((one) => [
            linkTo('follow-ups', one.id, about(one)),
            when(one.dueFrom),
            when(one.dueTo),
            state(stateOf(one)),
          ]),
          'None is owed.',
        ),
        list(
          'Work items',
          ['what', 'due', 'state'],
          items.map((one) => [linkTo('work-items', one.id, about(one)), when(one.dueAt, zone), state(stateOf(one))]),
        ),
        list(
          'Referrals',
          ['for', 'answer due', 'state'],
          referrals.map((one) => [linkTo('referrals', one.id, about(one)), when(one.respondBy, zone), state(stateOf(one))]),
        ),
        list(
          'Goals',
          ['goal', 'in their words', 'how it goes', 'state'],
          goals.map((one) => [about(one), String(one.clientWords ?? ''), words(one.achievement), stateOf(one)]),
        ),
        list(
          'Plans',
          ['plan', 'next review', 'state'],
          plans.map((one) => [about(one), when(one.nextReviewOn), stateOf(one)]),
        ),
        list(
          'Consents in force',
          ['what for', 'given', 'until'],
          consents.map((one) => [
            titled(one.kind),
            when(one.givenAt, zone),
            when((one.expires as { on?: string } | undefined)?.on) || 'see the consent',
          ]),
        ),
        list(
          'What happened last',
          ['when', 'what', 'about', 'state'],
          happened.value
            .filter(({ collection }) => collection !== 'caseloads')
            .map(({ at, collection, record }) => [
              when(at, zone),
              titled(collection),
              record ? about(record) : '',
              record ? stateOf(record) : '',
            ]),
        ),
      ],
    },
  }
}

async function membersIn(c: Ctx, client: string, name: string, states: readonly string[]): Promise<readonly Fields[]> {
  const all = await membersOf(c, name, { client })
  return all.filter((one) => states.includes(String(one.state)))
}

/** How to reach them: not by what is not safe for them. */
function person({ birthDate, languages, contacts, communicationPreference }: Client): Child {
  const safe = contacts.filter(({ safe: isSafe, use, value }) => isSafe !== 'no' && use !== 'old' && value)
  const preferred = languages.find((one) => one.preferred) ?? languages[0]
  return facts([
    ['Born', birthDate ?? 'not on record'],
    ['Language', preferred && `${preferred.code}${preferred.interpreterNeeded ? ', with an interpreter' : ''}`],
    ['Prefers', words(communicationPreference?.channel)],
    [
      'To reach them',
      safe
        .map(({ system, value, safe: isSafe }) => `${system ?? ''} ${value}${isSafe === 'ask-first' ? ' (ask first)' : ''}`)
        .join(', '),
    ],
  ])
}

function safetyPlan([plan]: readonly Fields[], zone: string | undefined): readonly Child[] {
  if (!plan) return [list('Safety plan', [], [], 'None is in force.')]
  const sections = plan.sections as Readonly<Record<string, { readonly items?: readonly string[] }>>
  const rows = Object.entries(sections).flatMap(([name, { items = [] }]) =>
    items.length > 0 ? [[titled(name), items.join('; ')]] : [],
  )
  return [
    list('Safety plan', ['part', 'what it says'], [...rows, ['Gone through', when(plan.reviewedAt ?? plan.createdAt, zone)]]),
  ]
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
  const items = page.value.items.slice(0, latest)
  for (const [name, some] of Map.groupBy(items, ({ collection }) => collection)) {
    const ids = some.map((one) => one.id).join(',')
    for (const one of await membersOf(c, name, { also: [['_id', ids]] })) records.set(one.id, one)
  }
  return { ok: true, value: items.map(({ at, collection, id: member }) => ({ at, collection, record: records.get(member) })) }
}
