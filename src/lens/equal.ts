/** JSON values: what they are, when two are the same, and when one contains another. */

export type Json = Record<string, unknown>

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A copy that shares nothing; what is no JSON object or list (an exact number) is shared. */
export const copyOf = <T>(value: T): T => {
  if (Array.isArray(value)) return value.map(copyOf) as T
  if (!isObject(value) || 'rawJSON' in value) return value
  const copy: Json = {}
  for (const key in value) copy[key] = copyOf(value[key])
  return copy as T
}

/** Structural equality; an absent property and `undefined` are the same. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (!equal(a[i], b[i])) return false
    return true
  }
  if (Array.isArray(b)) return false
  const left = a as Json
  const right = b as Json
  for (const key in left) if (!equal(left[key], right[key])) return false
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false
  return true
}

/** Does `value` contain `pattern`: every member of it, and for arrays some element for each of its elements? */
export function contains(value: unknown, pattern: unknown): boolean {
  if (typeof pattern !== 'object' || pattern === null) return value === pattern
  if (Array.isArray(pattern)) return Array.isArray(value) && pattern.every((p) => value.some((v) => contains(v, p)))
  if (!isObject(value)) return false
  for (const key in pattern) if (!contains(value[key], (pattern as Json)[key])) return false
  return true
}

/** A pattern of one plain member, which is what most are. */
export interface Tag {
  readonly key: string
  readonly value: unknown
}

export function tagOf(pattern: Json): Tag | undefined {
  const [first, ...others] = Object.entries(pattern)
  return first === undefined || others.length > 0 || typeof first[1] === 'object' ? undefined : { key: first[0], value: first[1] }
}

/** `contains` with the pattern known beforehand; a tag is a single comparison. */
export function matcher(pattern: Json): (value: unknown) => boolean {
  const tag = tagOf(pattern)
  if (tag === undefined) return (value) => contains(value, pattern)
  const { key, value: wanted } = tag
  return (value) => isObject(value) && value[key] === wanted
}
