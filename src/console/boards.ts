/** What the console's pages show, board by board, each from one flow. Of people only ids and dates: who somebody is stands elsewhere. */
import type { Child } from 'hono/jsx'
import { addDays } from '../domain/calendar.ts'
import type { Ctx } from '../http/env.ts'
import { button, code, form, input, li, pre, ul } from './html.ts'
import { list, moment, note, state } from './page.ts'
import { month } from './people/work.ts'
import { members, type Place, records } from './place.ts'

type Fields = Readonly<Record<string, unknown>>
const text = (record: Fields, name: string): string => (typeof record[name] === 'string' ? record[name] : '')

const followUpHeadings = {
  missed: 'Overdue follow-ups',
  open: 'Follow-ups due',
  attempted: 'Follow-ups attempted',
} as const

/** The earliest first; of what was missed that which may still be made good. */
export async function followUps(c: Ctx, of: keyof typeof followUpHeadings, today: string, place: Place): Promise<Child> {
  const heading = followUpHeadings[of]
  const wanted = { ...members(c, place), state: of, ...(of === 'missed' && { due: `ge${addDays(today, -month)}` }) }
  const page = await c.get('desk').listMembers('follow-ups', wanted)
  if (!page.ok) return note(heading, page.problem.detail)
  const rows = page.value.items.map(({ record: one }) => [
    text(one, 'dueTo'),
    text(one, 'dueFrom'),
    text(one, 'policyId'),
    code(null, text(one, 'clientId')),
    state(of),
  ])
  const empty = of === 'open' ? 'Nobody is waiting for a follow-up.' : 'None.'
  return list(heading, ['due by', 'from', 'policy', 'client', 'state'], rows, empty, place.more(page.value.next))
}

/** Discharges of people whom the gateway could not tell, and a place to say who it is. */
export async function unmatched(c: Ctx, place: Place): Promise<Child> {
  const heading = 'Discharges that are nobody’s yet'
  const page = await c.get('desk').listMembers('discharges', { ...members(c, place), state: 'notified' })
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
  const columns = ['left the hospital', 'visit', 'patient number there', 'is a discharge of']
  return list(heading, columns, rows, undefined, place.more(page.value.next))
}

/** The first of them. */
const faults = (issues: readonly { readonly path?: string; readonly message: string }[]): Child =>
  ul(null, ...issues.slice(0, 5).map(({ path, message }) => li(null, `${path ?? ''} ${message}`)))

const messageHeadings = { held: 'Messages that could not be read', applied: 'Messages applied', test: 'Test messages' } as const

/** Of what a message wrote so many are named. */
const named = 20

export async function messages(c: Ctx, of: keyof typeof messageHeadings, place: Place): Promise<Child> {
  const page = await c.get('desk').listMessages({ state: of, ...records(place), room: c.get('limits').page })
  const rows = page.items.map(({ id, at, source, kind, issues, state: now, wrote }) => [
    moment(at),
    source,
    kind,
    code(null, id),
    [...(issues.length > 0 ? [faults(issues)] : []), ...(wrote.length > 0 ? [written(wrote)] : [])],
    state(now),
    ...(of === 'held' ? [press(`/console/messages/${id}/replay`, 'Read again', id)] : []),
  ])
  const told = of === 'held' ? ['what is wrong', 'state', 'to do'] : ['what was odd, and what it wrote', 'state']
  return list(messageHeadings[of], ['received', 'from', 'kind', 'id', ...told], rows, undefined, place.more(page.next))
}

const written = (wrote: readonly string[]): Child =>
  ul(
    null,
    ...wrote.slice(0, named).map((reference) => li(null, code(null, reference))),
    ...(wrote.length > named ? [li(null, `and ${wrote.length - named} more`)] : []),
  )

const deliveryHeadings = {
  dead: 'Dead letters',
  waiting: 'Deliveries that wait for another try',
  pending: 'Deliveries under way',
  delivered: 'Delivered',
} as const

export async function deliveries(c: Ctx, of: keyof typeof deliveryHeadings, place: Place): Promise<Child> {
  const canRepeat = of === 'dead' || of === 'waiting'
  const page = await c.get('desk').listDeliveries({ state: of, ...records(place) })
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
  return list(deliveryHeadings[of], columns, rows, undefined, place.more(page.next))
}

/** A button that posts; `what` tells it from the others of its column to those who only hear it. */
const press = (action: string, label: string, what: string): Child =>
  form({ method: 'post', action }, button({ type: 'submit', 'aria-label': `${label}: ${what}` }, label))

/** What a partner or a client brought, and was kept with faults in it. */
export async function invalid(c: Ctx, place: Place): Promise<Child> {
  const heading = 'Kept though it breaks rules'
  const page = await c.get('desk').listInvalid(records(place))
  if (!page.ok) return note(heading, page.problem.detail)
  const rows = page.value.items.map(({ type, id, at, issues }) => [code(null, `${type}/${id}`), moment(at), faults(issues)])
  return list(heading, ['record', 'written', 'what is wrong'], rows, undefined, place.more(page.value.next))
}
