/** Parts that somebody else's record may lack: made when something is to be said in them, and not before. */
import type { Mapping } from '../../src/lens/mapping.ts'

export function withOptionalParts<D extends object, P extends object>(table: Mapping<D, P>, blanks: Partial<P>): Mapping<D, P> {
  const names = Object.keys(blanks) as (keyof P)[]
  return {
    ...table,
    write(value, onto) {
      const missing = onto ? names.filter((name) => onto[name] === undefined) : []
      if (missing.length === 0) return table.write(value, onto)
      const filled = { ...onto, ...Object.fromEntries(missing.map((name) => [name, blanks[name]])) } as P
      const written = table.write(value, filled)
      const untouched = missing.filter((name) => written[name] === blanks[name])
      if (written === filled) return onto as P
      return Object.fromEntries(Object.entries(written).filter(([name]) => !untouched.includes(name as keyof P))) as P
    },
  }
}
