/** A signed client assertion (private_key_jwt). https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html */
import { importJWK, type JWK, SignJWT } from 'jose'
import type { AuthTools } from './credentials.ts'

/** A JWT of four minutes, for the token endpoint `audience`; RS384 or ES384 where the key names no algorithm. */
export async function signAssertion(
  clientId: string,
  audience: string,
  privateJwk: object,
  { clock, newId }: Pick<AuthTools, 'clock' | 'newId'>,
): Promise<string> {
  const jwk = privateJwk as JWK
  const alg = jwk.alg ?? (jwk.kty === 'EC' ? 'ES384' : 'RS384')
  const now = Math.floor(clock() / 1000)
  return new SignJWT({})
    .setProtectedHeader({ alg, typ: 'JWT', ...(jwk.kid !== undefined && { kid: jwk.kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(newId('jti'))
    .setIssuedAt(now)
    .setExpirationTime(now + 240)
    .sign(await importJWK(jwk, alg))
}
