/** References, read. https://hl7.org/fhir/R4/references.html */
import { isId, isResourceType } from './types.ts'

type ParsedReference =
  | { readonly kind: 'relative'; readonly type: string; readonly id: string; readonly version?: string }
  | { readonly kind: 'absolute'; readonly base: string; readonly type: string; readonly id: string; readonly version?: string }
  /** `Patient?identifier=…`: resolved by a search inside the commit. https://hl7.org/fhir/R4/http.html#trules */
  | { readonly kind: 'conditional'; readonly type: string; readonly query: string }
  | { readonly kind: 'urn'; readonly urn: string }
  /** `#id`; `#` alone is the resource that contains this one (id ''). */
  | { readonly kind: 'contained'; readonly id: string }
  /** An absolute URL that is no RESTful resource address, or no reference at all. */
  | { readonly kind: 'other'; readonly text: string }

/** Any text is one of them: nothing is refused here, and nothing is looked up. */
export function parseReference(text: string): ParsedReference {
  if (text.startsWith('#')) return { kind: 'contained', id: text.slice(1) }
  if (text.startsWith('urn:')) return { kind: 'urn', urn: text }
  const mark = text.indexOf('?')
  if (mark > 0) {
    const type = text.slice(0, mark)
    return isResourceType(type) ? { kind: 'conditional', type, query: text.slice(mark + 1) } : { kind: 'other', text }
  }
  const slash = text.indexOf('/')
  if (text.indexOf('/', slash + 1) < 0) {
    const [type, id] = [text.slice(0, Math.max(slash, 0)), text.slice(slash + 1)]
    return isResourceType(type) && isId(id) ? { kind: 'relative', type, id } : { kind: 'other', text }
  }
  const parts = text.split('/')
  const version = parts.at(-2) === '_history' ? parts.at(-1) : undefined
  if (version !== undefined) parts.splice(-2)
  const id = parts.pop() ?? ''
  const type = parts.pop() ?? ''
  if (!isResourceType(type) || !isId(id) || (version !== undefined && !isId(version))) return { kind: 'other', text }
  const rest = { type, id, ...(version !== undefined && { version }) }
  if (parts.length === 0) return { kind: 'relative', ...rest }
  const base = parts.join('/')
  return /^https?:\/\/[^/]/.test(base) ? { kind: 'absolute', base, ...rest } : { kind: 'other', text }
}

/**
 * The resource type that a literal reference names: of an address, relative or absolute, whatever its id is like, or of a
 * conditional reference. Undefined where it names none.
 */
export function namedType(text: string): string | undefined {
  if (text.startsWith('urn:') || text.startsWith('#')) return undefined
  const mark = text.indexOf('?')
  const parts = text.slice(0, mark < 0 ? undefined : mark).split('/')
  const type = parts.at(mark >= 0 ? -1 : parts.at(-2) === '_history' ? -4 : -2)
  return isResourceType(type) ? type : undefined
}

/** `Type/id`, with its version if it has one, for an absolute address below our own base URL (no trailing slash); undefined for all others. */
export function localReference(text: string, base: string): string | undefined {
  // Most are relative, and there may be very many of them.
  if (!text.startsWith(base)) return undefined
  const reference = parseReference(text)
  return reference.kind === 'absolute' && reference.base === base ? text.slice(base.length + 1) : undefined
}

/** Every `reference` string of a value. */
export function* eachReference(value: unknown): Generator<string, void> {
  if (typeof value !== 'object' || value === null) return
  for (const name in value) {
    const member: unknown = (value as Readonly<Record<string, unknown>>)[name]
    if (name === 'reference' && typeof member === 'string') yield member
    else if (typeof member === 'object') yield* eachReference(member)
  }
}

/** Every `reference` string of a value, with its place (`participant[0].individual.reference`). */
export function referencesIn(value: unknown): { readonly path: string; readonly reference: string }[] {
  const found: { path: string; reference: string }[] = []
  const walk = (place: unknown, path: string): void => {
    if (Array.isArray(place)) for (const [i, item] of place.entries()) walk(item, `${path}[${i}]`)
    else if (typeof place === 'object' && place !== null) {
      for (const [name, member] of Object.entries(place)) {
        const here = path === '' ? name : `${path}.${name}`
        if (name === 'reference' && typeof member === 'string') found.push({ path: here, reference: member })
        else walk(member, here)
      }
    }
  }
  walk(value, '')
  return found
}
