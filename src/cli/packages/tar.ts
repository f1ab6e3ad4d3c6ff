/** A tar archive, as npm reads it. https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */

export interface TarFile {
  /** At most 100 bytes. */
  readonly path: string
  readonly content: string
}

const block = 512
const encoder = new TextEncoder()

/** The same files make the same bytes: no time and no owner is told. */
export function tar(files: readonly TarFile[]): Uint8Array {
  const parts = files.flatMap(({ path, content }) => {
    const bytes = encoder.encode(content)
    return [header(path, bytes.length), bytes, new Uint8Array(-bytes.length & (block - 1))]
  })
  return Buffer.concat([...parts, new Uint8Array(2 * block)])
}

function header(path: string, size: number): Uint8Array {
  const name = encoder.encode(path)
  if (name.length > 100) throw new Error(`${path}: too long a name for a tar archive`)
  const bytes = new Uint8Array(block)
  const put = (at: number, text: string): void => bytes.set(encoder.encode(text), at)
  const number = (at: number, value: number, digits: number): void => put(at, `${value.toString(8).padStart(digits, '0')}\0`)
  bytes.set(name)
  number(100, 0o644, 7)
  number(108, 0, 7)
  number(116, 0, 7)
  number(124, size, 11)
  number(136, 0, 11)
  put(148, '        ')
  put(156, '0')
  put(257, 'ustar\0')
  put(263, '00')
  number(
    148,
    bytes.reduce((sum, byte) => sum + byte, 0),
    6,
  )
  return bytes
}
