/**
 * `/messages/{link}`: where the secure link of an e-mail, or the address on a faxed sheet, leads. Asking for the page opens nothing (mail
 * filters follow links, too); the code does. In English and Spanish, for it is not told whose link it is before the code is right. Who has
 * opened it answers by forms that bear a ticket of that very page, and nothing else: there is no session that another page could use.
 */
import type { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type Problem, problems } from '../domain/problem.ts'
import { type Desk, type Gateway, system } from '../gateway.ts'
import { textBody } from '../http/body.ts'
import { originOf } from '../http/desk.ts'
import { type Ctx, createRouter, type Env } from '../http/env.ts'
import { button, form, h1, input, label, main, p, section, span } from './html.ts'
import { languageOf, pageFor } from './link-pages.ts'
import { htmlPage, policy } from './page.ts'
import { styleOf } from './style.ts'

const statuses: Partial<Record<Problem['code'], 404 | 410>> = { 'not-found': 404, gone: 410 }

export function messageRoutes(gateway: Gateway): Hono<Env> {
  const router = createRouter()
  const desk = (c: Ctx, tenant?: string): Promise<Desk> => gateway.desk(system(tenant), undefined, originOf(c))
  router.use(policy, async (c, next) => {
    await next()
    c.header('X-Robots-Tag', 'noindex')
    // With `no-referrer` browsers keep a form's origin to themselves, and it would not be taken where there is no authentication.
    c.header('Referrer-Policy', 'same-origin')
  })
  router.get('/style.css', styleOf)
  router.get('/:link', async (c) => {
    const found = await (await desk(c)).linkedMail(c.req.param('link'))
    return found.ok ? show(c, 200, ...asking()) : closed(c, found.problem)
  })
  router.post('/:link', async (c) => {
    const found = await (await desk(c)).linkedMail(c.req.param('link'))
    if (!found.ok) return closed(c, found.problem)
    const text = textBody(c)
    const { code = '', ticket, ...answer } = Object.fromEntries(new URLSearchParams(text.ok ? text.value : ''))
    const { mail, tenant } = found.value
    if (ticket !== undefined) {
      const answered = await (await desk(c, tenant)).answerLink(mail, ticket, answer)
      return answered.ok
        ? open(c, answered.value)
        : answered.problem.code === 'forbidden'
          ? show(c, 403, ...late)
          : closed(c, answered.problem)
    }
    // Nothing typed is no try.
    if (code.trim() === '') return show(c, 400, ...asking())
    const opened = await (await desk(c, tenant)).openLink(mail, code)
    if (!opened.ok) return closed(c, opened.problem)
    if (opened.value.page) return open(c, opened.value)
    return opened.value.isClosed ? closed(c) : show(c, 403, ...wrong)
  })
  return router
}

const spanish = (text: string): Child => span({ lang: 'es' }, text)

const asking = (): readonly Child[] => [
  p(null, 'You have a message. Type in the code that you were given.'),
  p({ lang: 'es' }, 'Tiene un mensaje. Escriba el código que le dieron.'),
  form(
    { method: 'post' },
    label(
      null,
      'Code · ',
      spanish('Código'),
      ' ',
      input({ name: 'code', required: true, maxlength: 64, autocomplete: 'off', autofocus: true }),
    ),
    button({ type: 'submit' }, 'Open · ', spanish('Abrir')),
  ),
]

const wrong = [p({ class: 'bad', role: 'alert' }, 'That is not the code. · ', spanish('Ese no es el código.')), ...asking()]
const late = [
  p(
    { class: 'bad', role: 'alert' },
    'The page was open for too long, so nothing was done. · ',
    spanish('La página estuvo abierta demasiado tiempo y no se hizo nada.'),
  ),
  ...asking(),
]

const closed = (c: Ctx, { code }: Pick<Problem, 'code'> = { code: 'gone' }) =>
  show(
    c,
    statuses[code] ?? 410,
    p(null, 'This link does not open anything any more. Please call us.'),
    p({ lang: 'es' }, 'Este enlace ya no abre nada. Por favor llámenos.'),
  )

const heading = h1(null, 'A message for you · ', spanish('Un mensaje para usted'))
const page = (...content: readonly Child[]): string => htmlPage('A message for you', 'style.css', ...content)

const show = (c: Ctx, status: 200 | 400 | 403 | 404 | 410, ...content: readonly Child[]): Response | Promise<Response> =>
  c.html(page(main(null, heading, section(null, ...content))), status)

/** What the code opens; a message is in whatever language somebody wrote it. */
function open(c: Ctx, shown: Parameters<typeof pageFor>[0]): Response | Promise<Response> {
  const { said } = shown
  const status = said === 'changed' ? 409 : typeof said === 'object' ? problems[said.code].status : 200
  const lang = languageOf(shown)
  const title = shown.page.page === 'message' ? heading : h1(null, lang === 'es' ? 'Un mensaje para usted' : 'A message for you')
  return c.html(page(main({ lang }, title, ...pageFor(shown))), status as ContentfulStatusCode)
}
