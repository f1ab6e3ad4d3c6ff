/** Hashes, answered at once: plans cannot wait. Node and Workers have it alike. https://developers.cloudflare.com/workers/runtime-apis/nodejs/crypto/ */
import { hash } from 'node:crypto'

/** Texts as UTF-8. */
export const sha256 = (content: Uint8Array | string): Uint8Array => hash('sha256', content, 'buffer')
/** The same in hex. */
export const sha256Hex = (content: Uint8Array | string): string => hash('sha256', content, 'hex')
/** SHA-1 in base 64, as `Attachment.hash` wants it; nothing is trusted by it. https://hl7.org/fhir/R4/datatypes.html#Attachment */
export const sha1Base64 = (content: Uint8Array): string => hash('sha1', content, 'base64')
