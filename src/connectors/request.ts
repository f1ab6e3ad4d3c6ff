/**
 * One request to a partner, with our credentials, and what its answer means for a delivery: done, come back, or no.
 * https://hl7.org/fhir/R4/http.html
 */
import { ok, type Result } from '../domain/problem.ts'
import type { SafeAnswer, SafeFetch, SafeRequest } from '../net/safe-fetch.ts'
import type { Credentials } from './auth/credentials.ts'
import { delivered, type Outcome } from './connector.ts'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface Call {
  readonly method: NonNullable<SafeRequest['method']>
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Statuses beside 2xx that the caller understands as an answer (404, 410 of a read …). */
  readonly also?: readonly number[]
}

export type Send = (call: Call) => Promise<Outcome<Answered>>

const timeoutMs = 30_000
const maxBytes = 20 * 1024 * 1024
const keptOfRefusal = 16 * 1024

/** `headers` go with every request. */
export function sender(
  base: string,
  safeFetch: SafeFetch,
  credentials: Credentials,
  headers: Readonly<Record<string, string>> = {},
): Send {
  const attempt = async (call: Call): Promise<Result<SafeAnswer>> => {
    const authorization = await credentials.authorization()
    if (!authorization.ok) return authorization
    return ok(
      await safeFetch({
        url: call.url,
        method: call.method,
        headers: {
          accept: 'application/fhir+json',
          ...headers,
          ...(call.body !== undefined && { 'content-type': 'application/fhir+json' }),
          ...call.headers,
        },
        ...(authorization.value !== undefined && { credentials: { base, authorization: authorization.value } }),
        ...(call.body !== undefined && { body: call.body }),
        timeoutMs,
        maxBytes,
      }),
    )
  }
  return async (call) => {
    let answer = await attempt(call)
    if (answer.ok && answer.value.outcome === 'answered' && answer.value.status === 401) {
      credentials.rejected()
      answer = await attempt(call)
    }
    if (!answer.ok) return { outcome: 'try-again', unanswered: false, reason: answer.problem.detail }
    return meaning(answer.value, call.also ?? [])
  }
}

/** 408, 425, 429 and 5xx may pass; every other refusal stands until somebody changes something. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504])

function meaning(answer: SafeAnswer, also: readonly number[]): Outcome<Answered> {
  if (answer.outcome !== 'answered')
    return { outcome: 'try-again', unanswered: answer.outcome === 'unanswered', reason: answer.reason }
  const { status, headers, bytes } = answer
  if ((status >= 200 && status < 300) || also.includes(status)) return delivered({ status, headers, bytes })
  if (passing.has(status)) {
    const afterMs = retryAfter(headers)
    // A 5xx says nothing about whether the write was applied.
    return {
      outcome: 'try-again',
      unanswered: status >= 500,
      reason: `status ${status}`,
      ...(afterMs !== undefined && { afterMs }),
    }
  }
  const detail = new TextDecoder().decode(bytes.subarray(0, keptOfRefusal))
  return { outcome: 'refused', status, stale: status === 409 || status === 412, detail }
}

/** Retry-After in seconds or as a date beside the partner's own Date. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000
  const wait = Date.parse(text) - Date.parse(headers.get('date') ?? '')
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined
}
