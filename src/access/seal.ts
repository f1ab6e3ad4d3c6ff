/** Texts that travel with a caller and mean nothing to it: encrypted, bound to whom they were given, and good for a while. */
import { base64url } from 'jose'
import { z } from 'zod'
import { decrypt, encrypt, nonceBytes } from '../cipher.ts'
import { fail, ok, type Result, unlessThrown } from '../domain/problem.ts'

interface Holder {
  readonly tenant: string
  /** Id of the principal. */
  readonly id: string
}

export interface Sealing {
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly random: (count: number) => Uint8Array
}

const Inside = z.object({ kind: z.string(), tenant: z.string(), id: z.string(), until: z.number(), content: z.unknown() })

/** `now` and `until` in milliseconds. `kind` keeps what is sealed for one purpose from serving another. */
export function seal(
  { key, random }: Sealing,
  kind: string,
  content: Readonly<Record<string, unknown>>,
  { tenant, id }: Holder,
  until: number,
): string {
  const inside: z.input<typeof Inside> = { kind, tenant, id, until, content }
  return base64url.encode(encrypt(key, random(nonceBytes), JSON.stringify(inside)))
}

/** What was sealed. `gone` after its time, `forbidden` in other hands, `invalid` where it is none of ours. */
export function unseal({ key }: Sealing, kind: string, text: string, { tenant, id }: Holder, now: number): Result<unknown> {
  const inside = open(key, text)
  if (inside?.kind !== kind) return fail('invalid', 'This is not a link of ours.')
  if (inside.tenant !== tenant || inside.id !== id) return fail('forbidden', 'This link was given to somebody else.')
  if (inside.until <= now) return fail('gone', 'This link has had its time: begin again from the first page.')
  return ok(inside.content)
}

const open = (key: Uint8Array, text: string): z.output<typeof Inside> | undefined =>
  unlessThrown(() => {
    const inside = decrypt(key, base64url.decode(text))
    return inside === undefined ? undefined : Inside.parse(JSON.parse(inside))
  })
