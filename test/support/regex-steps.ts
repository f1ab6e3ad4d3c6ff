/**
 * Regular expressions run step by step, as an engine that backtracks runs them: how many steps a text takes is counted, not how long. What
 * stands in them is taken from their source; what one character matches is asked of the expression itself.
 */

type Part =
  | { readonly kind: 'sign'; readonly fits: (sign: string) => boolean; readonly samples: readonly string[] }
  | { readonly kind: 'row'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly options: readonly Part[] }
  | { readonly kind: 'repeat'; readonly of: Part; readonly least: number; readonly most: number; readonly lazy: boolean }
  | { readonly kind: 'look'; readonly of: Part; readonly back: boolean; readonly not: boolean }
  | { readonly kind: 'edge'; readonly holds: (text: string, at: number) => boolean }

/** Letters that texts are made of. */
const alphabet = [...'aAzZ0159 \t\n\r-_./:;,|^&~\\\'"<>=+@#%$*(){}[]!?éß\u00a0\u2028']

/** https://tc39.es/ecma262/#sec-patterns, as far as it is used here; throws on anything else. */
export function parseRegex({ source, flags }: RegExp): Part {
  const modes = flags.replaceAll(/[^iusv]/g, '')
  // What the expression itself speaks of comes first.
  const letters = alphabet.toSorted((a, b) => Number(source.includes(b)) - Number(source.includes(a)))
  let at = 0
  const isNext = (text: string): boolean => source.startsWith(text, at)
  const take = (text: string): boolean => {
    const found = isNext(text)
    if (found) at += text.length
    return found
  }

  const choice = (): Part => {
    const options = [row()]
    while (take('|')) options.push(row())
    return options.length === 1 ? options[0]! : { kind: 'choice', options }
  }
  const row = (): Part => {
    const parts: Part[] = []
    while (at < source.length && !isNext('|') && !isNext(')')) parts.push(repeated(atom()))
    return { kind: 'row', parts }
  }
  const repeated = (of: Part): Part => {
    const [whole, least, comma, most] = /^(?:\{(\d+)(,?)(\d*)\}|[*+?])/.exec(source.slice(at)) ?? []
    if (whole === undefined) return of
    at += whole.length
    const lazy = take('?')
    if (whole === '?') return { kind: 'repeat', of, least: 0, most: 1, lazy }
    if (whole === '*' || whole === '+')
      return { kind: 'repeat', of, least: whole === '+' ? 1 : 0, most: Number.POSITIVE_INFINITY, lazy }
    const end = most ? Number(most) : comma ? Number.POSITIVE_INFINITY : Number(least)
    return { kind: 'repeat', of, least: Number(least), most: end, lazy }
  }
  const closed = (part: Part): Part => {
    if (!take(')')) throw new Error(`a group without end in ${source}`)
    return part
  }
  const atom = (): Part => {
    for (const [opening, back, not] of looks) if (take(opening)) return closed({ kind: 'look', of: choice(), back, not })
    if (take('(?:')) return closed(choice())
    if (isNext('(')) {
      at += /^\((?:\?<\w+>)?/.exec(source.slice(at))![0].length
      return closed(choice())
    }
    if (take('^')) return { kind: 'edge', holds: (text, i) => i === 0 || (flags.includes('m') && text[i - 1] === '\n') }
    if (take('$')) return { kind: 'edge', holds: (text, i) => i === text.length || (flags.includes('m') && text[i] === '\n') }
    if (take('\\b')) return { kind: 'edge', holds: (text, i) => isWord(text[i - 1]) !== isWord(text[i]) }
    const sign = /^(?:\[(?:\\[\s\S]|[^\]\\])*\]|\\(?:u\{[^}]*\}|u.{4}|x..|[pP]\{[^}]*\}|[^1-9k])|[^*+?{}()|[\]\\])/u.exec(
      source.slice(at),
    )?.[0]
    if (sign === undefined) throw new Error(`not understood at ${at} in ${source}`)
    at += sign.length
    const own = new RegExp(`^(?:${sign})$`, modes)
    return { kind: 'sign', fits: (one) => own.test(one), samples: letters.filter((one) => own.test(one)) }
  }
  const whole = choice()
  if (at < source.length) throw new Error(`not understood at ${at} in ${source}`)
  return whole
}

