/** The frame of every page, and the parts that pages have in common. */
import type { MiddlewareHandler } from 'hono'
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { fingerprint } from '../access/secret.ts'
import { base64Of } from '../domain/base64.ts'
import type { Env } from '../http/env.ts'
import {
  a,
  body,
  dd,
  dl,
  dt,
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
  style as styleElement,
  table,
  tbody,
  td,
  th,
  thead,
  time,
  title,
  tr,
} from './html.ts'

/** What a page may load and do: its own stylesheet and its own forms, and nothing else. */
const policyFor =
  (style: string): MiddlewareHandler<Env> =>
  async (c, next) => {
    await next()
    c.header(
      'Content-Security-Policy',
      `default-src 'none'; style-src ${style}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    )
  }
export const policy = policyFor("'self'")

/** The same for a page with its stylesheet in it, known by its hash. https://www.w3.org/TR/CSP3/#grammardef-hash-source */
export const policyOf = ({ inline }: { readonly inline: string }): MiddlewareHandler<Env> => {
  const hash = Uint8Array.from(fingerprint(inline).match(/../g)!, (byte) => Number.parseInt(byte, 16))
  return policyFor(`'sha256-${base64Of(hash)}'`)
}

/** A whole page; `style`: where its stylesheet is to be had, or the stylesheet itself. */
export const htmlPage = (name: string, style: string | { readonly inline: string }, ...content: Child[]): string =>
  `<!doctype html>${String(
    html(
      { lang: 'en' },
      head(
        null,
        meta({ charset: 'utf-8' }),
        meta({ name: 'viewport', content: 'width=device-width, initial-scale=1' }),
        title(null, name),
        typeof style === 'string' ? link({ rel: 'stylesheet', href: style }) : styleElement(null, raw(style.inline)),
      ),
      body(null, ...content),
    ),
  )}`

export type Pages = readonly (readonly [path: string, label: string])[]

/** What stands at the head of a page; `title`: what the browser calls it, and remembers, where that must not say as much. */
export type Name = string | { readonly heading: string; readonly title: string }

/** One of several pages that lead to each other; the first one's path is the folder of their stylesheet. */
export const page = (pages: Pages, path: string, name: Name, ...content: Child[]): string =>
  htmlPage(
    `${typeof name === 'string' ? name : name.title} · Warm Handoff`,
    `${pages[0]![0]}/style.css`,
    header(
      null,
      p({ class: 'brand' }, 'Warm Handoff'),
      nav(null, ...pages.map(([href, label]) => a({ href, ...(href === path && { 'aria-current': 'page' }) }, label))),
    ),
    main(null, h1(null, typeof name === 'string' ? name : name.heading), ...content),
  )

/** A titled table, or a sentence where there is nothing to show; `more`: where it goes on. */
export function list(
  heading: string,
  columns: readonly string[],
  rows: readonly Child[][],
  empty = 'None.',
  more?: string,
): Child {
  const further = more === undefined ? [] : [p(null, a({ href: more, 'aria-label': `More: ${heading}` }, 'More'))]
  if (rows.length === 0) return note(heading, more === undefined ? empty : 'None among those looked at.', ...further)
  return section(
    null,
    h2(null, heading),
    table(
      null,
      thead(null, tr(null, ...columns.map((column) => th({ scope: 'col' }, column)))),
      tbody(null, ...rows.map((cells) => tr(null, ...cells.map((cell) => td(null, cell))))),
    ),
    ...further,
  )
}

/** A heading with what is to be said below it. */
export const note = (heading: string, text: string, ...more: Child[]): Child =>
  section(null, h2(null, heading), p({ class: 'soft' }, text), ...more)

/** What there is to be said, each under what it is. */
export const facts = (all: readonly (readonly [string, Child | undefined])[]): Child =>
  dl(null, ...all.flatMap(([term, text]) => (text === undefined || text === '' ? [] : [dt(null, term), dd(null, text)])))

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
export const moment = (at: string): Child => time({ datetime: at }, `${at.slice(0, 10)} ${at.slice(11, 19)}Z`)
