/**
 * The words of FHIRPath that compiled invariants use. A missing operand makes a comparison empty: `undefined`, or NaN where an order is
 * asked for, so that neither "is it true?" nor "is it false?" is answered with yes. https://hl7.org/fhirpath/N1/
 */
import { digitsOf, toNumber } from '../number.ts'
import { type Node, remember, type Scope } from './rule.ts'

const nothing: readonly Node[] = []

/** The nodes of an element, whether it repeats or not. */
export function many(node: unknown): readonly Node[] {
  if (node === undefined || node === null) return nothing
  return Array.isArray(node) ? node : [node as Node]
}

const one = (node: unknown): unknown => (Array.isArray(node) && node.length === 1 ? node[0] : node)
const isMissing = (node: unknown): boolean => node === undefined || node === null || (Array.isArray(node) && node.length === 0)
const isObject = (node: unknown): node is Node => typeof node === 'object' && node !== null

/** The value of a choice, whichever member it is in: `choice(o, 'value')`. */
export function choice(node: Node, name: string): Node | undefined {
  for (const member in node) {
    const at = member.startsWith('_') ? 1 : 0
    const next = member.charCodeAt(at + name.length)
    if (next >= 65 && next <= 90 && member.startsWith(name, at)) return node[member]
  }
  return undefined
}

/** `=` */
export function same(left: unknown, right: unknown): boolean | undefined {
  return isMissing(left) || isMissing(right) ? undefined : isEqual(one(left), one(right))
}

function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (!isObject(left) && !isObject(right)) return false
  const number = toNumber(left)
  if (!Number.isNaN(number)) return number === toNumber(right)
  if (!isObject(left) || !isObject(right)) return false
  const members = Object.keys(left)
  return members.length === Object.keys(right).length && members.every((member) => isEqual(left[member], right[member]))
}

/** Negative, 0 or positive, for `<` and its kind. What cannot be told (a day and an hour of it, grams and litres) is 0. */
export function compare(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') return compareDates(left, right)
  const numbers = toNumber(left) - toNumber(right)
  if (!Number.isNaN(numbers) || !isObject(left) || !isObject(right)) return numbers
  const isSameUnit = same(left.code ?? left.unit, right.code ?? right.unit) !== false && same(left.system, right.system) !== false
  return isSameUnit ? toNumber(left.value) - toNumber(right.value) || 0 : 0
}

/** Instants as instants; others at the precision that both have. */
function compareDates(left: string, right: string): number {
  const isOnZone = left.length > 10 && right.length > 10
  if (isOnZone && (left.length !== right.length || left.slice(19) !== right.slice(19))) {
    return Date.parse(left.replace(':60', ':59')) - Date.parse(right.replace(':60', ':59'))
  }
  const length = Math.min(left.length, right.length)
  const [a, b] = [left.slice(0, length), right.slice(0, length)]
  return a < b ? -1 : a > b ? 1 : 0
}

/** `in`, and `contains` with its sides changed. */
export const isIn = (item: unknown, items: readonly unknown[]): boolean | undefined =>
  isMissing(item) ? undefined : items.some((other) => isEqual(item, other))

/** A text that is the same for equal nodes only. */
const canonical = (node: unknown): unknown =>
  isObject(node)
    ? JSON.stringify(node, (_, value) => (isPlainObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value))
    : node
const isPlainObject = (value: unknown): value is object =>
  isObject(value) && !Array.isArray(value) && digitsOf(value) === undefined

export const isDistinct = (items: readonly unknown[]): boolean => new Set(items.map(canonical)).size === items.length

const canonicals = (nodes: readonly Node[]): ReadonlySet<unknown> => new Set(nodes.map(canonical))

/** `intersect`. The right side is read once, however often it is asked for. */
export function common(left: readonly Node[], right: readonly Node[], scope: Scope): readonly Node[] {
  if (left.length * right.length < 10) return left.filter((item) => isIn(item, right))
  const known = remember(scope, right, canonicals)
  return left.filter((item) => known.has(canonical(item)))
}

export const startsWith = (text: unknown, start: unknown): boolean | undefined => asked(text, start, (a, b) => a.startsWith(b))
export const contains = (text: unknown, part: unknown): boolean | undefined => asked(text, part, (a, b) => a.includes(b))

function asked(text: unknown, other: unknown, question: (text: string, other: string) => boolean): boolean | undefined {
  const [a, b] = [one(text), one(other)]
  return typeof a === 'string' && typeof b === 'string' ? question(a, b) : undefined
}

/** The patterns are the specification's own; none of them can backtrack. */
export const matches = (text: unknown, pattern: RegExp): boolean | undefined =>
  typeof text === 'string' ? pattern.test(text) : undefined

export const removeMatches = (text: unknown, pattern: RegExp): string | undefined =>
  typeof text === 'string' ? text.replace(pattern, '') : undefined

/** `&`: what is missing counts as empty. */
export const join = (left: unknown, right: unknown): string => `${left ?? ''}${right ?? ''}`

export function toInteger(text: unknown): number | undefined {
  const number = typeof text === 'string' ? Number(text) : Number.NaN
  return Number.isInteger(number) ? number : undefined
}

export function children(node: Node): readonly Node[] {
  return Object.values(node)
    .flatMap((child) => many(child))
    .filter(isObject)
}

/** Every object below a node, nearest first. */
export function descendants(node: Node): readonly Node[] {
  const found = [...children(node)]
  for (const item of found) for (const child of children(item)) found.push(child)
  return found
}

/** `toString()` of a number: as it was written, where that is known. */
export const toText = digitsOf
