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
  const own: Record<string, string> = {}
  for (const [name, value] of pairs) {
    const isKnown = name === '_summary' || name === '_elements' || known.includes(name)
    if (rendering.includes(name) || (isKnown && value === '')) continue
    if (!isKnown && !lenient) return unknown(name)
    if (!isKnown) continue
    if (own[name] !== undefined) return fail('invalid', `${name} may be given once.`)
    own[name] = value
  }
  const summary = own._summary === undefined ? undefined : readSummary(own._summary)
  if (summary?.ok === false) return summary
  const elements = own._elements === undefined ? undefined : readElements(own._elements)
  if (elements?.ok === false) return elements
  return ok({ view: { ...(summary && { summary: summary.value }), ...(elements && { elements: elements.value }) }, own })
}

/** Names are the sender's text too: only what looks like one is repeated. */
function unknown(name: string): ReturnType<typeof fail> {
  const label = /^[\w:.-]{1,100}$/.test(name) ? name : 'a parameter'
  return fail('not-supported', 'There is no such parameter here.', {
    issues: [{ path: label, message: `${label} is not known here.` }],
  })
}
