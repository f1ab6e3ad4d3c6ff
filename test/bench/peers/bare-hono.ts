/** A peer in a process of its own: Hono alone, answering the same bytes whatever it is asked. `node bare-hono.ts <port> <file>` */
import { readFileSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const [, , port, file] = process.argv
const body = readFileSync(file!, 'utf8')
const app = new Hono()
app.all('*', async (c) => {
  if (c.req.method === 'POST') await c.req.arrayBuffer()
  return c.body(body, 200, { 'content-type': 'application/fhir+json; charset=utf-8' })
})
serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' })