const looks = [
  ['(?=', false, false],
  ['(?!', false, true],
  ['(?<=', true, false],
  ['(?<!', true, true],
] as const
const isWord = (sign: string | undefined): boolean => sign !== undefined && /\w/.test(sign)

/** Steps until the first match, or until it is known that there is none; no more than `most`. */
export function stepsOf(whole: Part, text: string, most = 200_000): number {
  let steps = 0
  const run = (part: Part, at: number, then: (at: number) => boolean): boolean => {
    if (++steps > most) return true
    switch (part.kind) {
      case 'sign':
        return at < text.length && part.fits(text[at]!) && then(at + 1)
      case 'row': {
        const from = (n: number, i: number): boolean =>
          n === part.parts.length ? then(i) : run(part.parts[n]!, i, (j) => from(n + 1, j))
        return from(0, at)
      }
      case 'choice':
        return part.options.some((option) => run(option, at, then))
      case 'repeat': {
        const more = (n: number, i: number): boolean => {
          const again = () => n < part.most && run(part.of, i, (j) => (j > i || n < part.least) && more(n + 1, j))
          const enough = () => n >= part.least && then(i)
          return part.lazy ? enough() || again() : again() || enough()
        }
        return more(0, at)
      }
      case 'look': {
        // One that looks back is as long as it can be; here all are short.
        const begins = part.back ? Array.from({ length: Math.min(at, 8) + 1 }, (_, n) => at - n) : [at]
        return begins.some((i) => run(part.of, i, (j) => !part.back || j === at)) !== part.not && then(at)
      }
      case 'edge':
        return part.holds(text, at) && then(at)
    }
  }
  for (let start = 0; start <= text.length; start++) if (run(whole, start, () => true)) break
  return steps
}

/** A text that fits, of the letters that come `nth` among those that do. */
function sampleOf(part: Part, nth: number): string {
  switch (part.kind) {
    case 'sign':
      return part.samples[nth % Math.max(1, part.samples.length)] ?? ''
    case 'row':
      return part.parts.map((one) => sampleOf(one, nth)).join('')
    case 'choice':
      return sampleOf(part.options[nth % part.options.length]!, nth)
    case 'repeat':
      return sampleOf(part.of, nth).repeat(Math.max(1, Math.min(part.least, 50)))
    default:
      return ''
  }
}

/** Texts that go on and on in whatever may be repeated without end, and then do not end as they should. */
export function hostileTo(whole: Part, length: number): readonly string[] {
  const found = new Set<string>()
  const visit = (part: Part, before: string): void => {
    if (part.kind === 'row')
      for (const [n, one] of part.parts.entries())
        visit(
          one,
          before +
            part.parts
              .slice(0, n)
              .map((other) => sampleOf(other, 0))
              .join(''),
        )
    if (part.kind === 'choice') for (const option of part.options) visit(option, before)
    if (part.kind === 'look') visit(part.of, before)
    if (part.kind !== 'repeat') return
    visit(part.of, before)
    if (part.most < 1000) return
    for (let nth = 0; nth < 8; nth++) {
      const pumped = sampleOf(part.of, nth).repeat(length).slice(0, length)
      for (const start of new Set([before, ''])) for (const end of ['', '\u0001', 'a!']) found.add(start + pumped + end)
    }
  }
  visit(whole, '')
  return [...found]
}

/** The regular expressions that a file of code says; what stands between two slashes of a template is none. */
export function regexesIn(code: string): readonly RegExp[] {
  const found: RegExp[] = []
  const token =
    /\/\/.*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|(?<=(?:[(,=:[!&|?{};+>]|\breturn|\bcase)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])*\/[dgimsuvy]*/g
  for (const [text] of code.matchAll(token)) {
    const [, source, flags] = /^\/(?![/*])([\s\S]+)\/([a-z]*)$/.exec(text) ?? []
    if (source !== undefined && !/[`]|\$\{/.test(source)) found.push(...compiled(source, flags))
  }
  return found
}

/** What stands between two slashes of a text is none. */
function compiled(source: string, flags = ''): readonly RegExp[] {
  try {
    return [new RegExp(source, flags)]
  } catch {
    return []
  }
}
