/**
 * Encryption that shows whether somebody has changed the text, answered at once: the Web's own takes a thread and a promise each time.
 * Node and Workers have it alike. https://developers.cloudflare.com/workers/runtime-apis/nodejs/crypto/
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'

const algorithm = 'aes-256-gcm'
/** The nonce's length in bytes. */
export const nonceBytes = 12
const tagBytes = 16

/** With a key of 32 bytes, and random ones that no other text gets: they, the text, and its tag. https://csrc.nist.gov/pubs/sp/800/38/d/final */
export function encrypt(key: Uint8Array, nonce: Uint8Array, text: string): Uint8Array {
  const cipher = createCipheriv(algorithm, key, nonce)
  const body = cipher.update(text, 'utf8')
  const whole = new Uint8Array(nonceBytes + body.length + tagBytes)
  whole.set(nonce)
  whole.set(body, nonceBytes)
  // The mode has no padding: nothing comes of the end.
  cipher.final()
  whole.set(cipher.getAuthTag(), nonceBytes + body.length)
  return whole
}

/** The text; undefined where it was not encrypted so. */
export function decrypt(key: Uint8Array, whole: Uint8Array): string | undefined {
  const end = whole.length - tagBytes
  if (end < nonceBytes) return undefined
  try {
    const cipher = createDecipheriv(algorithm, key, whole.subarray(0, nonceBytes), { authTagLength: tagBytes })
    cipher.setAuthTag(whole.subarray(end))
    const text = cipher.update(whole.subarray(nonceBytes, end), undefined, 'utf8')
    return text + cipher.final('utf8')
  } catch {
    return undefined
  }
}
