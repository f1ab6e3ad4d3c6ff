/** How a refusal looks: problem details (https://www.rfc-editor.org/rfc/rfc9457), and an OperationOutcome below `/fhir`. */
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type Problem, problems } from '../domain/problem.ts'
import { outcome } from '../fhir/outcome.ts'
import type { Ctx } from './env.ts'

export function problemDetails(problem: Problem) {
  const { code, detail, issues, allowed } = problem
  const { status } = problems[code]
  return {
    type: `urn:handoff:problem:${code}`,
    title: titles[code] ?? readable(code),
    status,
    detail,
    code,
    issues,
    ...(allowed && { allowed }),
  }
}

/** Answers with the problem, in the form of the part of the house that was asked. */
export function refuse(c: Ctx, problem: Problem): Response {
  const status = problems[problem.code].status as ContentfulStatusCode
  if (problem.retryAfter !== undefined) c.header('Retry-After', String(problem.retryAfter))
  if (status === 401) c.header('WWW-Authenticate', challenge(c))
  if (status === 403) c.header('WWW-Authenticate', 'Bearer realm="warm-handoff", error="insufficient_scope"')
  const fhir = /^\/fhir(\/|$)/.test(c.req.path)
  const body = fhir ? JSON.stringify(outcome(problem), null, isPretty(c) ? 2 : 0) : JSON.stringify(problemDetails(problem))
  return c.body(body, status, { 'Content-Type': fhir ? 'application/fhir+json; charset=utf-8' : 'application/problem+json' })
}

/** https://hl7.org/fhir/R4/http.html#pretty */
export const isPretty = (c: Ctx): boolean =>
  c.get('pretty') || (c.req.url.includes('_pretty=') && c.req.query('_pretty') === 'true')

/** What is looked at in a browser by operators, which has a password to offer and no token. The care team signs in otherwise. */
export const isPage = (path: string): boolean => /^\/(console(?!\/work(\/|$))|docs|openapi\.json)(\/|$)/.test(path)

/** https://www.rfc-editor.org/rfc/rfc6750#section-3: without credentials no error is named. */
const challenge = (c: Ctx): string =>
  isPage(c.req.path)
    ? 'Basic realm="warm-handoff console"'
    : c.req.header('authorization') === undefined
      ? 'Bearer realm="warm-handoff"'
      : 'Bearer realm="warm-handoff", error="invalid_token"'

const titles: Partial<Record<Problem['code'], string>> = {
  unexpected: 'Something broke here',
  'too-costly': 'The question would take too much',
  'too-large': 'The request is too large',
}

const readable = (code: string): string => `${code[0]!.toUpperCase()}${code.slice(1).replaceAll('-', ' ')}`
