/** `/docs`: what the gateway can be asked, and what it does for a care coordinator. Rendered from the tables that tests hold it to. */
import type { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import { createRouter, type Env } from '../http/env.ts'
import { operations } from '../http/operations.ts'
import { areas } from './generated/coverage.ts'
import { code, li, p, ul } from './html.ts'
import { list, page, policy } from './page.ts'
import { styleOf } from './style.ts'

const pages = [
  ['/docs', 'Paths'],
  ['/docs/coverage', 'What a coordinator does'],
  ['/openapi.json', 'openapi.json'],
  ['/fhir/metadata', 'FHIR R4'],
  ['/console', 'Console'],
] as const

export function docsRoutes(): Hono<Env> {
  const router = createRouter()
  router.use(policy)
  router.get('/', (c) => c.html(page(pages, '/docs', 'Paths', paths())))
  router.get('/coverage', (c) => c.html(page(pages, '/docs/coverage', 'What a coordinator does', ...coverage())))
  router.get('/style.css', styleOf)
  return router
}

const paths = (): Child =>
  list(
    'What is not FHIR',
    ['method', 'path', 'parameters', 'what'],
    operations.map(({ method, path, query, summary }) => [
      method.toUpperCase(),
      code(null, path),
      Object.keys(query?.shape ?? {}).join(', '),
      summary,
    ]),
  )

const coverage = (): readonly Child[] => [
  p(
    null,
    'Each line is a part of the work of a mental-health case coordinator. The tests named beside it fail when the gateway no longer does it.',
  ),
  ...areas.map(({ area, duties }) =>
    list(
      area,
      ['duty', 'shown by', 'not yet'],
      duties.map(({ duty, shownBy, lacking = '' }) => [
        duty,
        ul(null, ...shownBy.map(([file, title]) => li(null, title, ' ', code(null, `test/${file}`)))),
        lacking,
      ]),
    ),
  ),
]
