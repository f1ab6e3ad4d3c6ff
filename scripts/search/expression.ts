/**
 * The part of FHIRPath that search parameters are written in (https://hl7.org/fhir/R4/searchparameter-registry.html), parsed into steps:
 * paths joined by `|`, with `ofType`, `as`, `where(name = 'text')`, `where(resolve() is Type)`, `extension('url')`. Anything else is an error.
 */
export type Step =
  | { readonly step: 'member'; readonly name: string }
  | { readonly step: 'ofType'; readonly type: string }
  /** Keep items whose member equals the text. */
  | { readonly step: 'where'; readonly name: string; readonly equals: string }
  /** Keep references to that type. */
  | { readonly step: 'resolvesTo'; readonly type: string }

/** The alternatives of an expression, each a list of steps from the resource (the leading type name included as first member). */
export function parseExpression(expression: string): { source: string; steps: Step[] }[] {
  return splitUnion(expression).map((source) => ({ source, steps: parsePath(source) }))
}

function splitUnion(expression: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i <= expression.length; i++) {
    const char = expression[i]
    if (char === '(') depth++
    else if (char === ')') depth--
    else if (char === undefined || (char === '|' && depth === 0)) {
      parts.push(expression.slice(start, i).trim())
      start = i + 1
    }
  }
  return parts
}

/** How a step looks after its path, and what it means. */
const grammar: readonly (readonly [RegExp, (first: string, second: string) => Step[]])[] = [
  [/^\.(?:ofType|as)\(\s*([A-Za-z]+)\s*\)/, (type) => [{ step: 'ofType', type }]],
  [/^\s+as\s+([A-Za-z]+)/, (type) => [{ step: 'ofType', type }]],
  [/^\.where\(\s*resolve\(\)\s+is\s+([A-Za-z]+)\s*\)/, (type) => [{ step: 'resolvesTo', type }]],
  [/^\.where\(\s*([A-Za-z]+)\s*=\s*'([^']*)'\s*\)/, (name, equals) => [{ step: 'where', name, equals }]],
  [
    /^\.extension\('([^']*)'\)/,
    (url) => [
      { step: 'member', name: 'extension' },
      { step: 'where', name: 'url', equals: url },
    ],
  ],
  [/^\.([A-Za-z]+)(?![A-Za-z(])/, (name) => [{ step: 'member', name }]],
]

function parsePath(source: string): Step[] {
  const steps: Step[] = []
  let rest = source
  if (rest.startsWith('(')) {
    const close = matching(rest)
    steps.push(...parsePath(rest.slice(1, close).trim()))
    rest = rest.slice(close + 1)
  } else {
    const name = /^[A-Za-z]+/.exec(rest)?.[0]
    if (name === undefined) throw new Error(`no path: ${source}`)
    steps.push({ step: 'member', name })
    rest = rest.slice(name.length)
  }
  while (rest !== '') {
    let found: RegExpExecArray | null = null
    for (const [pattern, meaning] of grammar) {
      found = pattern.exec(rest)
      if (!found) continue
      steps.push(...meaning(found[1] ?? '', found[2] ?? ''))
      rest = rest.slice(found[0].length)
      break
    }
    if (!found) throw new Error(`not understood: ${rest}`)
  }
  return steps
}

function matching(text: string): number {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++
    else if (text[i] === ')' && --depth === 0) return i
  }
  throw new Error(`unbalanced: ${text}`)
}
