/** What the gateway says of a resource in `meta.tag`. */
import { localSystem } from '../shared/extension.ts'

/** Kept though it breaks a rule of R4, or a profile that it claims. The gateway alone sets it and takes it away. */
export const invalidTag = { system: localSystem('validation'), code: 'invalid' } as const
