/** The care team's pages in a real browser: signing in by the provider, a day's work by forms alone, usable by whoever does not see them. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as elements from '../../src/console/html.ts'
import { type HttpServer, startHttpServer } from '../../src/node/http-server.ts'
import { axe, chromium, inaccessible, openBrowser, strangeIn, watch } from '../support/browser.ts'
import { consent, make, parcels } from '../support/coordination.ts'
import { type DeskGateway, home, left, marisols, openDesk, staffed } from '../support/desk.ts'

let browser: Browser
let desk: DeskGateway
let server: HttpServer
let base: string
let pages: readonly string[]

beforeAll(async () => {
  if (!chromium) return
  browser = await openBrowser()
  server = await startHttpServer((request) => desk.app.fetch(request), '127.0.0.1', 0)
  base = `http://127.0.0.1:${server.port}`
  desk = await openDesk({}, { baseUrl: base })
  await staffed(desk)
  const owed = await left(desk, 'cli-marisol', '2026-02-27')
  await marisols(desk)
  const clientId = 'cli-marisol'
  const call = { clientId, kind: 'call', dueAt: '2026-03-03T15:00:00Z', assignee: { id: 'prl-dana' } }
  const item = await make(desk, 'work-items', { ...call, what: 'Call <b>about</b> the bus pass', priority: 'urgent' })
  await make(desk, 'work-items', { ...call, what: 'Renew the housing paper', dueAt: '2026-02-26T15:00:00Z' })
  const referral = await make(desk, 'referrals', { ...parcels, clientId, consentId: consent.id, doNotContact: 'no' })
  pages = [home, `${home}/clients/cli-marisol`, `${home}/follow-ups/${owed['FUH-7']}`, `${home}/work-items/${item}`]
  pages = [...pages, `${home}/referrals/${referral}`, `${home}/sign-out`, `${home}/clients/none`]
})
afterAll(async () => {
  if (!chromium) return
  await browser.close()
  await desk.stop()
  await server.stop(0)
})

describe.skipIf(!chromium)('in a browser (needs Chromium)', () => {
  test('somebody signs in, records an attempt, and signs out, by links and forms alone', async () => {
    const { page, misdeeds } = await watch(browser, base, true)
    await page.goto(base + pages[2])
    await page.click('text=Sign in >> nth=-1')
    await page.click('text=Dana Whitfield')
    expect(page.url()).toBe(base + pages[2])
    const attempt = page.locator('form', { has: page.locator('button:has-text("Record an attempt")') })
    await attempt.getByLabel('How').selectOption('phone')
    await attempt.getByLabel('What came of it').selectOption('no-answer')
    await attempt.getByRole('button').click()
    expect(await page.textContent('main')).toMatch(/Attempts.*phone.*no answer/)
    for (const path of pages) {
      await page.goto(base + path)
      expect(await strangeIn(page, Object.keys(elements)), path).toEqual([])
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${pages.indexOf(path)}.png`, fullPage: true })
    }
    await page.goto(base + pages[3])
    expect(await page.textContent('main')).toContain('<b>about</b>')
    await page.goto(`${base}${home}/sign-out`)
    await page.click('button')
    expect(await page.textContent('main')).toContain('You are signed out.')
    // The provider alone is asked besides, and by way of a link.
    expect(misdeeds.filter((one) => !one.includes(desk.provider.issuer))).toEqual([])
  })

  test.skipIf(!axe)('whoever does not see the pages can use them (needs axe-core)', async () => {
    const { page } = await watch(browser, base, false)
    await page.goto(base + home)
    expect(await inaccessible(page), 'signed out').toEqual([])
    await page.click('text=Sign in >> nth=-1')
    await page.click('text=Dana Whitfield')
    for (const path of pages) {
      await page.goto(base + path)
      expect(await inaccessible(page), path).toEqual([])
    }
  })
})
