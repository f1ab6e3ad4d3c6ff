/** Versions over HTTP. https://hl7.org/fhir/R4/http.html#versioning */
import { fail, ok, type Result } from '../domain/problem.ts'

/** The number of one of our versions; undefined for what names none. */
export const versionNumber = (text: string): number | undefined => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined)

/** `W/"3"`. */
export const etag = (version: number | string): string => `W/"${version}"`

/** The version of a weak or strong ETag; undefined for anything else. */
export function parseEtag(text: string): string | undefined {
  return /^(?:W\/)?"([A-Za-z0-9\-.]{1,64})"$/.exec(text.trim())?.[1]
}

/** `If-Match` or `If-None-Match`: the versions named, or `*`. Fails `invalid`. */
function parseEtags(name: 'If-Match' | 'If-None-Match', header: string): Result<readonly string[]> {
  if (header.trim() === '*') return ok(['*'])
  const versions = header.split(',').map(parseEtag)
  return versions.includes(undefined) ? fail('invalid', `${name} must be ETags such as W/"3", or *.`) : ok(versions as string[])
}

/** What a caller says of the version that stands, as sent. https://www.rfc-editor.org/rfc/rfc9110#section-13.1 */
export interface Preconditions {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  /** An HTTP date. */
  readonly ifUnmodifiedSince?: string | undefined
}

/** The same, read. */
export interface Conditions {
  /** Versions of which one has to stand, or `*`. */
  readonly ifMatch?: readonly string[]
  /** Versions of which none may stand, or `*`. */
  readonly ifNoneMatch?: readonly string[]
  /** Milliseconds. */
  readonly unmodifiedSince?: number
}

/** Fails `invalid` for what are no ETags; a date that cannot be read is to be ignored, and so is one beside an If-Match. */
export function readConditions({ ifMatch, ifNoneMatch, ifUnmodifiedSince }: Preconditions): Result<Conditions> {
  const match = ifMatch === undefined ? undefined : parseEtags('If-Match', ifMatch)
  if (match && !match.ok) return match
  const noneMatch = ifNoneMatch === undefined ? undefined : parseEtags('If-None-Match', ifNoneMatch)
  if (noneMatch && !noneMatch.ok) return noneMatch
  const unmodifiedSince = match || ifUnmodifiedSince === undefined ? undefined : parseHttpDate(ifUnmodifiedSince)
  return ok({
    ...(match && { ifMatch: match.value }),
    ...(noneMatch && { ifNoneMatch: noneMatch.value }),
    ...(unmodifiedSince !== undefined && { unmodifiedSince }),
  })
}

/** A version that stands: milliseconds. */
interface Standing {
  readonly version: number | string
  readonly lastUpdated: number
}

const names = (versions: readonly string[], { version }: Standing): boolean =>
  versions.includes('*') || versions.includes(String(version))

/** The first condition that does not hold of what stands (undefined: nothing does), by its header. */
export function unmet(conditions: Conditions, current: Standing | undefined): string | undefined {
  const { ifMatch, ifNoneMatch, unmodifiedSince } = conditions
  if (ifMatch && !(current && names(ifMatch, current))) return 'If-Match'
  if (current && unmodifiedSince !== undefined && wholeSeconds(current) > unmodifiedSince) return 'If-Unmodified-Since'
  return current && ifNoneMatch && names(ifNoneMatch, current) ? 'If-None-Match' : undefined
}

/** HTTP dates have no more. */
const wholeSeconds = ({ lastUpdated }: Standing): number => Math.floor(lastUpdated / 1000) * 1000

/** Whether a list of ETags, or `*`, names this one. Weak and strong are the same here, as versions are. */
export const namesEtag = (header: string, tag: string): boolean =>
  header.split(',').some((one) => one.trim() === '*' || opaque(one) === opaque(tag))

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '')

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** `Last-Modified` (IMF-fixdate) of an instant in milliseconds. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
export const httpDate = (milliseconds: number): string => new Date(milliseconds).toUTCString()

/** An IMF-fixdate in milliseconds; undefined for anything else (an unreadable If-Modified-Since is to be ignored). */
export function parseHttpDate(text: string): number | undefined {
  const found = /^(\w{3}), (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/.exec(text.trim())
  if (!found) return undefined
  const [, day, date, month, year, hour, minute, second] = found
  const time = Date.UTC(Number(year), months.indexOf(month ?? ''), Number(date), Number(hour), Number(minute), Number(second))
  return days[new Date(time).getUTCDay()] === day && httpDate(time) === text.trim() ? time : undefined
}

/** Whether what a read is about to show is not the version that it names; what cannot be read of its conditions is ignored. */
export function isAnother(asked: Omit<Preconditions, 'ifNoneMatch'>, current: Standing): boolean {
  const conditions = readConditions(asked)
  return conditions.ok && unmet(conditions.value, current) !== undefined
}

export const anotherVersion = fail('precondition-failed', 'What stands is not the version that the request names.')

/** Whether a read may be answered 304: If-None-Match decides; If-Modified-Since only where it is absent. */
export function notModified(
  headers: { readonly ifNoneMatch?: string | undefined; readonly ifModifiedSince?: string | undefined },
  current: Standing,
): boolean {
  if (headers.ifNoneMatch !== undefined) {
    const versions = parseEtags('If-None-Match', headers.ifNoneMatch)
    return versions.ok && names(versions.value, current)
  }
  if (headers.ifModifiedSince === undefined) return false
  const since = parseHttpDate(headers.ifModifiedSince)
  return since !== undefined && wholeSeconds(current) <= since
}
