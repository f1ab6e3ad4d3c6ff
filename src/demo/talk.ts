/** How the demo speaks with the gateway: over HTTP, as any other program would. What is not answered as expected ends the story. */
import { createSafeFetch } from '../net/safe-fetch.ts'
import { nodeTransport } from '../node/transport.ts'

/** Something turned out otherwise than the story tells. */
export class Disappointment extends Error {
  override readonly name = 'Disappointment'
}

/** Ends the story unless it holds. */
export function check(holds: unknown, otherwise: string): asserts holds {
  if (!holds) throw new Disappointment(otherwise)
}

interface Said {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly type?: string
  readonly body?: string | object
  readonly headers?: Readonly<Record<string, string>>
}

export interface Caller {
  readonly baseUrl: string
  /** Any answer will do. */
  ask(path: string, asked?: Asked): Promise<Said>
  /** The JSON of a 200. */
  get<T>(path: string): Promise<T>
  /** Sends JSON; the JSON of a 200 or 201. */
  post<T>(path: string, body: object): Promise<T>
  /** Changes some fields of what stands there now; the JSON of a 200. */
  patch<T>(path: string, body: object): Promise<T>
}

const send = createSafeFetch({ allowed: [{ host: '127.0.0.1' }], transport: nodeTransport() })

export async function ask(url: string, { method = 'GET', type = 'application/json', body, headers }: Asked = {}): Promise<Said> {
  const answer = await send({
    url,
    method,
    headers: { accept: '*/*', ...(body !== undefined && { 'content-type': type }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  if (answer.outcome !== 'answered') throw new Disappointment(`${method} ${url} had no answer: ${answer.reason}.`)
  return { status: answer.status, headers: answer.headers, text: new TextDecoder().decode(answer.bytes) }
}

export function callerOf(baseUrl: string): Caller {
  const json = async <T>(path: string, asked: Asked): Promise<T> => {
    const { status, text } = await ask(baseUrl + path, asked)
    check(status === 200 || status === 201, `${asked.method ?? 'GET'} ${path} was answered ${status}: ${text.slice(0, 600)}`)
    return JSON.parse(text) as T
  }
  return {
    baseUrl,
    ask: (path, asked) => ask(baseUrl + path, asked),
    get: (path) => json(path, {}),
    post: (path, body) => json(path, { method: 'POST', body }),
    async patch(path, body) {
      const etag = (await ask(baseUrl + path)).headers.get('etag') ?? ''
      return json(path, { method: 'PATCH', type: 'application/merge-patch+json', headers: { 'if-match': etag }, body })
    },
  }
}

/** Looks again and again until there is something to see, at most twenty seconds. */
export async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const until = Date.now() + 20_000
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    check(Date.now() < until, `In twenty seconds ${what}.`)
    await new Promise((wake) => setTimeout(wake, 25))
  }
}
