/** Hashes, answered at once: plans cannot wait. Node and Workers have it alike. https://developers.cloudflare.com/workers/runtime-apis/nodejs/crypto/ */
import { createHash } from 'node:crypto'

/** Texts as UTF-8. */
export const sha256 = (content: Uint8Array | string): Uint8Array => createHash('sha256').update(content).digest()
/** The same in hex. */
export const sha256Hex = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex')
/** SHA-1 in base 64, as `Attachment.hash` wants it; nothing is trusted by it. https://hl7.org/fhir/R4/datatypes.html#Attachment */
export const sha1Base64 = (content: Uint8Array): string => createHash('sha1').update(content).digest('base64')
