/** JSON values: what they are, when two are the same, and when one contains another. */

export type Json = Record<string, unknown>

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

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

/** `contains` with the pattern known beforehand; the common case of one plain member is a single comparison. */
export function matcher(pattern: Json): (value: unknown) => boolean {
  const [first, ...others] = Object.entries(pattern)
  if (first === undefined || others.length > 0 || typeof first[1] === 'object') return (value) => contains(value, pattern)
  const [key, wanted] = first
  return (value) => isObject(value) && value[key] === wanted
}
