/**
 * The pages in a real browser: whatever is written into what they show stays text, they load nothing from elsewhere, other pages post
 * nothing to them, and whoever does not see them can use them.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connector } from '../../src/connectors/connector.ts'
import * as elements from '../../src/console/html.ts'
import { ok } from '../../src/domain/problem.ts'
import { type HttpServer, startHttpServer } from '../../src/node/http-server.ts'
import { axe, chromium, inaccessible, openBrowser, strangeIn, watch } from '../support/browser.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'
import { drain } from '../support/outbox.ts'

const run = 'alert(1)'
const payloads = [
  ...[`<script>${run}</script>`, `<ScRiPt>${run}</sCrIpT>`, `<script/x>${run}</script/x>`, `<script src=data:,${run}></script>`],
  ...[`<img src=x onerror=${run}>`, `<img src=x:x onerror=${run}//`, `<image href=x onerror=${run}>`, `<svg onload=${run}>`],
  ...[`<svg/onload=${run}//`, `<svg><script>${run}</script></svg>`, `<svg><animate onbegin=${run} attributeName=x dur=1s>`],
  ...[`<svg><a xlink:href="javascript:${run}"><text x=9 y=9>x</text></a></svg>`, `<math href="javascript:${run}">x</math>`],
  ...[`<iframe src="javascript:${run}">`, `<iframe srcdoc="<script>parent.${run}</script>">`, `<object data="data:text/html,x">`],
  ...[`<embed src="javascript:${run}">`, `<body onload=${run}>`, `<body onpageshow=${run}>`, `<input autofocus onfocus=${run}>`],
  ...[`<select autofocus onfocus=${run}>`, `<textarea autofocus onfocus=${run}>`, `<details open ontoggle=${run}>`],
  ...[
    `<video src=x onerror=${run}>`,
    `<audio src=x onerror=${run}>`,
    `<video><source onerror=${run}></video>`,
    `<marquee onstart=${run}>`,
  ],
  ...[`<style>@import "http://elsewhere.example/x.css"</style>`, `<link rel=stylesheet href=//elsewhere.example/x.css>`],
  ...[`<base href=http://elsewhere.example/>`, `<meta http-equiv=refresh content="0;url=http://elsewhere.example">`],
  ...[
    `<a href="javascript:${run}" autofocus>x</a>`,
    `<a href=" javascript:${run}">x</a>`,
    `<a href="java&#9;script:${run}">x</a>`,
  ],
  ...[`<form action="javascript:${run}"><button>x</button></form>`, `<button formaction="javascript:${run}">x</button>`],
  ...[`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run}&gt;">`],
  ...[`<noscript><p title="</noscript><img src=x onerror=${run}>">`, `<template><img src=x onerror=${run}></template>`],
  ...[
    `--><img src=x onerror=${run}><!--`,
    `]]><img src=x onerror=${run}>`,
    `</title><script>${run}</script>`,
    `</pre><script>${run}</script>`,
  ],
  ...[`</td></tr></table><script>${run}</script>`, `</code><img src=x onerror=${run}>`, `</textarea><script>${run}</script>`],
  ...['"', "'", '`', '" ', "' "].flatMap((quote) => [
    `${quote}><script>${run}</script>`,
    `${quote} onfocus=${run} autofocus x=${quote}`,
    `${quote} autofocus onfocus="${run}"`,
  ]),
  ...[`" style="background:url(//elsewhere.example/x)`, `" onmouseover="${run}`, `"/onanimationstart=${run} style=animation:x `],
  ...[
    `&lt;script&gt;${run}&lt;/script&gt;`,
    `&#60;img src=x onerror=${run}&#62;`,
    `%3Cscript%3E${run}%3C/script%3E`,
    `\\u003cscript>${run}</script>`,
  ],
  ...[
    `＜script＞${run}＜/script＞`,
    `<\0script>${run}</script>`,
    `<img\fsrc=x\fonerror=${run}>`,
    `<img/src=x/onerror=${run}>`,
    `<<img src=x onerror=${run}>`,
  ],
  ...[
    `javascript:${run}`,
    'data:text/html,<script>alert(1)</script>',
    `\${${run}}`,
    `{{constructor.constructor('${run}')()}}`,
    `#{${run}}`,
    `<%= ${run} %>`,
  ],
  ...['x', 'xx', 'xxx'].flatMap((tag) => [
    `<${tag} onclick=${run} tabindex=1 id=x autofocus onfocus=${run}>`,
    `<${tag}/onpointerrawupdate=${run}>`,
  ]),
  ...['img', 'svg', 'video', 'iframe', 'input', 'p', 'form', 'isindex'].flatMap((tag) => [
    `<${tag} src=x onerror=${run} onload=${run} onfocus=${run} autofocus>`,
    `"><${tag} src=x onerror=${run} onload=${run}>`,
    `'><${tag}/src=x/onerror=${run}/onload=${run}>`,
  ]),
]
/** As much as stands on one page. */
const atOnce = 40

let browser: Browser
let hospital: Hospital
let server: HttpServer
let base: string
let detail = ''
const ours = Object.keys(elements)

