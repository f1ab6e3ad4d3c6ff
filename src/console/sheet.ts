/** `/coordination/communications/{id}/sheet`: a referral as a person prints and faxes it. The cover says nothing of the client. */
import type { Hono } from 'hono'
import type { Told } from '../gateway.ts'
import { createRouter, type Env } from '../http/env.ts'
import { refuse } from '../http/problem-details.ts'
import { code, h1, h2, main, p, section, span } from './html.ts'
import { dated, notices, noticesOf, referralFacts } from './link-pages.ts'
import { facts, htmlPage, policyOf } from './page.ts'
import { style } from './style.ts'

type Sheet = Told<'printSheet'>

/** Whole in itself, so that it prints as it should from wherever it was kept. */
const look = { inline: style }

export function sheetRoutes(): Hono<Env> {
  const router = createRouter()
  router.get('/communications/:id/sheet', policyOf(look), async (c) => {
    const sheet = await c.get('desk').printSheet(c.req.param('id'))
    return sheet.ok ? c.html(pageOf(sheet.value)) : refuse(c, sheet.problem)
  })
  return router
}

function pageOf({ to, number, from, on, address, told }: Sheet): string {
  return htmlPage(
    'Fax',
    look,
    main(
      { class: 'sheet' },
      h1(null, 'Fax'),
      section(
        { class: 'cover' },
        facts([
          ['To', to],
          ['Fax number', number ?? '________________'],
          ['From', from],
          ['Date', dated(on)],
          ['Pages with this one', '________'],
        ]),
        h2(null, 'Confidential'),
        p(
          null,
          'The pages that follow are about a person’s health or needs. They are for the organization named above and for nobody else. If they reached you by mistake: do not read, copy or pass them on, call us at once, and destroy them.',
        ),
        ...notices(told.notices),
        h2(null, 'Please answer'),
        p(null, 'Open this address in a browser: ', code({ class: 'address' }, address)),
        p(null, 'It asks for a code, which we tell you by telephone: ', span({ class: 'blank' }, '________________________')),
        p(null, 'There you can take it on or decline, and tell us how it went. Or call us.'),
      ),
      section({ class: 'asked' }, h2(null, 'A referral to you'), ...referralFacts(told), ...noticesOf(told)),
    ),
  )
}
