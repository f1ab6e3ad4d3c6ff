/** Elements of a page as functions: hono/jsx without JSX, so that Node runs the file as it is. Everything put in is escaped. */
import { type Child, jsx } from 'hono/jsx'

type Props = Readonly<Record<string, unknown>>
type Element = (props: Props | null, ...children: Child[]) => Child

const element =
  (tag: string): Element =>
  (props, ...children) =>
    jsx(tag, props ?? {}, ...children) as unknown as Child

export const html = element('html')
export const head = element('head')
export const meta = element('meta')
export const title = element('title')
export const link = element('link')
export const style = element('style')
export const body = element('body')
export const header = element('header')
export const main = element('main')
export const nav = element('nav')
export const section = element('section')
export const h1 = element('h1')
export const h2 = element('h2')
export const h3 = element('h3')
export const p = element('p')
export const a = element('a')
export const table = element('table')
export const thead = element('thead')
export const tbody = element('tbody')
export const tr = element('tr')
export const th = element('th')
export const td = element('td')
export const form = element('form')
export const input = element('input')
export const label = element('label')
export const fieldset = element('fieldset')
export const legend = element('legend')
export const select = element('select')
export const option = element('option')
export const textarea = element('textarea')
export const div = element('div')
export const button = element('button')
export const span = element('span')
export const time = element('time')
export const code = element('code')
export const pre = element('pre')
export const dl = element('dl')
export const dt = element('dt')
export const dd = element('dd')
export const ul = element('ul')
export const li = element('li')

/** What a form sends besides what is filled in. */
export const hidden = (name: string, value: string): Child => input({ type: 'hidden', name, value })
