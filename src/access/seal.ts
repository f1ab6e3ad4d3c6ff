/**
 * Texts that travel with a caller and mean nothing to it: encrypted, bound to whom they were given, and good for a while.
 * JWE, direct encryption with AES-256-GCM. https://www.rfc-editor.org/rfc/rfc7516
 */
import { EncryptJWT, errors, jwtDecrypt } from 'jose'
import { fail, ok, type Result } from '../domain/problem.ts'

export interface Holder {
  readonly tenant: string
  /** Id of the principal. */
  readonly id: string
}

/** From 32 bytes. Made once: a key is used for every page. */
export const sealKey = (bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])

/** `now` and `until` in milliseconds. `kind` keeps what is sealed for one purpose from serving another. */
export const seal = (
  key: CryptoKey,
  kind: string,
  content: Readonly<Record<string, unknown>>,
  { tenant, id }: Holder,
  until: number,
): Promise<string> =>
  new EncryptJWT({ content })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setIssuer(kind)
    .setAudience(tenant)
    .setSubject(id)
    .setExpirationTime(new Date(until))
    .encrypt(key)

/** What was sealed. `gone` after its time, `forbidden` in other hands, `invalid` where it is none of ours. */
export async function unseal(
  key: CryptoKey,
  kind: string,
  text: string,
  { tenant, id }: Holder,
  now: number,
): Promise<Result<unknown>> {
  try {
    const { payload } = await jwtDecrypt(text, key, {
      issuer: kind,
      audience: tenant,
      subject: id,
      currentDate: new Date(now),
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return ok(payload.content)
  } catch (error) {
    if (error instanceof errors.JWTExpired) return fail('gone', 'This link has had its time: begin again from the first page.')
    if (error instanceof errors.JWTClaimValidationFailed) return fail('forbidden', 'This link was given to somebody else.')
    return fail('invalid', 'This is not a link of ours.')
  }
}
