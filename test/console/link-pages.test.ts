/**
 * The pages behind secure links in a real browser: the pantry and Rosa fill in the forms that are there, without a script; whatever somebody
 * wrote stays text, nothing is loaded from elsewhere, and whoever does not see the pages can use them.
 */
import { mkdir } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as elements from '../../src/console/html.ts'
import { type HttpServer, startHttpServer } from '../../src/node/http-server.ts'
import { axe, chromium, inaccessible, openBrowser, strangeIn, type Watched, watch } from '../support/browser.ts'
import { event, make, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { bearer, code, hunger, mailed, meet, refers, release, signs, toPantry } from '../support/link-story.ts'
import { type MailServerForTests, startMailServer } from '../support/mail-server.ts'

const hostile = '"><img src=x onerror=alert(1)><script>alert(1)</script>'

let browser: Browser
let mail: MailServerForTests
let gateway: TestGateway
let server: HttpServer
let base: string
let watched: Watched
let referral: string
let fax: string
beforeAll(async () => {
  if (!chromium) return
  browser = await openBrowser()
  mail = await startMailServer()
  gateway = await startGateway({ allowTargets: [mail.target] })
  server = await startHttpServer((request) => gateway.app.fetch(request), '127.0.0.1', 0)
  base = `http://127.0.0.1:${server.port}`
  // Where no policy would stop what got in.
  watched = await watch(browser, base, false)
  await meet(gateway, mail)
  await put(gateway, { ...hunger, code: { text: `Skips meals ${hostile}` } })
  referral = await refers(gateway, await signs(gateway), {
    service: { text: `Food box ${hostile}` },
    patientInstruction: hostile,
  })
})
afterAll(async () => {
  if (!chromium) return
  await browser.close()
  await server.stop(0)
  await gateway.stop()
  await mail.close()
})

/** A picture of it, where somebody wants to look (`PICTURES` names a folder). */
async function seen(
  page: Page,
  name: string,
  ours: readonly string[] = Object.keys(elements).filter((one) => one !== 'style'),
): Promise<void> {
  expect(
    (await strangeIn(page, ours)).filter((one) => one !== 'href=style.css'),
    name,
  ).toEqual([])
  if (axe) expect(await inaccessible(page), name).toEqual([])
  const folder = process.env.PICTURES
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true })
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
  }
}

/** Follows a link and types the code. */
async function followed(path: string): Promise<Page> {
  const { page } = watched
  await page.goto(base + path)
  await page.fill('input[name=code]', code)
  await Promise.all([page.waitForNavigation(), page.click('button')])
  return page
}
const presses = (page: Page, name: string) =>
  Promise.all([page.waitForNavigation(), page.getByRole('button', { name, exact: true }).click()])

describe.skipIf(!chromium)('in a browser (needs Chromium)', () => {
  test('the pantry answers on its page', async () => {
    const page = await followed(await mailed(gateway, mail, await bearer(gateway, `ServiceRequest/${referral}`, toPantry)))
    expect(await page.textContent('body')).toContain(hostile)
    await seen(page, 'work')
    await presses(page, 'Accept')
    await seen(page, 'accepted')
    await presses(page, 'Started')
    await page.getByLabel('What came of it').selectOption('service-provided')
    await page.getByLabel('Anything to add').fill(hostile)
    await presses(page, 'Done')
    await seen(page, 'done')
    expect((await say(gateway, 'GET', `/coordination/referrals/${referral}`)).body).toMatchObject({
      state: 'completed',
      outcome: { kind: 'service-provided', note: hostile },
    })
  })

  test('Rosa says what became of it, and signs a consent, in Spanish, on a telephone', async () => {
    await watched.page.setViewportSize({ width: 390, height: 844 })
    const page = await followed(await mailed(gateway, mail, await bearer(gateway, `ServiceRequest/${referral}`)))
    await seen(page, 'outcome')
    await page.getByRole('group', { name: '¿Recibió esta ayuda?' }).getByLabel('Sí').check()
    await page.getByLabel('No, ya está resuelto').check()
    await presses(page, 'Decirlo')
    await seen(page, 'confirmed')
    expect((await say(gateway, 'GET', `/coordination/referrals/${referral}`)).body.state).toBe('closed-confirmed')

    const consent = await make(gateway, 'consents', { ...release, content: { narrative: hostile } })
    await event(gateway, `consents/${consent}`, 'propose')
    await followed(await mailed(gateway, mail, await bearer(gateway, `Consent/${consent}`)))
    await seen(page, 'consent')
    await page.getByLabel('He leído esto y acepto.').check()
    await page.getByLabel('Su nombre completo').fill(`Rosa ${hostile}`)
    await presses(page, 'Firmar')
    await seen(page, 'signed')
    expect((await say(gateway, 'GET', `/coordination/consents/${consent}`)).body.state).toBe('active')
    await watched.page.setViewportSize({ width: 1280, height: 800 })
  })

  test('a sheet is two pages or more on paper, the first of them the cover', async () => {
    const again = await refers(gateway, await signs(gateway), { service: { text: `Food box ${hostile}` } })
    fax = await bearer(gateway, `ServiceRequest/${again}`, { ...toPantry, channel: 'fax', classification: 'phi' })
    await event(gateway, fax, 'queue', { code })
    const { page } = watched
    await page.goto(`${base}/coordination/${fax}/sheet`)
    await page.emulateMedia({ media: 'print' })
    await seen(page, 'sheet', Object.keys(elements))
    const pdf = await page.pdf({ format: 'Letter' })
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThanOrEqual(2)
    await page.emulateMedia({ media: 'screen' })
  })

  test('none of it ran or loaded anything from elsewhere, nor needs what the policy forbids', async () => {
    expect(watched.misdeeds).toEqual([])
    const strict = await watch(browser, base, true)
    for (const path of ['/messages/none', `/coordination/${fax}/sheet`]) {
      await strict.page.goto(base + path)
      const corners = await strict.page.evaluate(() => getComputedStyle(document.querySelector('section')!).borderRadius)
      expect(corners, path).toBe('8px')
    }
    expect(strict.misdeeds).toEqual([])
  })
})
