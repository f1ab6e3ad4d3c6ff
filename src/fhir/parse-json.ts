/** JSON, parsed; where it is long, a piece at a time: hundreds of thousands of values in one go would hold up everybody else. */
import { fail, ok, type Result } from '../domain/problem.ts'
import type { Resting } from './at-once.ts'
import { afterSpace, endOfString } from './json-text.ts'

/** `offset`: how much stands before it. */
export function parsed(text: string, offset = 0): Result<unknown> {
  try {
    return ok(JSON.parse(text))
  } catch (error) {
    return fail('unreadable', `The content is not JSON${positionIn(error, offset)}.`)
  }
}

/** The engine's message quotes the text; only its number is taken. */
function positionIn(error: unknown, offset: number): string {
  const position = error instanceof SyntaxError ? /at position (\d+)/.exec(error.message)?.[1] : undefined
  return position ? ` (at character ${Math.max(0, offset + Number(position))})` : ''
}

/** So many characters are parsed between two rests. */
const slice = 128 * 1024

const [quote, comma, colon, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d]

/** An object or list that has not ended. */
interface Open {
  readonly isList: boolean
  /** Where the name of its last member begins. */
  name: number
}

/**
 * The same as `parsed`, resting in between. The text is cut at commas; what stands open at one is closed before it, and opened again behind
 * it. Of text that names a member twice something else may come, with fewer members than the text has.
 */
export function* parsing(text: string): Resting<Result<unknown>> {
  const open: Open[] = []
  let whole: unknown
  let from = 0
  let before = ''
  let path: readonly string[] = []
  let lastString = 0
  let last = 0
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      lastString = at
      last = code
      at = endOfString(text, at)
      if (at === 0) break
      continue
    }
    if (code === openBrace || code === openBracket) open.push({ isList: code === openBracket, name: 0 })
    else if (code === closeBrace || code === closeBracket) open.pop()
    else if (code === colon && open.length > 0) open.at(-1)!.name = lastString
    else if (code === comma && open.length > 0 && at - from > slice && isBetween(text, last, at)) {
      const behind = open.map(({ isList }) => (isList ? ']' : '}')).reverse()
      const piece = parsed(before + text.slice(from, at) + behind.join(''), from - before.length)
      if (!piece.ok) return piece
      if (from === 0) whole = piece.value
      else join(whole, piece.value, path)
      const names = open.slice(0, -1).map(({ isList, name }) => (isList ? '' : text.slice(name, endOfString(text, name))))
      before = open.map(({ isList }, i) => (isList ? '[' : `{${names[i] ? `${names[i]}:` : ''}`)).join('')
      path = names.map((name) => (name === '' ? '' : JSON.parse(name)))
      from = at + 1
      yield { rest: true }
    }
    if (code > 0x20) last = code
    at++
  }
  const rest = parsed(before + text.slice(from), from - before.length)
  if (!rest.ok || from === 0) return rest
  join(whole, rest.value, path)
  return ok(whole)
}

/** Whether something stands on both sides of a comma: where nothing does, to close and to open would make it sound. */
function isBetween(text: string, last: number, at: number): boolean {
  const next = text.charCodeAt(afterSpace(text, at + 1))
  return ![openBrace, openBracket, comma].includes(last) && next !== closeBrace && next !== closeBracket
}

/** Adds what a piece has of each thing that stood open where it begins, on the way of these names (of any, in a list), and of the last. */
function join(whole: unknown, piece: unknown, [name, ...further]: readonly string[]): void {
  if (Array.isArray(whole) && Array.isArray(piece)) {
    if (name !== undefined) join(whole.at(-1), piece[0], further)
    for (let i = name === undefined ? 0 : 1; i < piece.length; i++) whole.push(piece[i])
  } else if (isObject(whole) && isObject(piece)) {
    if (name !== undefined) join(whole[name], piece[name], further)
    for (const member of Object.keys(piece)) if (member !== name) whole[member] = piece[member]
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
