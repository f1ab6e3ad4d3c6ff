/** How answers below `/fhir` look: headers of versions, what `Prefer` and `_pretty` ask for. https://hl7.org/fhir/R4/http.html */
import type { Result } from '../domain/problem.ts'
import { informationOutcome } from '../fhir/outcome.ts'
import { parseTree, prettyTree } from '../fhir/tree.ts'
import { anotherVersion, etag, httpDate, isAnother, notModified } from '../fhir/version.ts'
import type { Desk } from '../gateway.ts'
import { answerWith } from './answer.ts'
import type { Ctx } from './env.ts'
import { isPretty, refuse } from './problem-details.ts'

const contentType = 'application/fhir+json; charset=utf-8'

/** Of more characters nobody reads the lines, and to lay them out holds up everybody else. */
const readable = 1024 * 1024

export function answer(c: Ctx, status: 200 | 201, text: string, headers: Record<string, string> = {}): Response {
  const laidOut = isPretty(c) && text.length <= readable ? prettyTree(parseTree(text)) : text
  const body = laidOut.length > atOnce ? inPieces(laidOut) : laidOut
  return answerWith(c, status, body, { ...headers, 'content-type': contentType })
}

/** More characters, which answers to Bundles may have, are encoded as they are sent: all at once would hold up everybody else. */
const atOnce = 16 * 1024 * 1024
const piece = 1024 * 1024

function inPieces(text: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let from = 0
  return new ReadableStream({
    pull(controller) {
      // A character of two halves is not parted.
      const to = from + piece + (isFirstHalf(text.charCodeAt(from + piece - 1)) ? 1 : 0)
      controller.enqueue(encoder.encode(text.slice(from, to)))
      from = to
      if (from >= text.length) controller.close()
    },
  })
}

const isFirstHalf = (code: number): boolean => code >= 0xd800 && code < 0xdc00

/** The text of an answer, or why there is none. */
export const answered = (c: Ctx, done: Result<string>): Response =>
  done.ok ? answer(c, 200, done.value) : refuse(c, done.problem)

/** A stored version as a flow hands it over. */
export interface Version {
  readonly version: number
  /** FHIR instant. */
  readonly at: string
  readonly text?: string
}

/** A read: 304 where the caller has this version already. */
export function renderVersion(c: Ctx, read: Result<Version>): Response {
  if (!read.ok) return refuse(c, read.problem)
  const { version, at, text } = read.value
  const headers = versionHeaders(version, at)
  const lastUpdated = Date.parse(at)
  const wanted = { ifMatch: c.req.header('if-match'), ifUnmodifiedSince: c.req.header('if-unmodified-since') }
  if (isAnother(wanted, { version, lastUpdated })) return refuse(c, anotherVersion.problem)
  const asked = { ifNoneMatch: c.req.header('if-none-match'), ifModifiedSince: c.req.header('if-modified-since') }
  if (notModified(asked, { version, lastUpdated })) return answerWith(c, 304, null, headers)
  return answer(c, 200, text!, headers)
}

type Written = Awaited<ReturnType<Desk['updateResource']>>

/** A write, in the form that `Prefer: return=…` asks for. */
export function renderWritten(c: Ctx, base: string, written: Written): Response {
  if (!written.ok) return refuse(c, written.problem)
  const { effect, type, id, version, at, text, isUnread, issues } = written.value
  const headers = version === undefined || at === undefined ? {} : versionHeaders(version, at)
  const wish = prefer(c, 'return')
  const outcome = () => JSON.stringify(informationOutcome(issues ?? []))
  if (effect === 'deleted' || effect === 'absent')
    return wish === 'OperationOutcome' ? answer(c, 200, outcome(), headers) : answerWith(c, 204, null, headers)
  const status = effect === 'created' ? 201 : 200
  const located = { ...headers, location: `${base}/${type}/${id}/_history/${version}` }
  if (wish === 'minimal' || (isUnread && wish !== 'OperationOutcome')) return answerWith(c, status, null, located)
  return answer(c, status, wish === 'OperationOutcome' ? outcome() : text!, located)
}

const versionHeaders = (version: number, at: string): Record<string, string> => ({
  etag: etag(version),
  'last-modified': httpDate(Date.parse(at)),
})

/** `Prefer: return=minimal, handling=lenient`. https://hl7.org/fhir/R4/http.html#ops */
export function prefer(c: Ctx, name: 'return' | 'handling'): string | undefined {
  for (const wish of (c.req.header('prefer') ?? '').split(/[,;]/)) {
    const [key, value] = wish.split('=')
    if (key?.trim().toLowerCase() === name) return value?.trim().replaceAll('"', '')
  }
  return undefined
}
