import { sha256Hex } from '../../src/digest.ts'
import { type Disclosure, sealedText } from '../../src/domain/disclosure.ts'
import type { Issue } from '../../src/domain/problem.ts'

/** Records that do not hash to what they say, or do not follow the one before; oldest first, as the chain was made. */
export function chainBreaks(disclosures: readonly Disclosure[]): readonly Issue[] {
  return disclosures.flatMap((one, i): Issue[] => [
    ...(one.hash === sha256Hex(sealedText(one)) ? [] : [{ path: `[${i}].hash`, message: 'is not the hash of this record' }]),
    ...(one.prevHash === disclosures[i - 1]?.hash
      ? []
      : [{ path: `[${i}].prevHash`, message: 'is not the hash of the one before' }]),
  ])
}
