/**
 * Pages of other origins (SMART apps in browsers) may ask at the doors for programs: `/fhir`, `/oauth`, `/.well-known`.
 * https://fetch.spec.whatwg.org/#http-cors-protocol, https://hl7.org/fhir/smart-app-launch/app-launch.html#considerations-for-cross-origin-resource-sharing-cors-support
 */
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Env } from './env.ts'

const isDoor = (path: string): boolean => /^\/(fhir|oauth|\.well-known)(\/|$)/.test(path)

/** What anybody may know before they have a token is open to pages of any origin. */
const isPublic = (path: string): boolean => /^(\/fhir)?\/(metadata|\.well-known\/.*)$/.test(path)

/** Whether a page of this origin may ask here. `origins`: those of HANDOFF_CORS_ORIGINS; `*` is any. */
export const mayAskFrom = (origins: readonly string[], origin: string, path: string): boolean =>
  isDoor(path) && (origins.includes(origin) || origins.includes('*'))

/** Answers preflights, and names the origin in the answers to those that are listed; what has no `Origin` passes untouched. */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler<Env> {
  const answer = cors({
    origin: (origin, c) => (isPublic(c.req.path) ? '*' : mayAskFrom(origins, origin, c.req.path) ? origin : null),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposeHeaders: [
      ...['ETag', 'Location', 'Content-Location', 'Last-Modified', 'Retry-After', 'WWW-Authenticate'],
      ...['X-Request-Id', 'X-Correlation-Id'],
    ],
    maxAge: 600,
  })
  return (c, next) => (c.req.header('origin') === undefined || !isDoor(c.req.path) ? next() : answer(c, next))
}
