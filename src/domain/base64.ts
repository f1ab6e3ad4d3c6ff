/** Bytes and texts as base 64. https://www.rfc-editor.org/rfc/rfc4648#section-4 */

/** So many bytes are written at a time: whole groups of three, and few enough to be arguments. */
const atOnce = 0x6000

export function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += atOnce) {
    const some: ArrayLike<number> = bytes.subarray(i, i + atOnce)
    // Spread they would take five times as long.
    text += btoa(String.fromCharCode.apply(undefined, some as number[]))
  }
  return text
}

/** In UTF-8. */
export const textInBase64 = (text: string): string => base64Of(new TextEncoder().encode(text))

/** Throws where it is no base 64. */
export function bytesInBase64(data: string): Uint8Array<ArrayBuffer> {
  const text = atob(data)
  const bytes = new Uint8Array(text.length)
  // `Uint8Array.from` would take thirty times as long.
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
