/**
 * Bodies of requests: read once, within the path's limit, before the route runs. What is not text in UTF-8 is refused rather than
 * repaired: a replacement character would be kept as if somebody had written it.
 */
import { fail, ok, type Result } from '../domain/problem.ts'
import { textOf } from '../domain/utf8.ts'
import { type JsonObject, readAnyJson, readJson } from '../fhir/exact.ts'
import type { Ctx } from './env.ts'
import { bodyLimit } from './limits.ts'
import { refuse } from './problem-details.ts'
import type { Step } from './settle.ts'

const none = new Uint8Array()

/** So many bytes are put together as they come: at their end it would take too long. */
const long = 1024 * 1024

/** Reads the body into `c.get('body')`; 413 as soon as it grows too large. A body packed with gzip is unpacked within the same limit. */
export const readBody: Step = (c) => {
  const { method } = c.req
  if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') return receive(c)
  c.set('body', none)
  return undefined
}

async function receive(c: Ctx): Promise<Response | undefined> {
  const body = await bytesOf(c)
  if (!body.ok) return refuse(c, body.problem)
  c.set('body', body.value)
  return undefined
}

/** The body as text. */
export function textBody(c: Ctx): Result<string> {
  const text = textOf(c.get('body'))
  return text === undefined ? fail('unreadable', 'The body is not text in UTF-8.') : ok(text)
}

/** The body as JSON, for zod to look at: as strict as for FHIR (no member twice, none of a prototype's name, 64 levels, sound text). */
export function jsonBody(c: Ctx): Result<unknown> {
  const body = c.get('body')
  const read = readAnyJson(body, { bytes: body.length })
  return read.ok ? ok(read.value.value) : read
}

/** The body as a JSON object whose numbers keep their digits. */
export const exactBody = (c: Ctx): Result<JsonObject> => exactJson(c.get('body'))

export function exactJson(json: Uint8Array | string): Result<JsonObject> {
  const read = readJson(json, { bytes: json.length })
  return read.ok ? ok(read.value.value) : read
}

/** `jsonBody`, where a body may be left out: then an empty object. */
export const optionalJsonBody = (c: Ctx): Result<unknown> => (c.get('body').length === 0 ? ok({}) : jsonBody(c))

/** What a flow makes of a body; why that cannot be read, where it cannot. */
export const taken = async <B, T>(body: Result<B>, flow: (body: B) => Promise<Result<T>>): Promise<Result<T>> =>
  body.ok ? flow(body.value) : body

async function bytesOf(c: Ctx): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const limit = bodyLimit(c.req.path, c.get('limits'))
  const length = c.req.header('content-length')
  const encoding = (c.req.header('content-encoding') ?? 'identity').trim().toLowerCase()
  if (length !== undefined && Number(length) > limit) return tooLarge(limit)
  if (encoding !== 'identity' && encoding !== 'gzip')
    return fail('unsupported-media-type', 'A body may be packed with gzip, once, or not at all.')
  // The runtime holds a request to its Content-Length, so that these bytes are no more than announced.
  const announced = encoding === 'identity' ? Number(length ?? long) : long
  if (announced < long) return ok(new Uint8Array(await c.req.arrayBuffer()))
  const stream = c.req.raw.body
  if (!stream) return ok(none)
  const unpacked = encoding === 'gzip' ? stream.pipeThrough(new DecompressionStream('gzip')) : stream
  return gather(unpacked, limit, encoding === 'identity' && length !== undefined ? announced : limit)
}

/**
 * Room for all that was announced, or that there may be, is taken when more than the first of it has come: to copy what is there into more
 * room holds others up. Of what is taken but not filled the system makes no memory.
 */
async function gather(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  announced: number,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  let bytes = new Uint8Array(long)
  let length = 0
  try {
    for await (const chunk of stream) {
      const end = length + chunk.length
      if (end > limit) return tooLarge(limit)
      if (end > bytes.length) bytes = moved(bytes, Math.min(limit, Math.max(end, announced)))
      bytes.set(chunk, length)
      length = end
    }
  } catch {
    return fail('unreadable', 'The body broke off, or is not packed as it says.')
  }
  return ok(bytes.subarray(0, length))
}

function moved(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length)
  larger.set(bytes)
  return larger
}

const tooLarge = (limit: number) => fail('too-large', `The body is larger than ${limit} bytes.`)
