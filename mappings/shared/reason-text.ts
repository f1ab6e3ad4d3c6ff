/** A reason in words: the text, or what a coding displays. Codings speak of the reason they came with. */
import type { CodeableConcept } from '@medplum/fhirtypes'
import { type Codec, cannot } from '../../src/lens/codec.ts'
import { hangingOn } from '../../src/lens/sibling.ts'

export const reasonText: Codec<CodeableConcept, string> = {
  name: 'reason in words',
  read: (raw, report) => raw.text ?? raw.coding?.find((one) => one.display)?.display ?? cannot(report, 'expected words'),
  write: (value, prior) => ({ ...hangingOn(prior), text: value }),
}
