/** `/console/work`: the care team's own pages. Whoever has signed in sees and does what they might as a client of the API, by the same flows. */
import type { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import { problem } from '../../domain/problem.ts'
import type { Gateway } from '../../gateway.ts'
import type { Ctx, Env } from '../../http/env.ts'
import { refuse } from '../../http/problem-details.ts'
import { type Name, page } from '../page.ts'
import { fieldsOf, pagesRouter } from '../pages.ts'
import { styleOf } from '../style.ts'
import { eventOf, isWorked, type Worked } from './acts.ts'
import { clientPage, nameIn } from './client.ts'
import { itemPage, titleOf } from './item.ts'
import { home, pages, session, signInRoutes } from './session.ts'
import { instantOf, zoneNamed } from './words.ts'
import { linkTo, myWork } from './work.ts'

const nothing = problem('not-found', 'There is nothing here.')

export function workRoutes(gateway: Gateway): Hono<Env> {
  const router = pagesRouter(gateway, pages)
  router.get('/style.css', styleOf)
  signInRoutes(router, gateway)
  session(router, gateway)
  const now = (): string => new Date(gateway.clock()).toISOString()

  router.get('/', async (c) => {
    const content = await myWork(c, now())
    return content.ok ? show(c, home, 'My work', content.value) : refuse(c, content.problem)
  })

  router.get('/clients/:id', async (c) => {
    const shown = await clientPage(c, c.req.param('id'), now())
    return shown.ok
      ? show(c, '', { heading: shown.value.name, title: 'A client' }, shown.value.content)
      : refuse(c, shown.problem)
  })

  router.get('/:collection/:id', async (c) => {
    const { collection, id } = c.req.param()
    if (!isWorked(collection)) return refuse(c, nothing)
    const read = await c.get('desk').readMember(collection, id)
    if (!read.ok) return refuse(c, read.problem)
    const whose = await clientOf(c, read.value.record)
    const own = collection === 'work-items' ? await c.get('desk').ownWork() : undefined
    const content = itemPage(collection, {
      ...{ member: read.value, ...whose, once: gateway.newId('frm'), now: now() },
      ...{ role: own?.ok ? own.value.role : undefined, to: await calledAt(c, read.value.record.target) },
    })
    return show(c, '', { heading: titleOf(collection, read.value.record), title: kinds[collection] }, content)
  })

  router.post('/discharges/:id', async (c) => {
    const event = { type: 'match', clientId: fieldsOf(c).get('client') ?? '' }
    const done = await c.get('desk').memberEvent('discharges', c.req.param('id'), event)
    return done.ok ? c.redirect(home, 303) : refuse(c, done.problem)
  })

  router.post('/:collection/:id', async (c) => {
    const { collection, id } = c.req.param()
    if (!isWorked(collection)) return refuse(c, nothing)
    const filled = fieldsOf(c)
    const event = eventOf(
      collection,
      filled.get('type') ?? '',
      (path) => filled.get(path) ?? '',
      (typed) => instantOf(typed, filled.get('zone') ?? ''),
    )
    const done = await c.get('desk').memberEvent(collection, id, event, filled.get('seen') ?? undefined)
    return done.ok ? c.redirect(`${home}/${collection}/${id}`, 303) : refuse(c, done.problem)
  })

  // Whatever is left is not for the operators' pages to answer.
  router.all('*', (c) => refuse(c, nothing))
  return router
}

/** Who a record is about, as far as the caller may know, and the zone in which its moments are told. */
async function clientOf(
  c: Ctx,
  { clientId, timeZone }: Readonly<Record<string, unknown>>,
): Promise<{ client: Child; zone: string }> {
  const read = typeof clientId === 'string' ? await c.get('desk').readMember('clients', clientId) : undefined
  const record = read?.ok
    ? (read.value.record as unknown as Parameters<typeof nameIn>[0] & { id: string; timeZone?: string })
    : undefined
  const zone = zoneNamed(timeZone ?? record?.timeZone)
  return { client: record ? linkTo('clients', record.id, nameIn(record)) : '', zone }
}

/** What an organization, or a service (which goes without saying), is called. */
async function calledAt(c: Ctx, ref: unknown): Promise<string | undefined> {
  const { id, type, external } = (ref ?? {}) as { id?: string; type?: string; external?: { display?: string } }
  const collection = type === undefined ? 'services' : type === 'Organization' ? 'organizations' : undefined
  if (id === undefined || collection === undefined) return external?.display
  const read = await c.get('desk').readMember(collection, id)
  return read.ok && typeof read.value.record.name === 'string' ? read.value.record.name : undefined
}

/** Browsers remember what pages are called, beyond the session: it tells of nobody. */
const kinds: Readonly<Record<Worked, string>> = {
  'follow-ups': 'A follow-up',
  'work-items': 'A work item',
  referrals: 'A referral',
}

const show = (c: Ctx, path: string, name: Name, content: readonly Child[]): Response | Promise<Response> =>
  c.html(page(pages, path, name, ...content))
