/** Bytes as text. https://encoding.spec.whatwg.org/#utf-8 */
import { unlessThrown } from './problem.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** With its byte order mark, if it has one: nothing of it gets lost. Undefined where the bytes are not UTF-8. */
export const textOf = (bytes: Uint8Array): string | undefined => unlessThrown(() => utf8.decode(bytes))
