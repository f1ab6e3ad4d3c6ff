/**
 * The paths of places and issues, taken apart: `Patient.extension.where({"url":"…"}).valueCode`, `Patient.name[1].family`, and found in a
 * resource.
 */
import { contains, isObject } from './equal.ts'

export type Segment =
  | { readonly member: string }
  /** The first item that contains it. */
  | { readonly pattern: unknown }
  /** Items that a row claims by a test of its own. */
  | { readonly label: string }

/** From left to right; a member keeps its index (`name[1]`), and the type in front is one, too. */
export function segmentsOf(path: string): Segment[] {
  const segments: Segment[] = []
  let rest = path
  while (rest !== '') {
    if (rest.startsWith('where(')) {
      const end = endOfWhere(rest)
      const inside = rest.slice('where('.length, end)
      segments.push(inside.startsWith('{') ? { pattern: JSON.parse(inside) } : { label: inside })
      rest = rest.slice(end + 2)
    } else {
      const [member = ''] = rest.split('.', 1)
      segments.push({ member })
      rest = rest.slice(member.length + 1)
    }
  }
  return segments
}

/** Index of the closing parenthesis; quotes may hold any character. */
function endOfWhere(text: string): number {
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    if (quoted && text[i] === '\\') i++
    else if (text[i] === '"') quoted = !quoted
    else if (text[i] === ')' && !quoted) return i
  }
  return text.length
}

/** Names of members and indexes of items, from the root. */
export type Steps = readonly (string | number)[]

/**
 * As far as the path leads into this value: a place that is not there yet ends at what would hold it. An item found by a pattern, and a
 * list whose items a test claims, are taken whole.
 */
export function stepsTo(value: unknown, path: string): Steps {
  const steps: (string | number)[] = []
  let now = value
  for (const segment of segmentsOf(path)) {
    if ('label' in segment) return steps
    if ('pattern' in segment) {
      const index = Array.isArray(now) ? now.findIndex((item) => contains(item, segment.pattern)) : -1
      return index < 0 ? steps : [...steps, index]
    }
    for (const step of segment.member.split('[').map((part) => (part.endsWith(']') ? Number(part.slice(0, -1)) : part))) {
      if (!(Array.isArray(now) || isObject(now)) || !Object.hasOwn(now, step)) return steps
      now = (now as Record<string | number, unknown>)[step]
      steps.push(step)
    }
  }
  return steps
}
