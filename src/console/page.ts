/** The frame of every page of the console, and its common parts. */
import type { Child } from 'hono/jsx'
import {
  a,
  body,
  h1,
  h2,
  head,
  header,
  html,
  link,
  main,
  meta,
  nav,
  p,
  section,
  span,
  table,
  tbody,
  td,
  th,
  thead,
  time,
  title,
  tr,
} from './html.ts'

const pages = [
  ['/console', 'Overview'],
  ['/console/follow-ups', 'Follow-ups'],
  ['/console/billing', 'Billing'],
  ['/console/deliveries', 'Deliveries'],
  ['/console/messages', 'Messages'],
  ['/console/mappings', 'Mappings'],
] as const

export function page(name: string, path: string, ...content: Child[]): Child {
  return html(
    { lang: 'en' },
    head(
      null,
      meta({ charset: 'utf-8' }),
      meta({ name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      title(null, `${name} · Warm Handoff`),
      link({ rel: 'stylesheet', href: '/console/style.css' }),
    ),
    body(
      null,
      header(
        null,
        h1(null, 'Warm Handoff'),
        nav(null, ...pages.map(([href, label]) => a({ href, ...(href === path && { 'aria-current': 'page' }) }, label))),
      ),
      main(null, ...content),
    ),
  )
}

/** A titled table; says so where there is nothing to show. */
export function list(heading: string, columns: readonly string[], rows: readonly Child[][], empty: string): Child {
  if (rows.length === 0) return note(heading, empty)
  return section(
    null,
    h2(null, heading),
    table(
      null,
      thead(null, tr(null, ...columns.map((column) => th({ scope: 'col' }, column)))),
      tbody(null, ...rows.map((cells) => tr(null, ...cells.map((cell) => td(null, cell))))),
    ),
  )
}

/** A heading with a sentence: why there is no table. */
export const note = (heading: string, text: string): Child => section(null, h2(null, heading), p({ class: 'soft' }, text))

const tones: Readonly<Record<string, string>> = {
  fine: 'good',
  'dead letters': 'bad',
  delivered: 'good',
  applied: 'good',
  faithful: 'good',
  satisfied: 'good',
  pending: 'wait',
  waiting: 'wait',
  open: 'wait',
  attempted: 'wait',
  'not all readable': 'wait',
  lossy: 'bad',
  held: 'bad',
  dead: 'bad',
  missed: 'bad',
}

export const state = (name: string): Child => span({ class: `state ${tones[name] ?? ''}` }, name)

/** To the second, in UTC. */
export const moment = (at: string): Child => time({ datetime: at }, `${at.slice(0, 10)} ${at.slice(11, 19)}`)
