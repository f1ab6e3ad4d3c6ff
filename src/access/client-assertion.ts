/**
 * How a client proves who it is: a JWT of its own, signed with its private key, for us alone, for five minutes, once.
 * https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html#authenticating-to-the-token-endpoint
 *
 * The checks in order of their price: form, claims, then (by the flow) client and key, then the signature; whether it was used before is
 * settled in the commit that makes the token. Why one failed is for our log; the caller learns only that it did.
 */

import { base64url, compactVerify, importJWK, type JWK } from 'jose'
import { unlessThrown } from '../domain/problem.ts'
import { textOf } from '../domain/utf8.ts'
import { isObject } from '../fhir/exact.ts'
import { type Algorithm, algorithms } from './jwks.ts'

export interface Assertion {
  readonly token: string
  readonly algorithm: Algorithm
  readonly kid: string
  readonly jku: string | undefined
  /** `iss` and `sub`, which must be equal; not proven before the signature is. */
  readonly client: string
  readonly jti: string
  /** Seconds since the epoch. */
  readonly expires: number
}

/** A stable code, for the log. */
export type AssertionFault =
  | 'form'
  | 'typ'
  | 'alg'
  | 'kid'
  | 'crit'
  | 'client'
  | 'aud'
  | 'exp'
  | 'iat'
  | 'nbf'
  | 'jti'
  | 'jku'
  | 'key'
  | 'signature'

/** Seconds by which a client's clock may differ from ours. */
export const clockSkew = 10
/** Seconds that an assertion may be valid for. */
export const longestLife = 300

const longestToken = 8192

/** Form and claims. `audiences`: our token endpoint and whatever else names us. `now`: milliseconds since the epoch. */
export function readAssertion(token: string, audiences: readonly string[], now: number): Assertion | AssertionFault {
  const parts = token.length <= longestToken ? token.split('.') : []
  const [header, claims] = parts.length === 3 ? [object(parts[0]!), object(parts[1]!)] : []
  if (!header || !claims) return 'form'
  const signedBy = readHeader(header)
  if (typeof signedBy === 'string') return signedBy
  const claimed = readClaims(claims, audiences, now / 1000)
  return typeof claimed === 'string' ? claimed : { token, ...signedBy, ...claimed }
}

/** Whom an assertion says it is of: unproven, and good enough to count attempts by. */
export function claimedClient(token: string): string {
  const claims = token.length <= longestToken ? object(token.split('.', 2)[1] ?? '') : undefined
  return isText(claims?.iss) ? claims.iss : ''
}

function readHeader(header: Record<string, unknown>): Pick<Assertion, 'algorithm' | 'kid' | 'jku'> | AssertionFault {
  if (header.typ !== 'JWT') return 'typ'
  const algorithm = algorithms.find((known) => known === header.alg)
  if (!algorithm) return 'alg'
  if (!isText(header.kid)) return 'kid'
  if ('crit' in header) return 'crit'
  if (header.jku !== undefined && typeof header.jku !== 'string') return 'jku'
  return { algorithm, kid: header.kid, jku: header.jku }
}

function readClaims(
  claims: Record<string, unknown>,
  audiences: readonly string[],
  now: number,
): Pick<Assertion, 'client' | 'jti' | 'expires'> | AssertionFault {
  const { iss, sub, aud, exp, iat, nbf, jti } = claims
  if (!isText(iss) || iss !== sub) return 'client'
  // A list could name another server beside us, which would then hold an assertion that we accept.
  if (typeof aud !== 'string' || !audiences.includes(aud)) return 'aud'
  if (!isSeconds(exp) || exp <= now - clockSkew || exp > now + longestLife + clockSkew) return 'exp'
  if (iat !== undefined && (!isSeconds(iat) || iat > now + clockSkew || exp - iat > longestLife + clockSkew)) return 'iat'
  if (nbf !== undefined && (!isSeconds(nbf) || nbf > now + clockSkew)) return 'nbf'
  if (!isText(jti)) return 'jti'
  return { client: iss, jti, expires: exp }
}

/** Whether the assertion was signed with the private half of this key. */
export async function isSigned(assertion: Assertion, key: JWK): Promise<boolean> {
  try {
    await compactVerify(assertion.token, await importJWK(key, assertion.algorithm), { algorithms: [assertion.algorithm] })
    return true
  } catch {
    return false
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 255

const isSeconds = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value > 0

/** A part of a JWS as JSON object, its base64url without padding or blanks; undefined if it is none. */
function object(part: string): Record<string, unknown> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return undefined
  const value: unknown = unlessThrown(() => JSON.parse(textOf(base64url.decode(part)) ?? ''))
  return isObject(value) ? value : undefined
}
