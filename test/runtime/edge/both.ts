/** Two gateways that are asked the same, and what each answered. */
import { edgeLimits, type Limits, nodeLimits } from '../../../src/http/limits.ts'
import { type Keys, makeKeys, registerClient } from '../../support/client.ts'
import { adminToken } from '../../support/gateway.ts'
import { createTeller } from './alike.ts'
import { type Opened, openEdge, openNode } from './gateways.ts'
import type { Asked } from './requests/request.ts'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export interface Both {
  ask(asked: Asked): Promise<{ readonly node: Answered; readonly edge: Answered }>
  stop(): Promise<void>
}

export async function openBoth(settings: Readonly<Record<string, string>> = {}): Promise<Both> {
  const wanted = { HANDOFF_AUTH: 'smart', HANDOFF_ADMIN_TOKEN: adminToken, ...settings }
  const [node, edge] = await Promise.all([openNode(wanted), openEdge(wanted)])
  const keys = await makeKeys()
  const [onNode, onEdge] = await Promise.all([asker(node, nodeLimits, keys), asker(edge, edgeLimits, keys)])
  return {
    async ask(asked) {
      const [first, second] = await Promise.all([onNode(asked), onEdge(asked)])
      return { node: first, edge: second }
    },
    stop: async () => void (await Promise.all([node.stop(), edge.stop()])),
  }
}

/** Of the connection, and made up for each request. */
const passing = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'x-request-id'])

async function asker({ url }: Opened, limits: Limits, keys: Keys): Promise<(asked: Asked) => Promise<Answered>> {
  const tell = createTeller(limits)
  const kept = new Map<string, string>()
  const tokens = { operator: `Bearer ${adminToken}`, client: await tokenAt(url, keys) }
  const filled = (text: string) => text.replace(/\{(\w+) (\w+)\}/g, (whole, what, name) => kept.get(`${what} ${name}`) ?? whole)
  return async ({ method = 'GET', path, type, body, headers, as = 'client', keep }) => {
    const sent = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
    // `wrangler dev` packs what it may.
    const given = Object.entries({
      'accept-encoding': 'identity',
      ...(type !== undefined && { 'content-type': type }),
      ...headers,
    })
    const answer = await fetch(url + filled(path), {
      method,
      redirect: 'manual',
      headers: {
        ...(as !== 'nobody' && { authorization: tokens[as] }),
        ...Object.fromEntries(given.map(([name, value]) => [name, filled(value)])),
      },
      ...(sent !== undefined && { body: typeof sent === 'string' ? filled(sent) : sent }),
    })
    const text = await answer.text()
    if (keep !== undefined) remember(kept, keep, answer.headers, text)
    const told = [...answer.headers].filter(([name]) => !passing.has(name)).map(([name, value]) => [name, tell(value)])
    return { status: answer.status, headers: Object.fromEntries(told), text: tell(text) }
  }
}

function remember(kept: Map<string, string>, name: string, headers: Headers, text: string): void {
  const { id, client_id, link } = JSON.parse(text) as {
    id?: string
    client_id?: string
    link?: { relation: string; url: string }[]
  }
  const next = link?.find(({ relation }) => relation === 'next')?.url
  const found = {
    id,
    client_id,
    etag: headers.get('etag') ?? undefined,
    next: next && new URL(next).pathname + new URL(next).search,
  }
  for (const [what, value] of Object.entries(found)) if (value !== undefined) kept.set(`${what} ${name}`, value)
}

async function tokenAt(url: string, keys: Keys): Promise<string> {
  const reached = {
    clock: {
      get now() {
        return Date.now()
      },
    },
    gateway: { settings: { baseUrl: 'http://localhost:8787' } },
    request: (path: string, { json, ...init }: RequestInit & { readonly json?: unknown } = {}) =>
      fetch(url + path, {
        ...init,
        ...(json !== undefined && {
          body: JSON.stringify(json),
          headers: { ...(init.headers as object), 'content-type': 'application/json' },
        }),
      }),
  }
  const scope = 'system/*.cruds'
  const client = await registerClient(reached, scope, {}, keys)
  return (await client.bearer(scope)).authorization
}
