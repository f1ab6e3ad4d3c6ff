/** Somebody by one text: a literal reference (`Patient/p1`) where it is one, words for the display otherwise. */
import type { Reference } from '@medplum/fhirtypes'
import { type Codec, cannot } from '../../src/lens/codec.ts'
import { hangingOn } from '../../src/lens/sibling.ts'

const literal = /^[A-Z][A-Za-z]{1,40}\/[A-Za-z0-9\-.]{1,64}$/

export const party = <Raw extends Reference>(): Codec<Raw, string> => ({
  name: 'party',
  read({ reference, display }, report) {
    if (typeof reference === 'string' && literal.test(reference)) return reference
    return display !== undefined && !literal.test(display) && reference === undefined
      ? display
      : cannot(report, 'expected a reference or a name')
  },
  write: (value, prior) => {
    const member = literal.test(value) ? 'reference' : 'display'
    return prior?.[member] === value && (member === 'reference' || prior.reference === undefined)
      ? prior
      : ({ ...hangingOn(prior), [member]: value } as unknown as Raw)
  },
})
