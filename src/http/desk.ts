/** The desk of a request: every flow, bound to who asks, and to the Idempotency-Key of a POST. */
import { fingerprint } from '../access/secret.ts'
import { problem } from '../domain/problem.ts'
import type { Gateway, Origin } from '../gateway.ts'
import type { Ctx } from './env.ts'
import { refuse } from './problem-details.ts'
import type { Step } from './settle.ts'

export function openDesk(gateway: Gateway): Step {
  return async (c) => {
    const key = c.req.method === 'POST' ? c.req.header('idempotency-key') : undefined
    if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key)) {
      return refuse(c, problem('invalid', 'An Idempotency-Key has 1 to 255 printable characters of ASCII.'))
    }
    await seat(c, gateway, key)
    return undefined
  }
}

/** The desk of whoever asks; with a key, what follows happens once for it. */
export async function seat(c: Ctx, gateway: Gateway, key: string | undefined): Promise<void> {
  const once = key === undefined ? undefined : { key, digest: await digest(c) }
  c.set('desk', await gateway.desk(c.get('principal'), once, originOf(c)))
}

/** Where it comes from: the connection's other end, and the address that a proxy there has added last to what it was told. */
export function originOf(c: Ctx): Origin {
  const from = c.env?.address
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
  return {
    request: c.get('requestId'),
    ...(from !== undefined && { from }),
    ...(forwarded !== undefined && /^[0-9A-Fa-f.:]{2,45}$/.test(forwarded) && { forwarded }),
  }
}

/** SHA-256 over where a request goes and what it brings: the same key means the same request. */
async function digest(c: Ctx): Promise<string> {
  const body = new Uint8Array(await crypto.subtle.digest('SHA-256', c.get('body')))
  return fingerprint(`${c.req.path}\n${new URL(c.req.url).search}\n${body.join(' ')}`)
}
