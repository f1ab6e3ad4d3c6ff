/** What the console's pages show, board by board, each from one flow. Of people only ids and dates: who somebody is stands elsewhere. */
import type { Child } from 'hono/jsx'
import type { Ctx } from '../http/env.ts'
import { button, code, form, input, li, pre, ul } from './html.ts'
import { list, moment, note, state } from './page.ts'

type Fields = Readonly<Record<string, unknown>>
const text = (record: Fields, name: string): string => (typeof record[name] === 'string' ? record[name] : '')

/** What is overdue and what is due, the earliest first. */
export async function followUps(c: Ctx, limit: number): Promise<Child> {
  const heading = 'Follow-ups due'
  const records: Fields[] = []
  for (const wanted of ['missed', 'open', 'attempted']) {
    const page = await c.get('desk').listMembers('follow-ups', { limit, state: wanted })
    if (!page.ok) return note(heading, page.problem.detail)
    records.push(...page.value.items.map(({ record }) => record))
  }
  const rows = records
    .toSorted((a, b) => (text(a, 'dueTo') < text(b, 'dueTo') ? -1 : 1))
    .slice(0, limit)
    .map((one) => [
      text(one, 'dueTo'),
      text(one, 'dueFrom'),
      text(one, 'policyId'),
      code(null, text(one, 'clientId')),
      state(text(one, 'state')),
    ])
  return list(heading, ['due by', 'from', 'policy', 'client', 'state'], rows, 'Nobody is waiting for a follow-up.')
}

/** Discharges of people whom the gateway could not tell, and a place to say who it is. */
export async function unmatched(c: Ctx, limit: number): Promise<Child> {
  const heading = 'Discharges that are nobody’s yet'
  const page = await c.get('desk').listMembers('discharges', { limit, state: 'notified' })
  if (!page.ok) return note(heading, page.problem.detail)
  const rows = page.value.items.map(({ record }) => {
    const { visitNumber, patientIdentifier } = record as { visitNumber?: Fields; patientIdentifier?: Fields }
    const visit = text(visitNumber ?? {}, 'value')
    return [
      text(record, 'dischargedAt').slice(0, 16).replace('T', ' '),
      visit,
      code(null, text(patientIdentifier ?? {}, 'value')),
      form(
        { method: 'post', action: `/console/discharges/${record.id}/match` },
        input({
          name: 'client',
          required: true,
          pattern: '[A-Za-z0-9.\\-]{1,64}',
          placeholder: 'id of the client',
          'aria-label': `Id of the client of visit ${visit}`,
        }),
        button({ type: 'submit' }, 'Match'),
      ),
    ]
  })
  return list(heading, ['left the hospital', 'visit', 'patient number there', 'is a discharge of'], rows)
}

/** The first of them. */
const faults = (issues: readonly { readonly path?: string; readonly message: string }[]): Child =>
  ul(null, ...issues.slice(0, 5).map(({ path, message }) => li(null, `${path ?? ''} ${message}`)))

const messageHeadings = { held: 'Messages that could not be read', applied: 'Messages applied', test: 'Test messages' } as const

export async function messages(c: Ctx, of: keyof typeof messageHeadings, count: number): Promise<Child> {
  const page = await c.get('desk').listMessages({ state: of, count, room: c.get('limits').page })
  const rows = page.items.map(({ id, at, source, kind, issues, state: now, wrote }) => [
    moment(at),
    source,
    kind,
    code(null, id),
    [
      ...(issues.length > 0 ? [faults(issues)] : []),
      ...(wrote.length > 0 ? [ul(null, ...wrote.map((reference) => li(null, code(null, reference))))] : []),
    ],
    state(now),
    ...(of === 'held' ? [press(`/console/messages/${id}/replay`, 'Read again', id)] : []),
  ])
  const told = of === 'held' ? ['what is wrong', 'state', 'to do'] : ['what was odd, and what it wrote', 'state']
  return list(messageHeadings[of], ['received', 'from', 'kind', 'id', ...told], rows)
}

const deliveryHeadings = {
  dead: 'Dead letters',
  waiting: 'Deliveries that wait for another try',
  pending: 'Deliveries under way',
  delivered: 'Delivered',
} as const

export async function deliveries(c: Ctx, of: keyof typeof deliveryHeadings, count: number): Promise<Child> {
  const canRepeat = of === 'dead' || of === 'waiting'
  const page = await c.get('desk').listDeliveries({ state: of, count })
  const rows = page.items.map(({ id, at, connection, type, resource, version, attempts, outcome, state: now }) => [
    moment(at),
    connection,
    code(null, `${type}/${resource}`),
    String(version),
    String(attempts),
    outcome === undefined ? '' : pre(null, outcome.slice(0, 500)),
    state(now),
    ...(canRepeat ? [press(`/console/deliveries/${id}/replay`, 'Send again', `${type}/${resource}`)] : []),
  ])
  const columns = ['since', 'to', 'resource', 'version', 'attempts', 'what came back', 'state', ...(canRepeat ? ['to do'] : [])]
  return list(deliveryHeadings[of], columns, rows)
}

/** A button that posts; `what` tells it from the others of its column to those who only hear it. */
const press = (action: string, label: string, what: string): Child =>
  form({ method: 'post', action }, button({ type: 'submit', 'aria-label': `${label}: ${what}` }, label))

/** What a partner or a client brought, and was kept with faults in it. */
export async function invalid(c: Ctx, count: number): Promise<Child> {
  const heading = 'Kept though it breaks rules'
  const page = await c.get('desk').listInvalid({ count })
  if (!page.ok) return note(heading, page.problem.detail)
  const rows = page.value.items.map(({ type, id, at, issues }) => [code(null, `${type}/${id}`), moment(at), faults(issues)])
  return list(heading, ['record', 'written', 'what is wrong'], rows)
}
