/** What files hold: lines of NDJSON a few at a time, however long the file; other JSON as a whole. */
import { createReadStream, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

interface Piece {
  /** The file, and the line in it. */
  readonly from: string
  readonly bytes: Uint8Array
}

/**
 * Files as they are named, those of a folder in the order of their names; `-` is what is piped in, as NDJSON. Labels that were taken away
 * come before the records that must not be given them again.
 */
export const filesIn = (paths: readonly string[]): readonly string[] => {
  const files = named(paths)
  return [...files.filter(isWithdrawals), ...files.filter((file) => !isWithdrawals(file))]
}

const named = (paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) =>
    path !== '-' && statSync(path).isDirectory()
      ? readdirSync(path)
          .filter((name) => /\.(nd)?json$/.test(name))
          .sort()
          .map((name) => join(path, name))
      : [path],
  )

export const isWithdrawals = (file: string): boolean => basename(file) === 'withdrawn-labels.ndjson'
export const isLines = (file: string): boolean => file === '-' || file.endsWith('.ndjson')

/** Lines that are not empty. */
export async function* linesOf(file: string): AsyncGenerator<Piece> {
  let number = 0
  let begun: Buffer[] = []
  const piece = (bytes: Buffer): Piece | undefined => {
    number++
    return bytes.toString('latin1').trim() === '' ? undefined : { from: `${file}:${number}`, bytes: new Uint8Array(bytes) }
  }
  for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
    let at = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, at)) {
      const line = piece(Buffer.concat([...begun, chunk.subarray(at, end)]))
      if (line) yield line
      begun = []
      at = end + 1
    }
    if (at < chunk.length) begun.push(chunk.subarray(at))
  }
  const last = begun.length > 0 ? piece(Buffer.concat(begun)) : undefined
  if (last) yield last
}
