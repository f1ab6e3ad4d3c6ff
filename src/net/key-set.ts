/** Gets a client's key set from its address, as a door hands it to `access/jwks.ts`: https only, no redirect, 5 s, 64 KiB. */
import type { SafeFetch } from './safe-fetch.ts'

interface KeySetAnswer {
  readonly text: string
  readonly cacheControl: string | undefined
}

/** The answer is undefined unless it was a 200. */
export const keySetBy =
  (safeFetch: SafeFetch) =>
  async (uri: string): Promise<KeySetAnswer | undefined> => {
    const answer = await safeFetch({ url: uri, headers: { accept: 'application/json' }, timeoutMs: 5000, maxBytes: 65_536 })
    if (answer.outcome !== 'answered' || answer.status !== 200) return undefined
    return { text: new TextDecoder().decode(answer.bytes), cacheControl: answer.headers.get('cache-control') ?? undefined }
  }
