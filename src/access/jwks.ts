/**
 * Key sets of clients: which keys are usable, and where those come from that are registered by address.
 * https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html#registering-a-client-communicating-public-keys
 */

import { base64url, type JWK } from 'jose'
import { fail, ok, type Result, unlessThrown } from '../domain/problem.ts'
import { isObject } from '../fhir/exact.ts'

/** Signatures that we accept, and the keys that make them. https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html */
export const algorithms = ['RS384', 'ES384'] as const
export type Algorithm = (typeof algorithms)[number]

/**
 * The keys at an address, as fresh as their Cache-Control demands. A `kid` that is not among them makes it look again, at most once in
 * 30 s. Undefined: the address did not answer with a key set.
 */
export type KeySource = (uri: string, kid: string) => Promise<readonly JWK[] | undefined>

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const mostKeys = 100

/** Reads a key set, leaving out keys that we could not use. A set with a private or secret key is refused: it is no longer a secret. */
export function readKeySet(given: unknown, curves: readonly string[] = ['P-384']): Result<readonly JWK[]> {
  const keys = isObject(given) ? given.keys : undefined
  if (!Array.isArray(keys) || keys.length > mostKeys)
    return fail('invalid', `A key set is { "keys": [ … ] } with at most ${mostKeys} keys.`)
  const objects = keys.filter(isObject)
  if (objects.some((key) => privateMembers.some((member) => member in key)))
    return fail('invalid', 'The key set holds a private key.')
  return ok(objects.filter((key) => isUsable(key, curves)) as readonly JWK[])
}

/** The one key of this `kid` that fits the algorithm; undefined if there is none, or more than one. */
export function keyFor(keys: readonly JWK[], kid: string, algorithm: Algorithm): JWK | undefined {
  const fits = (key: JWK): boolean => (algorithm === 'RS384' ? key.kty === 'RSA' : key.crv === 'P-384')
  const fitting = keys.filter((key) => key.kid === kid && fits(key) && (key.alg === undefined || key.alg === algorithm))
  return fitting.length === 1 ? fitting[0] : undefined
}

/** RSA of at least 2048 bits with an exponent that hides something, or a point of one of these curves; for signatures; with a name. */
function isUsable({ kid, kty, use, key_ops, n, e, crv, x, y }: Record<string, unknown>, curves: readonly string[]): boolean {
  if (typeof kid !== 'string' || kid === '' || kid.length > 256) return false
  if (use !== undefined && use !== 'sig') return false
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify'))) return false
  if (kty === 'RSA') return bits(n) >= 2048 && bits(n) <= 8192 && bits(e) >= 2 && bits(e) <= 32
  return kty === 'EC' && curves.some((one) => one === crv) && bits(x) > 0 && bits(y) > 0
}

/** Length of a number in base64url; 0 if it is none. */
function bits(value: unknown): number {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_-]{1,2048}$/.test(value)) return 0
  const bytes = base64url.decode(value)
  const first = bytes.findIndex((byte) => byte !== 0)
  return first < 0 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first]!) + 24
}

/** One answer of a key set's address: its text, and its Cache-Control. Undefined: none that is usable. */
export type GetKeySet = (uri: string) => Promise<{ readonly text: string; readonly cacheControl: string | undefined } | undefined>

interface Cached {
  readonly keys: readonly JWK[]
  readonly foundAt: number
  /** Milliseconds. */
  readonly goodFor: number
  /** When an unknown `kid` last made us look. */
  readonly lookedAt: number
}

const second = 1000
/** Between looks for an unknown `kid`, and after an address that did not answer. */
const pause = 30 * second
const pauseAfterFailure = 5 * second

/** A source of keys with a cache of its own. Keys are never used longer than their answer allows, also when the address fails. */
export function createKeySource({ get, clock }: { get: GetKeySet; clock: () => number }): KeySource {
  const cache = new Map<string, Cached>()
  const failed = new Map<string, number>()
  const underway = new Map<string, Promise<Cached | undefined>>()

  /** Also a clock that is set back ends it. */
  const isWithin = (ms: number, since: number): boolean => clock() >= since && clock() - since < ms

  const look = async (uri: string, lookedAt: number): Promise<Cached | undefined> => {
    if (isWithin(pauseAfterFailure, failed.get(uri) ?? Number.NEGATIVE_INFINITY)) return undefined
    const answer = await get(uri)
    const keys = answer && readText(answer.text)
    if (!answer || !keys) {
      failed.set(uri, clock())
      return undefined
    }
    const found = { keys, foundAt: clock(), goodFor: maxAge(answer.cacheControl), lookedAt }
    cache.set(uri, found)
    return found
  }
  /** Callers at the same time share one request. */
  const lookOnce = (uri: string, lookedAt: number): Promise<Cached | undefined> => {
    const looking = underway.get(uri) ?? look(uri, lookedAt).finally(() => underway.delete(uri))
    underway.set(uri, looking)
    return looking
  }

  return async (uri, kid) => {
    const cached = cache.get(uri)
    const fresh = cached !== undefined && isWithin(cached.goodFor, cached.foundAt)
    const known = cached?.keys.some((key) => key.kid === kid) ?? false
    if (cached && known) return fresh ? cached.keys : (await lookOnce(uri, cached.lookedAt))?.keys
    if (cached && isWithin(pause, cached.lookedAt)) return fresh ? cached.keys : []
    const found = await lookOnce(uri, cached ? clock() : Number.NEGATIVE_INFINITY)
    return found?.keys ?? (fresh ? cached.keys : undefined)
  }
}

function readText(text: string): readonly JWK[] | undefined {
  // Identity providers sign with the shorter curve, too.
  const keys = unlessThrown(() => readKeySet(JSON.parse(text), ['P-256', 'P-384']))
  return keys?.ok ? keys.value : undefined
}

/** Milliseconds for which an answer may be used: 60 s where it does not say, a day at most. https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2 */
function maxAge(cacheControl: string | undefined): number {
  const directives = (cacheControl ?? '')
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim())
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0
  const age = directives.map((directive) => /^max-age="?(\d{1,9})"?$/.exec(directive)?.[1]).find((found) => found !== undefined)
  return Math.min(age === undefined ? 60 : Number(age), 86_400) * second
}
