/**
 * Expected failures are values: a stable code, the FHIR issue type and HTTP status that go with it, and the places concerned.
 * `fhir/outcome.ts` (OperationOutcome) and `http/problem-details.ts` (RFC 9457) and `hl7v2/acknowledge.ts` (ERR) render them.
 *
 * A problem's texts never quote what was sent: they name places and rules, so that no health data reaches a log or an error page.
 */

/** Stable code → what it is on each surface. Codes are part of the public interface: add, never rename. */
export const problems = {
  /** Not readable as JSON, HL7 v2, a search expression … https://hl7.org/fhir/R4/valueset-issue-type.html */
  unreadable: { status: 400, issue: 'structure' },
  /** Readable, but breaks the shape, a rule of the type, or a limit of the request. */
  invalid: { status: 400, issue: 'invalid' },
  /** A search parameter, modifier, type or operation that this server does not have. */
  'not-supported': { status: 400, issue: 'not-supported' },
  /** No usable credentials. */
  unauthenticated: { status: 401, issue: 'login' },
  /** Known caller, not allowed. */
  forbidden: { status: 403, issue: 'forbidden' },
  'not-found': { status: 404, issue: 'not-found' },
  'method-not-allowed': { status: 405, issue: 'not-supported' },
  'not-acceptable': { status: 406, issue: 'not-supported' },
  /** The state machine does not allow this event here; the detail names the allowed ones. */
  'illegal-event': { status: 409, issue: 'conflict' },
  /** Same key, other content; or an edit that collides with another. */
  conflict: { status: 409, issue: 'conflict' },
  /** Was here, is deleted. */
  gone: { status: 410, issue: 'deleted' },
  /** If-Match (or another condition) does not hold. */
  'precondition-failed': { status: 412, issue: 'conflict' },
  /** A conditional interaction matches more than one resource. */
  'multiple-matches': { status: 412, issue: 'multiple-matches' },
  /** Well asked, but to answer it would take more than one question may; the detail says how to ask for less. */
  'too-costly': { status: 422, issue: 'too-costly' },
  'too-large': { status: 413, issue: 'too-long' },
  'unsupported-media-type': { status: 415, issue: 'not-supported' },
  /** Well-formed, but breaks a rule of the domain, a profile or an invariant. */
  'rule-broken': { status: 422, issue: 'business-rule' },
  /** The state machine allows it, but something stands in the way of that state: the issues name what. */
  'guard-failed': { status: 422, issue: 'business-rule' },
  /** A patch cannot be applied to what stands there, or leaves something that is no such resource. */
  'patch-failed': { status: 422, issue: 'processing' },
  /** A reference that should resolve does not. */
  'unresolved-reference': { status: 422, issue: 'not-found' },
  /** If-Match is needed here. */
  'precondition-required': { status: 428, issue: 'required' },
  'too-many-requests': { status: 429, issue: 'throttled' },
  /** A bug or a broken machine: only an incident id goes out. */
  unexpected: { status: 500, issue: 'exception' },
  /** The store cannot write just now (disk full, shutting down). */
  unavailable: { status: 503, issue: 'transient' },
  /** A partner answered wrongly or not at all. */
  'partner-failed': { status: 502, issue: 'transient' },
} as const

export type ProblemCode = keyof typeof problems

/** One finding: where (FHIRPath such as `Patient.birthDate`, an HL7 v2 place such as `PV1-45`, a JSON path) and what is wrong there. */
export interface Issue {
  readonly path?: string
  readonly message: string
  /** The other record that this tells of (`Type/id`): whoever may not see that one is not told (`flows/heard.ts`). */
  readonly about?: string
  /** `warning` and `information` inform; only `error` (the default) refuses. */
  readonly severity?: 'error' | 'warning' | 'information'
  /** What R4 calls it, where that is known better than of the whole problem. https://hl7.org/fhir/R4/valueset-issue-type.html */
  readonly kind?: 'invariant' | 'code-invalid' | 'invalid'
}

export interface Problem {
  readonly code: ProblemCode
  /** One sentence for a person; no content of any message in it. */
  readonly detail: string
  readonly issues: readonly Issue[]
  /** For `illegal-event`: the events allowed here. */
  readonly allowed?: readonly string[]
  /** For `too-many-requests` and `unavailable`: seconds to wait. */
  readonly retryAfter?: number
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem }

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })

/** What it comes to; undefined where it throws, for what says no in no other way. */
export function unlessThrown<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

export function problem(code: ProblemCode, detail: string, rest: Partial<Omit<Problem, 'code' | 'detail'>> = {}): Problem {
  return { code, detail, issues: [], ...rest }
}

export function fail(
  code: ProblemCode,
  detail: string,
  rest: Partial<Omit<Problem, 'code' | 'detail'>> = {},
): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: problem(code, detail, rest) }
}
