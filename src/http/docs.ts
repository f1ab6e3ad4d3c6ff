/** `/docs`: what the gateway can be asked, and what it does for a care coordinator, as pages. Rendered from the tables that tests hold it to. */
import type { Hono } from 'hono'
import { html } from 'hono/html'
import type { Gateway } from '../gateway.ts'
import { type Ctx, createRouter, type Env } from './env.ts'
import { areas } from './generated/coverage.ts'
import { operations } from './operations.ts'

type Html = ReturnType<typeof html>

export function docsRoutes(_gateway: Gateway): Hono<Env> {
  const router = createRouter()
  router.get('/', (c) => page(c, 'paths', paths()))
  router.get('/coverage', (c) => page(c, 'what a coordinator does', coverage()))
  router.get('/style.css', (c) =>
    c.body(style, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=3600' }),
  )
  return router
}

function page(c: Ctx, name: string, content: Html): Response | Promise<Response> {
  c.header('Content-Security-Policy', "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'")
  return c.html(html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Warm Handoff: ${name}</title>
<link rel="stylesheet" href="/docs/style.css">
<h1>Warm Handoff</h1>
<p><a href="/docs">Paths</a> · <a href="/docs/coverage">What a coordinator does</a> · <a href="/openapi.json">openapi.json</a> · <a
  href="/fhir/metadata">FHIR R4: /fhir</a>
${content}
</html>`)
}

const paths = (): Html => html`<table>
<thead><tr><th scope="col">method<th scope="col">path<th scope="col">what
<tbody>
${operations.map(({ method, path, summary }) => html`<tr><td>${method.toUpperCase()}<td><code>${path}</code><td>${summary}\n`)}
</table>`

const coverage =
  (): Html => html`<p>Each line is a part of the work of a mental-health case coordinator. The tests named beside it fail when
the gateway no longer does it.
${areas.map(
  ({ area, duties }) => html`<h2>${area}</h2>
<table>
<thead><tr><th scope="col">duty<th scope="col">shown by<th scope="col">not yet
<tbody>
${duties.map(
  ({ duty, shownBy, lacking = '' }) =>
    html`<tr><td>${duty}<td><ul>${shownBy.map(
      ([file, title]) => html`<li>${title} <code>test/${file}</code>`,
    )}</ul><td>${lacking}\n`,
)}
</table>
`,
)}`

const style = `:root { color-scheme: light dark; --line: light-dark(#d9dee3, #39424b); --soft: light-dark(#5c6770, #9aa7b2) }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 78rem; margin: 1.5rem auto; padding: 0 1.5rem }
h1 { font-size: 1.3rem } h2 { font-size: 1.05rem; margin-top: 2rem } a { color: inherit }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--soft); font-size: .85rem } td ul { margin: 0; padding-left: 1.1rem }
code { font: .85em ui-monospace, monospace; color: var(--soft) }
`
