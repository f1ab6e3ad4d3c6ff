/** Names, addresses and telephones (XPN, XAD, XTN), as the v2-to-FHIR guide maps them. */
import type { ContactPoint, HumanName, PostalAddress } from '../../src/domain/client.ts'
import type { Composite } from '../../src/hl7v2/segment.ts'
import { addressType, nameType, telecomEquipment, telecomUse, unmappedPersonCodes } from '../codes/hl7v2-person.ts'
import { period, present, type Reader, term } from './reader.ts'

const said = (...values: readonly (string | undefined)[]): readonly string[] => values.filter((value) => value !== undefined)
const joined = (...values: readonly (string | undefined)[]): string | undefined => said(...values).join(' ') || undefined

/** XPN: family, given, further given, suffix, prefix, degree, type. */
export function name(from: Composite, by: Reader): HumanName | undefined {
  const family = from.text(1)
  const given = said(from.text(2), from.text(3))
  if (family === undefined && given.length === 0) return undefined
  return present<HumanName>({
    use: term(from, 7, nameType, by, unmappedPersonCodes),
    family,
    given,
    prefix: from.text(5),
    suffix: joined(from.text(4), from.text(6), from.text(14)),
    period: period(from, 12, 13, by),
  })
}

/** XAD. The street may come in parts (SAD). */
export function address(from: Composite, by: Reader): PostalAddress | undefined {
  const street = from.part(1)
  const lines = said(street.text(1), street.text(2), street.text(3), from.text(2))
  const place = { city: from.text(3), county: from.text(9), state: from.text(4), postalCode: from.text(5), country: from.text(6) }
  if (lines.length === 0 && present(place) === undefined) return undefined
  return present<PostalAddress>({
    use: term(from, 7, addressType, by, unmappedPersonCodes),
    lines,
    ...place,
    period: period(from, 13, 14, by),
  })
}

/** XTN. Fields named "phone number" hold one unless they say otherwise; `use` is that of the field where XTN.2 is silent. */
export function contact(from: Composite, use: 'home' | 'work', by: Reader): ContactPoint | undefined {
  const number = from.text(12) ?? assembled(from) ?? from.text(1)
  const equipment = from.text(3)?.toUpperCase()
  const electronic = equipment === 'INTERNET' || equipment === 'X.400' || from.text(2)?.toUpperCase() === 'NET'
  const email = electronic || (number === undefined && equipment === undefined)
  const value = email ? (from.text(4) ?? number) : number
  if (value === undefined) return undefined
  const system = email ? 'email' : equipment === undefined ? 'phone' : term(from, 3, telecomEquipment, by)
  const told = from.text(2) === undefined ? use : term(from, 2, telecomUse, by, unmappedPersonCodes)
  return present<ContactPoint>({ system, value, use: equipment === 'CP' ? 'mobile' : told })
}

/** Country, area, local number and extension, written as one. */
function assembled(from: Composite): string | undefined {
  const local = from.text(7)
  if (local === undefined) return undefined
  const [country, area, extension] = [from.text(5), from.text(6), from.text(8)]
  return joined(country && `+${country}`, area, local, extension && `X${extension}`)
}
