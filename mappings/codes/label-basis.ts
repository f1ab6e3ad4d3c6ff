/** Why the gateway labels a record. */
import { localSystem } from '../shared/extension.ts'

/** What the record's own codes are about; the coding's version is that of the rules. */
export const ownCodes = { system: localSystem('label-basis'), code: 'own-codes' } as const