/** In HL7's own way, so that it arrives as it is. https://www.hl7.eu/HL7v2x/v251/std251/ch02.html 2.7 */
const escaped = (text: string): string =>
  text.replaceAll(
    /[\\|^&~\r\n\0\f]/g,
    (sign) => ({ '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\' })[sign] ?? ' ',
  )

beforeAll(async () => {
  if (!chromium) return
  browser = await openBrowser()
  const refuses: Pick<Connector, 'create' | 'repeats' | 'changes'> = {
    ...{ repeats: () => true, changes: () => true },
    create: async () => ({ outcome: 'refused', status: 422, stale: false, detail }),
  }
  const connection = { baseUrl: 'https://ehr.example/fhir', push: ['Patient'] }
  hospital = await openHospital({ connect: () => ok(refuses as Connector), connection, validation: 'mark' })
  server = await startHttpServer((request) => hospital.app.fetch(request), '127.0.0.1', 0)
  base = `http://127.0.0.1:${server.port}`
})
afterAll(async () => {
  if (!chromium) return
  await browser.close()
  await server.stop(0)
  await hospital.stop()
})

/** Where it can stand: a partner's refusal, the sender of a message that is held, a visit's number, a patient's number, a wrong code. */
async function plant(payload: string, n: number): Promise<void> {
  detail = payload
  const person = { resourceType: 'Patient', gender: 'wrong', identifier: [{ system: 'urn:x', value: `${n}` }] }
  expect((await hospital.request('/fhir/Patient', { method: 'POST', json: person })).status).toBe(201)
  await drain(hospital)
  await hospital.post({ MSH: { 3: escaped(payload), 4: escaped(payload), 10: `H${n}` }, PID: { 3: '' } })
  const numbers = {
    PID: { 3: `${escaped(payload)}^^^STB&2.16.840.1.113883.19.5&ISO^MR` },
    PV1: { 19: `${escaped(payload)}${n}^^^STB` },
  }
  await hospital.post({ MSH: { 10: `U${n}` }, ...numbers })
}
/** Without what a page shows otherwise. */
const dense = (text: string): string => text.replaceAll(/[\s\0\ufffd]/g, '')
const pages = [
  '/console',
  '/console/follow-ups',
  '/console/deliveries',
  '/console/messages',
  '/console/billing',
  '/console/conflicts',
  '/console/mappings',
]

describe.skipIf(!chromium)('in a browser (needs Chromium)', () => {
  test('what others wrote is text, also where no policy would stop it', async () => {
    expect(payloads.length).toBeGreaterThan(100)
    const plain = await watch(browser, base, false)
    const strict = await watch(browser, base, true)
    for (let first = 0; first < payloads.length; first += atOnce) {
      const some = payloads.slice(first, first + atOnce)
      for (const [n, payload] of some.entries()) await plant(payload, first + n)
      for (const path of pages)
        for (const { page } of [plain, strict]) {
          await page.goto(base + path)
          expect(await strangeIn(page, ours), path).toEqual([])
        }
      const shown = await plain.page.goto(`${base}/console/deliveries`).then(() => plain.page.textContent('body'))
      expect(some.filter((payload) => !dense(shown!).includes(dense(payload).slice(0, 40)))).toEqual([])
    }
    for (const payload of payloads)
      await plain.page.goto(`${base}/console/${encodeURIComponent(payload)}?${encodeURIComponent(payload)}`)
    expect([...plain.misdeeds, ...strict.misdeeds]).toEqual([])
  })

  test('what got in all the same would not run, and would load nothing', async () => {
    const { page, misdeeds } = await watch(browser, base, true)
    await page.goto(`${base}/console`)
    await page.evaluate(
      (all) => {
        for (const payload of all) document.body.insertAdjacentHTML('beforeend', payload)
        const script = document.createElement('script')
        script.text = 'alert(1)'
        document.body.append(script)
      },
      payloads.filter((payload) => !payload.includes('refresh')),
    )
    await page.waitForTimeout(200)
    expect(misdeeds.filter((one) => one.startsWith('ran'))).toEqual([])
    expect(misdeeds.filter((one) => one.startsWith('stopped')).length).toBeGreaterThan(10)
  })

  test('a page of somebody else posts nothing', async () => {
    await hospital.post({ MSH: { 10: 'AGAIN' }, PID: { 3: '' } })
    const [message] = await hospital.messages('?state=held')
    const action = `${base}/console/messages/${message!.id}/replay`
    const elsewhere = createServer((_, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<form method=post action="${action}"><button>x</button></form>`),
    )
    await new Promise<void>((ready) => elsewhere.listen(0, '127.0.0.1', ready))
    const page = await browser.newPage()
    await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}`)
    const [answer] = await Promise.all([page.waitForResponse(action), page.click('button')])
    expect(answer.status()).toBe(403)
    await page.goto(`${base}/console/messages`)
    const [done] = await Promise.all([page.waitForResponse(/replay/), page.click('button')])
    expect(done.status()).toBe(303)
    elsewhere.close()
  })

  test.skipIf(!axe)('whoever does not see the pages can use them (needs axe-core)', async () => {
    const { page } = await watch(browser, base, false)
    for (const path of [
      ...pages,
      '/console/connections/st-brendan',
      '/console/nothing',
      '/docs',
      '/docs/coverage',
      '/messages/none',
    ]) {
      await page.goto(base + path)
      expect(await inaccessible(page), path).toEqual([])
    }
  })
})
