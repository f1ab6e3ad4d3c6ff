/** Names, contacts and addresses of people and organizations, with the local extensions that safety needs. */
import type * as fhir from '@medplum/fhirtypes'
import type { ContactPoint, HumanName, PostalAddress } from '../../src/domain/client.ts'
import type { Codec } from '../../src/lens/codec.ts'
import { bool, integer, joined, oneOf, text, withHandle } from '../../src/lens/codecs.ts'
import type { Place } from '../../src/lens/place.ts'
import { shape } from '../../src/lens/shape.ts'
import { period } from './datatypes.ts'
import { extension, local, usCore } from './extension.ts'

export const humanName: Codec<fhir.HumanName, HumanName> = withHandle(
  shape<fhir.HumanName, Omit<HumanName, 'handle'>>('HumanName', (at) => ({
    use: at.use.optional(oneOf('usual', 'official', 'temp', 'nickname', 'anonymous', 'old', 'maiden')),
    text: at.text.optional(text),
    family: at.family.optional(text),
    given: at.given.each(text, { by: (value) => value }),
    prefix: at.prefix.optional(joined),
    suffix: at.suffix.optional(joined),
    period: at.period.optional(period),
  })),
)

export const contactPoint: Codec<fhir.ContactPoint, ContactPoint> = withHandle(
  shape<fhir.ContactPoint, Omit<ContactPoint, 'handle'>>('ContactPoint', (at) => ({
    system: at.system.optional(oneOf('phone', 'fax', 'email', 'pager', 'url', 'sms', 'other')),
    value: at.value.optional(text),
    use: at.use.optional(oneOf('home', 'work', 'temp', 'old', 'mobile')),
    rank: at.rank.optional(integer),
    safe: extension(at, local('contact-safety')).valueCode.optional(oneOf('yes', 'no', 'ask-first')),
    safeNote: extension(at, local('contact-safety-note')).valueString.optional(text),
    isDirectAddress: extension(at, usCore('us-core-direct')).valueBoolean.optional(bool),
    period: at.period.optional(period),
  })),
)

/** An address as such; in a list it carries a handle. */
export const address: Codec<fhir.Address, Omit<PostalAddress, 'handle'>> = shape(
  'Address',
  (at: Place<fhir.Address, fhir.Address>) => ({
    use: at.use.optional(oneOf('home', 'work', 'temp', 'old', 'billing')),
    text: at.text.optional(text),
    lines: at.line.each(text, { by: (value) => value }),
    city: at.city.optional(text),
    county: at.district.optional(text),
    state: at.state.optional(text),
    postalCode: at.postalCode.optional(text),
    country: at.country.optional(text),
    homeless: extension(at, local('homeless')).valueBoolean.optional(bool),
    confidential: extension(at, local('confidential-address')).valueBoolean.optional(bool),
    period: at.period.optional(period),
  }),
)

export const postalAddress: Codec<fhir.Address, PostalAddress> = withHandle(address)
