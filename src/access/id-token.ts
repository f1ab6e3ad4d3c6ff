/** An ID token: who has signed in, as the provider says under its signature. https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation */
import { createLocalJWKSet, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import type { KeySource } from './jwks.ts'

/** Signatures that are taken: those of a key that the provider alone has. https://www.rfc-editor.org/rfc/rfc7518#section-3.1 */
const algorithms = ['RS256', 'PS256', 'ES256', 'RS384', 'PS384', 'ES384']
/** Seconds. */
const clockTolerance = 60
const longestToken = 16_384

interface Expected {
  readonly issuer: string
  readonly clientId: string
  readonly nonce: string
  readonly jwksUri: string
  /** Those that the provider says it signs by; unless it says anything, the one that every provider can make. */
  readonly signs?: readonly string[] | undefined
}

/** Its claims; or a code of what is wrong, for the log. `now`: milliseconds. */
export async function readIdToken(
  token: unknown,
  { issuer, clientId, nonce, jwksUri, signs = ['RS256'] }: Expected,
  keys: KeySource,
  now: number,
): Promise<JWTPayload | string> {
  if (typeof token !== 'string' || token.length > longestToken) return 'form'
  try {
    const { kid, alg } = decodeProtectedHeader(token)
    if (alg === undefined || !algorithms.includes(alg) || !signs.includes(alg)) return 'alg'
    const known = kid === undefined ? undefined : await keys(jwksUri, kid)
    if (known === undefined) return 'key'
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...known] }), {
      ...{ issuer, audience: clientId, algorithms: [alg], requiredClaims: ['exp', 'iat', 'sub'], clockTolerance },
      currentDate: new Date(now),
    })
    const { aud, azp } = payload
    if (azp === undefined ? Array.isArray(aud) && aud.length > 1 : azp !== clientId) return 'azp'
    return payload.nonce === nonce ? payload : 'nonce'
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) return error.claim
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'key'
    return error instanceof errors.JWSSignatureVerificationFailed ? 'signature' : 'form'
  }
}

/** What this claim says of somebody; nothing where it is an address that they have not shown to be theirs. */
export function subjectOf(claims: JWTPayload, claim: string): string | undefined {
  const said = claims[claim]
  const isSure = claim !== 'email' || claims.email_verified === true
  return typeof said === 'string' && said !== '' && isSure ? said : undefined
}
