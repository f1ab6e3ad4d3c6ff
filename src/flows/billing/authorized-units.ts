/** Units that payers have authorized for a client, less those that lines have used. */
import type { AuthorizationFact } from '../../billing/facts.ts'
import type { Steps } from '../../store/store.ts'

// biome-ignore lint/correctness/useYield: filled in with authorizations
export function* authorizationsFor(_clientId: string, _exceptSession: string): Steps<readonly AuthorizationFact[]> {
  return []
}
