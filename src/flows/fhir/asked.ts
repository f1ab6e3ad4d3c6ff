/** The parameters of a read or history: what is wanted of each resource, and what the one at hand knows beside. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { rendering } from '../../fhir/interactions.ts'
import { readElements, readSummary, type View } from '../../fhir/view.ts'

/** The query of a request, decoded. */
export interface Asked {
  readonly pairs: readonly (readonly [name: string, value: string])[]
  /** Skip what is unknown instead of refusing (`Prefer: handling=lenient`). */
  readonly lenient: boolean
  /** Of a page: so many characters of resources, the one that fills it included. */
  readonly room?: number
}

interface Parameters {
  readonly view: View
  /** Those that were named to be known, each once. */
  readonly own: Readonly<Record<string, string | undefined>>
}

/** "Empty parameters are not an error – they are just ignored", if there are such at all. https://hl7.org/fhir/R4/search.html#Introduction */
export const hasValue = ([, text]: Asked['pairs'][number]): boolean => text !== ''

const plain: Result<Parameters> = ok({ view: {}, own: {} })
const ofTheView = new Set(['_summary', '_elements'])

/** Fails `not-supported` for a parameter that is not known here, `invalid` for one given twice or wrongly. */
export function parametersOf(asked: Asked, known: readonly string[] = []): Result<Parameters> {
  const parameters = countableOf(asked, known)
  if (parameters.ok && parameters.value.view.summary === 'count')
    return fail('not-supported', '_summary=count is for searches and histories.')
  return parameters
}

/** The same where there is something to count. */
export function countableOf({ pairs, lenient }: Asked, known: readonly string[] = []): Result<Parameters> {
  if (pairs.length === 0) return plain
  let view: View = {}
  const own: Record<string, string> = {}
  for (const [name, value] of pairs) {
    if (rendering.includes(name) || (value === '' && (ofTheView.has(name) || known.includes(name)))) continue
    if (name === '_summary') {
      const summary = readSummary(value)
      if (!summary.ok) return summary
      view = { ...view, summary: summary.value }
    } else if (name === '_elements') {
      const elements = readElements(value)
      if (!elements.ok) return elements
      view = { ...view, elements: elements.value }
    } else if (known.includes(name)) {
      if (own[name] !== undefined) return fail('invalid', `${name} may be given once.`)
      own[name] = value
    } else if (!lenient) return unknown(name)
  }
  return ok({ view, own })
}

/** Names are the sender's text too: only what looks like one is repeated. */
function unknown(name: string): ReturnType<typeof fail> {
  const label = /^[\w:.-]{1,100}$/.test(name) ? name : 'a parameter'
  return fail('not-supported', 'There is no such parameter here.', { issues: [{ path: label, message: 'is not known here' }] })
}
