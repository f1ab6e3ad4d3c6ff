/** Which forms of a body each part of the house reads, and which forms of an answer it can give. */
import { problem } from '../domain/problem.ts'
import type { Ctx } from './env.ts'
import { refuse } from './problem-details.ts'
import type { Step } from './settle.ts'

const json = ['application/json', 'application/merge-patch+json']
const fhir = ['application/fhir+json', 'application/json', 'text/json']
const form = ['application/x-www-form-urlencoded']
const hl7v2 = ['application/hl7-v2', 'x-application/hl7-v2+er7', 'text/plain', 'application/octet-stream']

/** By beginning of the path; the first that fits. Paths not named read no bodies, or look themselves. */
const readable: readonly (readonly [path: RegExp, types: readonly string[]])[] = [
  [/^\/fhir\/[^/]+(\/[^/]+)?\/_search$/, form],
  [/^\/fhir(\/|$)/, fhir],
  [/^\/(coordination|billing|admin)\//, json],
  [/^\/hl7v2(\/|$)/, hl7v2],
]

/** 415 for a body of another form than the path reads, 406 for an answer in a form that FHIR has and we have not. */
export const contentTypes: Step = (c) => {
  const { path } = c.req
  // PATCH is told that there is none, whatever its body's form.
  const none = c.req.method === 'PATCH' && path.startsWith('/fhir')
  const types = none || c.get('body').length === 0 ? undefined : readable.find(([pattern]) => pattern.test(path))?.[1]
  if (types && !types.includes(mediaType(c.req.header('content-type')))) {
    return refuse(c, problem('unsupported-media-type', `The body here is ${types.join(' or ')}.`))
  }
  if (path.startsWith('/fhir/') && wantsOther(c))
    return refuse(c, problem('not-acceptable', 'Answers are application/fhir+json.'))
  return undefined
}

const mediaType = (header: string | undefined): string => (header ?? '').split(';', 1)[0]!.trim().toLowerCase()

/** https://hl7.org/fhir/R4/http.html#mime-type: `_format` counts more than Accept. Only forms that name FHIR's other formats are refused. */
function wantsOther(c: Ctx): boolean {
  const format = c.req.query('_format')
  const wanted = format === undefined ? (c.req.header('accept') ?? '*/*').split(',') : [format]
  return !wanted.some((item) => /json|\*\/\*|application\/\*|^html$|text\/html/.test(item))
}
