/** Bytes and texts as base 64. https://www.rfc-editor.org/rfc/rfc4648#section-4 */

export function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}

/** In UTF-8. */
export const textInBase64 = (text: string): string => base64Of(new TextEncoder().encode(text))

/** Throws where it is no base 64. */
export const bytesInBase64 = (data: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(data), (character) => character.charCodeAt(0))
