/** Asks an identity provider, as a door hands it to the flows: JSON in 5 s and 64 KiB, no redirect. */
import { unlessThrown } from '../domain/problem.ts'
import type { SafeFetch } from './safe-fetch.ts'

interface Posted {
  readonly authorization?: string
  readonly form: Readonly<Record<string, string>>
}

/** Milliseconds for which what a provider tells of itself is taken as good. */
const fresh = 5 * 60_000

/** Undefined unless the answer was a 200 with JSON. What is only asked for is asked for once in a while, however many sign in. */
export function askProviderBy(safeFetch: SafeFetch, clock: () => number): (url: string, posted?: Posted) => Promise<unknown> {
  const told = new Map<string, { readonly answer: Promise<unknown>; readonly until: number }>()
  return async (url, posted) => {
    if (posted) return asked(safeFetch, url, posted)
    const known = told.get(url)
    if (known && clock() < known.until) return known.answer
    const answer = asked(safeFetch, url)
    told.set(url, { answer, until: clock() + fresh })
    let isGood = false
    try {
      isGood = (await answer) !== undefined
      return answer
    } finally {
      if (!isGood) told.delete(url)
    }
  }
}

async function asked(safeFetch: SafeFetch, url: string, posted?: Posted): Promise<unknown> {
  const form = posted && {
    method: 'POST' as const,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    ...(posted.authorization !== undefined && { credentials: { base: url, authorization: posted.authorization } }),
    body: new URLSearchParams(posted.form).toString(),
  }
  const answer = await safeFetch({ url, headers: { accept: 'application/json' }, timeoutMs: 5000, maxBytes: 65_536, ...form })
  if (answer.outcome !== 'answered' || answer.status !== 200) return undefined
  return unlessThrown(() => JSON.parse(new TextDecoder().decode(answer.bytes)))
}
