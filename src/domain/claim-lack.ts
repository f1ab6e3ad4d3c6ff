/** What keeps a service line out of an interchange of claims. */

/** Why a line is not in an interchange. Stable. */
export const lackCodes = {
  missing: 'is missing',
  'too-long': 'is longer than a claim can say',
  'too-short': 'is shorter than a claim wants it',
  character: 'has letters that X12 cannot say',
  invalid: 'is not what stands there in a claim',
  'too-many': 'has more than a claim can hold',
  'pays-first': 'is of a payer who pays before, and has not decided yet',
  consent: 'may not be told this, as far as the client has agreed',
  beside: 'is wrong or missing in another line of the same claim',
} as const

export interface Lack {
  readonly code: keyof typeof lackCodes
  /** As in the feed of service lines: `client.birthDate`. */
  readonly path: string
}
