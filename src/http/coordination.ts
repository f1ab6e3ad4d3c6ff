/** `/coordination`: the care team's own words in JSON. */
import type { Hono } from 'hono'
import { namesEtag } from '../fhir/version.ts'
import type { Desk } from '../gateway.ts'
import { json, noContent } from './answer.ts'
import { jsonBody, optionalJsonBody, taken } from './body.ts'
import { type Ctx, createRouter, type Env } from './env.ts'
import { pageOf } from './page.ts'
import { Months, mostLooked, Narrowing, OfNeed } from './parameters.ts'
import { refuse } from './problem-details.ts'
import { psychotherapyNoteRoutes } from './psychotherapy-notes.ts'

type Member = Awaited<ReturnType<Desk['readMember']>>

export function coordinationRoutes(): Hono<Env> {
  const router = createRouter()
  router.route('/', psychotherapyNoteRoutes())

  router.get('/clients/:id/timeline', async (c) => json(c, await c.get('desk').timeline(c.req.param('id'), pageOf(c))))

  router.post('/clients/:id/break-glass', async (c) => {
    const opened = await taken(jsonBody(c), (body) => c.get('desk').breakGlass(c.req.param('id'), body))
    return opened.ok ? c.json(opened.value, 201) : refuse(c, opened.problem)
  })

  router.get('/measures', async (c) => {
    const { from, to = from } = Months.parse(c.req.query())
    return json(c, await c.get('desk').measures({ from, to }))
  })

  router.get('/services/matches', async (c) => json(c, await c.get('desk').matchingServices(OfNeed.parse(c.req.query()).need)))

  // Neither is a collection, nor a member of one.
  for (const own of ['/measures', '/services/matches']) router.all(own, (c) => c.notFound())

  router.get('/practitioners/:id/queue', async (c) => json(c, await c.get('desk').supervisorsQueue(c.req.param('id'))))

  router.get('/caseloads/:id/worklist', async (c) => json(c, await c.get('desk').worklist(c.req.param('id'), pageOf(c))))

  router.post('/clients/:id/care-plan-drafts', async (c) => {
    const drafted = await taken(jsonBody(c), (body) => c.get('desk').draftCarePlan(c.req.param('id'), body))
    if (!drafted.ok) return refuse(c, drafted.problem)
    const { record, etag, explained } = drafted.value
    return c.json({ ...record, explained }, 201, { etag, location: `/coordination/care-plans/${record.id}` })
  })

  router.get('/care-plans/:id/pack', async (c) => {
    const pack = await c.get('desk').carePlanPack(c.req.param('id'))
    return pack.ok ? c.body(pack.value, 200, { 'content-type': 'application/fhir+json' }) : refuse(c, pack.problem)
  })

  router.post('/care-plans/:id/conference-packs', async (c) => {
    const made = await taken(optionalJsonBody(c), (body) => c.get('desk').makeConferencePack(c.req.param('id'), body))
    if (!made.ok) return refuse(c, made.problem)
    const { record, etag, slides } = made.value
    return c.json({ ...record, slides }, 201, { etag, location: `/coordination/documents/${record.id}` })
  })

  router.get('/documents/:id/content', async (c) => {
    const content = await c.get('desk').documentContent(c.req.param('id'))
    if (!content.ok) return refuse(c, content.problem)
    const { bytes, mime, sha256 } = content.value
    // Never shown as a page of ours, whatever it says it is.
    return c.body(bytes, 200, { 'content-type': mime, 'content-disposition': 'attachment', etag: `"${sha256}"` })
  })

  router.post('/:collection', async (c) => {
    const made = await taken(jsonBody(c), (body) => c.get('desk').createMember(c.req.param('collection'), body))
    if (!made.ok) return refuse(c, made.problem)
    return render(c, made, 201, { location: `/coordination/${c.req.param('collection')}/${made.value.record.id}` })
  })

  router.get('/:collection', async (c) => {
    const wanted = { ...Narrowing.parse(c.req.query()), ...pageOf(c), room: c.get('limits').page, looks: mostLooked }
    const page = await c.get('desk').listMembers(c.req.param('collection'), wanted)
    if (!page.ok) return refuse(c, page.problem)
    return c.json({ items: page.value.items.map((item) => item.record), next: page.value.next })
  })

  router.get('/:collection/:id', async (c) => {
    const read = await c.get('desk').readMember(c.req.param('collection'), c.req.param('id'))
    const known = c.req.header('if-none-match')
    if (read.ok && known !== undefined && namesEtag(known, read.value.etag)) return c.body(null, 304, { etag: read.value.etag })
    return render(c, read, 200)
  })

  router.put('/:collection/:id', async (c) => change(c, false))
  router.patch('/:collection/:id', async (c) => change(c, true))

  router.post('/:collection/:id/events', async (c) => {
    const { collection, id } = c.req.param()
    const ifMatch = c.req.header('if-match')
    return render(c, await taken(jsonBody(c), (body) => c.get('desk').memberEvent(collection, id, body, ifMatch)), 200)
  })

  router.delete('/:collection/:id', async (c) => {
    const { collection, id } = c.req.param()
    return noContent(c, await c.get('desk').removeMember(collection, id, c.req.header('if-match')))
  })
  return router
}

async function change(c: Ctx, merge: boolean): Promise<Response> {
  const [collection, id, ifMatch] = [c.req.param('collection')!, c.req.param('id')!, c.req.header('if-match')]
  const changed = await taken(jsonBody(c), (body) => c.get('desk').changeMember(collection, id, ifMatch, body, merge))
  return render(c, changed, 200)
}

/** Warnings tell what stands in the resources that the fields cannot say; it is kept. */
function render(c: Ctx, result: Member, status: 200 | 201, headers: Record<string, string> = {}): Response {
  if (!result.ok) return refuse(c, result.problem)
  const { record, etag, warnings } = result.value
  return c.json({ ...record, ...(warnings.length > 0 && { warnings }) }, status, { etag, ...headers })
}
