/** What a FHIRPath expression yields, as TypeScript. */
import { fieldOf, members, shapes } from './shapes.ts'

export interface Nodes {
  /** `Node | undefined`; an array where `many`. */
  readonly js: string
  readonly many: boolean
  /** Shapes or primitive types; none where unknown (below `descendants()`). */
  readonly types: readonly string[]
  /** Like `js`, but there too where a primitive has extensions and no value. */
  readonly present: string
  /** For an element of a choice: its members by type. */
  readonly byType?: Readonly<Record<string, string>>
}

export const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

export const literal = (js: string, types: readonly string[] = []): Nodes => ({ js, present: js, many: false, types })
export const each = (js: string, types: readonly string[]): Nodes => ({ js, present: js, many: true, types })

/** The nodes as an array. */
export const list = (nodes: Nodes): string => (nodes.many ? nodes.js : `many(${nodes.js})`)

export const inline = (js: string): string => (js.includes(' ') ? `(${js})` : js)

/** `a && b`, with parentheses only around parts that are chains of the other operator. */
export function chain(operator: '&&' | '||', ...parts: string[]): string {
  return parts
    .map((part) => (topLevel(part).includes(operator === '&&' ? '||' : '&&') ? `(${part})` : part))
    .join(` ${operator} `)
}

/** An expression without what is inside its brackets and quotes. */
function topLevel(js: string): string {
  let depth = 0
  let isQuoted = false
  let top = ''
  for (const character of js) {
    if (character === "'") isQuoted = !isQuoted
    if (!isQuoted && '([{'.includes(character)) depth++
    if (depth === 0 && !isQuoted) top += character
    if (!isQuoted && ')]}'.includes(character)) depth--
  }
  return top
}

/** What stands between the brackets of an array of these nodes: a literal and an array literal as they are. */
function items({ many, present }: Nodes): string {
  if (/^('[^']*'|\d+)$/.test(present)) return present
  if (/^\['[^\]]*\]$/.test(present)) return present.slice(1, -1)
  return `...${many ? present : `many(${present})`}`
}
export const union = (left: Nodes, right: Nodes): Nodes =>
  each(`[${items(left)}, ${items(right)}]`, [...left.types, ...right.types])

/** A choice of more types than this is looked for by the beginning of its members' names. */
const spelledOut = 12

/** From nodes to their children called `name`. */
export function step(from: Nodes, name: string): Nodes {
  const of = from.many ? 'n' : inline(from.js)
  const dot = /^(n\d*|o|at\.resource)$/.test(of) ? '.' : '?.'
  const fields = from.types.flatMap((type) => fieldOf(type, name) ?? [])
  const isKnown = from.types.length > 0 && !from.types.includes('Resource')
  if (fields.length === 0 && isKnown) throw new Error(`${from.types.join('|')} has no ${name}`)
  const types = new Map(fields.flatMap((field) => members(field).map((member) => [member.name, member.type])))
  const names = fields.length > 0 ? [...types.keys()] : [name]
  const isBroad = names.length > spelledOut
  const member = (one: string): string => of + dot + one
  const js = isBroad ? `choice(${of}, ${quote(name)})` : names.map(member).join(' ?? ')
  const siblings = names
    .filter((one) => types.has(one) && !shapes.has(types.get(one)!) && types.get(one) !== 'Resource')
    .map((one) => member(`_${one}`))
  const present = isBroad ? js : [...names.map(member), ...siblings].join(' ?? ')
  const yields = [...new Set(types.values())]
  if (from.many) {
    const flat = (inner: string): string => `${from.js}.flatMap((n) => many(${inner}))`
    return { js: flat(js), present: flat(present), many: true, types: yields }
  }
  if (fields.length === 0 || fields.some((field) => field.many))
    return { js: `many(${js})`, present: `many(${present})`, many: true, types: yields }
  const byType = Object.fromEntries([...types].map(([one, type]) => [type, member(one)]))
  return { js, present, many: false, types: yields, ...(names.length > 1 ? { byType } : {}) }
}
