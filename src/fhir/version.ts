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

/** `If-Match`: a version, or `*` (any, but one). Fails `invalid`. */
export function parseIfMatch(header: string): Result<string> {
  if (header.trim() === '*') return ok('*')
  const version = parseEtag(header)
  return version === undefined ? fail('invalid', 'If-Match must be one ETag such as W/"3".') : ok(version)
}

/** `If-None-Match`: the versions named, or `*`. Fails `invalid`. */
export function parseIfNoneMatch(header: string): Result<readonly string[]> {
  if (header.trim() === '*') return ok(['*'])
  const versions = header.split(',').map(parseEtag)
  return versions.includes(undefined)
    ? fail('invalid', 'If-None-Match must be ETags such as W/"3", or *.')
    : ok(versions as string[])
}

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

/** Whether a read may be answered 304: If-None-Match decides; If-Modified-Since only where it is absent. */
export function notModified(
  headers: { readonly ifNoneMatch?: string | undefined; readonly ifModifiedSince?: string | undefined },
  current: { readonly version: number | string; readonly lastUpdated: number },
): boolean {
  if (headers.ifNoneMatch !== undefined) {
    const versions = parseIfNoneMatch(headers.ifNoneMatch)
    return versions.ok && (versions.value.includes('*') || versions.value.includes(String(current.version)))
  }
  if (headers.ifModifiedSince === undefined) return false
  const since = parseHttpDate(headers.ifModifiedSince)
  return since !== undefined && Math.floor(current.lastUpdated / 1000) * 1000 <= since
}
