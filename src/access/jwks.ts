/** Key sets of clients: which keys are usable, and where those come from that are registered by address. */
import type { JWK } from 'jose'

/**
 * The keys at an address, as fresh as their Cache-Control demands. A `kid` that is not among them makes it look again, at most once in
 * 30 s. Undefined: the address did not answer with a key set.
 */
export type KeySource = (uri: string, kid: string) => Promise<readonly JWK[] | undefined>
