/** A real browser, where the machine has one (`CHROMIUM` names it), and what it sees of pages. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable']

/** Undefined where there is none: then tests that need it are skipped, by name. */
export const chromium = [process.env.CHROMIUM, ...places].find((place) => place !== undefined && existsSync(place))

/** Undefined where it is not installed. https://github.com/dequelabs/axe-core */
export const axe = [join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js')].find((path) => existsSync(path))

export async function openBrowser(): Promise<Browser> {
  const { chromium: driver } = await import('playwright-core')
  return driver.launch({ executablePath: chromium!, args: ['--no-sandbox', '--disable-background-networking'] })
}

/** What a page did that pages must not do, whoever wrote what it shows. */
export interface Watched {
  readonly page: Page
  /** Scripts that ran, requests to elsewhere, and what the policy had to stop. */
  readonly misdeeds: string[]
}

/** `policy`: whether what the page's Content-Security-Policy forbids is forbidden; without it, what is not escaped runs. */
export async function watch(browser: Browser, base: string, policy: boolean): Promise<Watched> {
  const context = await browser.newContext({ bypassCSP: !policy })
  const page = await context.newPage()
  const misdeeds: string[] = []
  await page.exposeFunction('xss', (what: string) => void misdeeds.push(`ran: ${what}`))
  await page.addInitScript(() => {
    const ran = (globalThis as unknown as { xss: (what: string) => void }).xss
    for (const name of ['alert', 'confirm', 'prompt', 'print'])
      Object.defineProperty(globalThis, name, { value: () => ran(name) })
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${base}/`)) misdeeds.push(`asked for ${request.url().slice(0, 80)}`)
  })
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) misdeeds.push(`stopped: ${message.text().slice(0, 120)}`)
  })
  return { page, misdeeds }
}

/** Elements and attributes of a page that none of ours has. */
export const strangeIn = (page: Page, ours: readonly string[]): Promise<readonly string[]> =>
  page.evaluate((known) => {
    const found: string[] = []
    for (const element of document.querySelectorAll('*')) {
      if (!known.includes(element.localName)) found.push(`<${element.localName}>`)
      for (const { name, value } of element.attributes)
        if (/^(on|style|srcdoc|xlink)/.test(name) || (/^(href|src|action)$/.test(name) && !value.startsWith('/')))
          found.push(`${name}=${value.slice(0, 40)}`)
    }
    return found
  }, ours)

/** What axe finds wrong: the rule, and the first element that breaks it. */
export async function inaccessible(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ path: axe! })
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: readonly { id: string; nodes: readonly { html: string }[] }[] }> }
    }
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`)
  })
}
