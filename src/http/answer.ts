/** Answers as most routes give them. */
import type { Result } from '../domain/problem.ts'
import type { Ctx } from './env.ts'
import { refuse } from './problem-details.ts'

/** What a flow answered, as JSON. */
export const json = (c: Ctx, done: Result<object>): Response => (done.ok ? c.json(done.value) : refuse(c, done.problem))

/** 204 where something was done that leaves nothing to show. */
export const noContent = (c: Ctx, done: Result<unknown>): Response => (done.ok ? c.body(null, 204) : refuse(c, done.problem))

/** Texts from this length on are put into bytes once, instead of being copied each time that somebody asks how long they are in bytes. */
const long = 4096
const encoder = new TextEncoder()

/**
 * An answer with these headers, named in lower case, and those that every answer has: as a plain record they cost a third of what they do
 * in a `Headers` object.
 */
export function answerWith(
  c: Ctx,
  status: number,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null,
  headers: Readonly<Record<string, string>>,
): Response {
  c.set('framed', true)
  const content = typeof body === 'string' && body.length >= long ? encoder.encode(body) : body
  return new Response(content, { status, headers: { ...c.get('headers'), ...headers } })
}
