/** Handles: the identity of list items for which FHIR has no natural key. */
import type { Codec } from './codec.ts'
import { unread } from './codec.ts'
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
      return value === unread ? unread : ({ ...value, handle: idIn(raw) ?? contentName(raw) } as D)
    },
    write(value, prior) {
      const next = content.write(value, prior)
      if (value.handle === undefined || value.handle === (idIn(next) ?? contentName(next))) return next
      return { id: value.handle, ...next, ...(idIn(next) !== undefined && { id: value.handle }) } as Raw
    },
  }
}

const idIn = (raw: object): string | undefined => (raw as { id?: string }).id

/** FNV-1a over names and values: the same in every run, another for other content (and where it is not, order tells items apart). */
function contentName(value: object): string {
  return `h${(mix(0x811c9dc5, value) >>> 0).toString(36)}`
}

function mix(hash: number, value: unknown): number {
  if (typeof value === 'object' && value !== null) {
    let now = Math.imul(hash ^ 1, 0x01000193)
    for (const key in value) now = mix(mixText(now, key), (value as Json)[key])
    return Math.imul(now ^ 2, 0x01000193)
  }
  return mixText(Math.imul(hash ^ 3, 0x01000193), typeof value === 'string' ? value : String(value))
}

function mixText(hash: number, text: string): number {
  let now = hash
  for (let i = 0; i < text.length; i++) now = Math.imul(now ^ text.charCodeAt(i), 0x01000193)
  return now
}
