/** Asks an identity provider, as a door hands it to the flows: JSON in 5 s and 64 KiB, no redirect. */
import type { SafeFetch } from './safe-fetch.ts'

interface Posted {
  readonly authorization: string
  readonly form: Readonly<Record<string, string>>
}

/** Undefined unless the answer was a 200 with JSON. */
export const askProviderBy =
  (safeFetch: SafeFetch) =>
  async (url: string, posted?: Posted): Promise<unknown> => {
    const form = posted && {
      method: 'POST' as const,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      credentials: { base: url, authorization: posted.authorization },
      body: new URLSearchParams(posted.form).toString(),
    }
    const answer = await safeFetch({ url, headers: { accept: 'application/json' }, timeoutMs: 5000, maxBytes: 65_536, ...form })
    if (answer.outcome !== 'answered' || answer.status !== 200) return undefined
    try {
      return JSON.parse(new TextDecoder().decode(answer.bytes))
    } catch {
      return undefined
    }
  }
