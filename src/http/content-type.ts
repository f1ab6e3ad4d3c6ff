/** Which forms of a body each part of the house reads, and which forms of an answer it can give. */
import { problem } from '../domain/problem.ts'
import { type Body, type Route, type RouteName, routeOf, routes } from '../fhir/interactions.ts'
import type { Ctx } from './env.ts'
import { refuse } from './problem-details.ts'
import type { Step } from './settle.ts'

const json = ['application/json', 'application/merge-patch+json']
const fhir = ['application/fhir+json', 'application/json', 'text/json']
const form = ['application/x-www-form-urlencoded']
const notices = ['message/rfc822', 'multipart/report', 'message/disposition-notification', 'message/delivery-status']
const xml = ['application/xml', 'text/xml', 'application/cda+xml', 'application/hl7-cda+xml']
const hl7v2 = ['application/hl7-v2', 'x-application/hl7-v2+er7', 'text/plain', 'application/octet-stream']

/** By beginning of the path; the first that fits. Paths not named read no bodies, or look themselves. */
const readable: readonly (readonly [path: RegExp, types: readonly string[]])[] = [
  [/^\/admin\/connections\/[^/]+\/notices$/, notices],
  [/^\/(coordination|billing|admin)\//, json],
  [/^\/hl7v2(\/|$)/, hl7v2],
  [/^\/documents(\/|$)/, xml],
]

const ofBodies: Readonly<Record<Body, readonly string[]>> = {
  resource: fhir,
  patch: ['application/json-patch+json', ...fhir],
  form,
}

/** 415 for a body of another form than the path reads, 406 for an answer in a form that FHIR has and we have not. */
export const contentTypes: Step = (c) => {
  const { path } = c.req
  const isFhir = path === '/fhir' || path.startsWith('/fhir/')
  if (c.get('body').length > 0) {
    const types = isFhir ? ofRoute(c) : readable.find(([pattern]) => pattern.test(path))?.[1]
    const header = c.req.header('content-type')
    if (types && !bringsContent(c) && !(types.includes(mediaType(header)) && isReadable(header!)))
      return refuse(c, problem('unsupported-media-type', `The body here is ${types.join(' or ')}, in UTF-8.`))
  }
  if (isFhir && !path.startsWith('/fhir/.') && !isContent(c) && wantsOther(c)) return refuse(c, notAcceptable)
  return undefined
}

export const notAcceptable = problem('not-acceptable', 'Answers are application/fhir+json, of FHIR 4.0.')

/** What a request without a route brings is of no matter: it is told so. */
function ofRoute(c: Ctx): readonly string[] | undefined {
  const found = routeOf(c.req.method, c.req.path.slice('/fhir'.length))
  const route: Route | undefined = found && routes[found.name]
  return route?.body && ofBodies[route.body]
}

/** The media type of a Content-Type, without its parameters. */
export const mediaType = (header: string | undefined): string => (header ?? '').split(';', 1)[0]!.trim().toLowerCase()

/** Parameters of a media type: another character set, or another release of FHIR, is not read. */
const isReadable = (header: string): boolean => !/;\s*charset=(?!"?utf-8)/i.test(header) && isOurRelease(header)

/** https://hl7.org/fhir/R4/versioning.html#mt-version */
const isOurRelease = (header: string): boolean => !/;\s*fhirversion=(?!"?4\.0(?![\d]))/i.test(header)

/** A Binary may be read in its own form, and says itself which that is. */
const isContent = (c: Ctx): boolean => !c.req.url.includes('_format=') && isOfBinary(c, ['read', 'vread'])

/** A Binary may be written in its own form, too: it is that of FHIR where FHIR's own is said. XML is not read, and so not told from it. */
export function bringsContent(c: Ctx): boolean {
  const type = mediaType(c.req.header('content-type'))
  return type.includes('/') && ![...fhir, 'application/fhir+xml'].includes(type) && isOfBinary(c, ['create', 'update'])
}

function isOfBinary(c: Ctx, names: readonly RouteName[]): boolean {
  if (!c.req.path.startsWith('/fhir/Binary')) return false
  const found = routeOf(c.req.method, c.req.path.slice('/fhir'.length))
  return found?.at.type === 'Binary' && names.includes(found.name)
}

/** https://hl7.org/fhir/R4/http.html#mime-type: `_format` counts more than Accept. */
export function wantsOther(c: Ctx): boolean {
  const format = c.req.url.includes('_format=') ? c.req.query('_format') : undefined
  if (format) return !isFormat(format)
  const accept = c.req.header('accept')
  return accept !== undefined && accept.trim() !== '' && !accept.split(',').some(isServed)
}

/** Is a form of FHIR's asked for by its name? A Binary comes as the resource for nobody else. https://hl7.org/fhir/R4/binary.html#rest */
export const namesFhir = (c: Ctx): boolean =>
  Boolean(c.req.query('_format')) || (c.req.header('accept') ?? '').split(',').some((one) => fhir.includes(mediaType(one)))

/** A plus that nobody escaped reads as a space. */
export const isFormat = (format: string): boolean => isServed(format.replace(' ', '+'))

const served = new Set(['json', ...fhir, '*/*', 'application/*', 'text/html'])

/** A browser is shown JSON, too. What is wanted with weight nought is not wanted. */
const isServed = (wanted: string): boolean =>
  served.has(mediaType(wanted)) && isOurRelease(wanted) && !/;\s*q=0(\.0*)?\s*$/.test(wanted)
