/** `/coordination/sessions/{id}/psychotherapy-note`: the caller's own, kept apart from the record. */
import type { Hono } from 'hono'
import { noContent } from './answer.ts'
import { jsonBody, taken } from './body.ts'
import { type Ctx, createRouter, type Env } from './env.ts'
import { refuse } from './problem-details.ts'

const etagOf = ({ version }: { readonly version: number }): string => `W/"${version}"`
const sessionOf = (c: Ctx): string => c.req.param('id')!

export function psychotherapyNoteRoutes(): Hono<Env> {
  const router = createRouter()
  const path = '/sessions/:id/psychotherapy-note'

  router.get(path, async (c) => {
    const note = await c.get('desk').readPsychotherapyNote(sessionOf(c))
    return note.ok ? c.json(note.value, 200, { etag: etagOf(note.value) }) : refuse(c, note.problem)
  })

  router.put(path, async (c) => {
    const note = await taken(jsonBody(c), (body) =>
      c.get('desk').putPsychotherapyNote(sessionOf(c), body, c.req.header('if-match')),
    )
    if (!note.ok) return refuse(c, note.problem)
    return c.json(note.value, note.value.version === 1 ? 201 : 200, { etag: etagOf(note.value) })
  })

  router.delete(path, async (c) =>
    noContent(c, await c.get('desk').removePsychotherapyNote(sessionOf(c), c.req.header('if-match'))),
  )
  return router
}
