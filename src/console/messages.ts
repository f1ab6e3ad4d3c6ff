/**
 * `/messages/{link}`: where the secure link of an e-mail leads. Asking for the page opens nothing (mail filters follow links, too); the code
 * does. In English and Spanish, for it is not told whose link it is before the code is right.
 */
import type { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import type { Problem } from '../domain/problem.ts'
import { type Gateway, system } from '../gateway.ts'
import { type Ctx, createRouter, type Env } from '../http/env.ts'
import { button, form, h1, h2, input, label, main, p, section, span } from './html.ts'
import { htmlPage, policy } from './page.ts'
import { styleOf } from './style.ts'

const statuses: Partial<Record<Problem['code'], 404 | 410>> = { 'not-found': 404, gone: 410 }

export function messageRoutes(gateway: Gateway): Hono<Env> {
  const router = createRouter()
  router.use(policy, async (c, next) => {
    await next()
    c.header('X-Robots-Tag', 'noindex')
  })
  router.get('/style.css', styleOf)
  router.get('/:link', async (c) => {
    const found = await (await gateway.desk(system())).linkedMail(c.req.param('link'))
    return found.ok ? show(c, 200, ...asking()) : closed(c, found.problem)
  })
  router.post('/:link', async (c) => {
    const found = await (await gateway.desk(system())).linkedMail(c.req.param('link'))
    if (!found.ok) return closed(c, found.problem)
    const code = new URLSearchParams(new TextDecoder().decode(c.get('body'))).get('code') ?? ''
    const opened = await (await gateway.desk(system(found.value.tenant))).openMessage(found.value.mail, code)
    if (!opened.ok) return closed(c, opened.problem)
    const { value } = opened
    if (value.message)
      return show(
        c,
        200,
        ...(value.message.subject ? [h2(null, value.message.subject)] : []),
        p({ class: 'message' }, value.message.body),
      )
    return value.isClosed
      ? closed(c)
      : show(c, 403, p({ class: 'bad', role: 'alert' }, 'That is not the code. · ', spanish('Ese no es el código.')), ...asking())
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

const closed = (c: Ctx, { code }: Pick<Problem, 'code'> = { code: 'gone' }) =>
  show(
    c,
    statuses[code] ?? 410,
    p(null, 'This link does not open anything any more. Please call us.'),
    p({ lang: 'es' }, 'Este enlace ya no abre nada. Por favor llámenos.'),
  )

const show = (c: Ctx, status: 200 | 403 | 404 | 410, ...content: readonly Child[]): Response | Promise<Response> =>
  c.html(
    htmlPage(
      'A message for you',
      'style.css',
      main(null, h1(null, 'A message for you · ', spanish('Un mensaje para usted')), section(null, ...content)),
    ),
    status,
  )
