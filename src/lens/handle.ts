/** Handles: the identity of list items for which FHIR has no natural key. */
import type { Codec } from './codec.ts'
import { isUnread, type Unread } from './codec.ts'
import type { Json } from './equal.ts'

/**
 * The identity of a list item for which FHIR has no natural key: its element id, or a name made from its content. An item whose
 * content changes gets the handle as its element id, so that it keeps its identity. https://hl7.org/fhir/R4/element.html#id
 */
export function withHandle<Raw extends object, D extends { readonly handle?: string | undefined }>(
  content: Codec<Raw, Omit<D, 'handle'>>,
): Codec<Raw, D> {
  return {
    name: content.name,
    read(raw, report) {
      const value = content.read(raw, report)
      // What was just read is nobody else's yet.
      if (!isUnread(value)) (value as { handle?: string }).handle = handleOf(raw)
      return value as D | Unread
    },
    write(value, prior) {
      const next = content.write(value, prior)
      if (value.handle === undefined || value.handle === handleOf(next)) return next
      return { id: value.handle, ...next, ...(idIn(next) !== undefined && { id: value.handle }) } as Raw
    },
  }
}

/** What an item is called before anybody has named it, or the name that it has. */
export const handleOf = (raw: object): string => idIn(raw) ?? contentName(raw)

const idIn = (raw: object): string | undefined => (raw as { id?: string }).id

const digits = '0123456789abcdefghijklmnopqrstuv'

/** FNV-1a over the values, in 32 bits: the same in every run, another for other content (and where it is not, order tells items apart). */
function contentName(value: object): string {
  let rest = mix(-0x7ee3623b, value) >>> 0
  let name = 'h'
  for (let i = 0; i < 7; i++) {
    name += digits[rest & 31]
    rest >>>= 5
  }
  return name
}

function mix(hash: number, value: unknown): number {
  if (typeof value === 'string') return mixText(hash, value)
  if (typeof value !== 'object' || value === null) return mixText(hash, String(value))
  let now = hash
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) now = mix(now ^ i, value[i])
  else for (const key in value) now = mix(Math.imul(now ^ key.length, 0x01000193), (value as Json)[key])
  return now
}

function mixText(hash: number, text: string): number {
  let now = Math.imul(hash ^ text.length, 0x01000193)
  for (let i = 0; i < text.length; i++) now = Math.imul(now ^ text.charCodeAt(i), 0x01000193)
  return now
}
