/** Location ↔ Location, written by hand: all rows of `mappings/location.location.ts`, with its checks and warnings. */
import type * as fhir from '@medplum/fhirtypes'
import type { Location } from '../../../src/domain/location.ts'
import { decimal } from '../../../src/lens/codecs.ts'
import type { Reading } from '../../../src/lens/mapping.ts'
import { at, digits, items, part, type Report, readAddress, readIdentifier, text, warn } from './checks.ts'
import { idIn } from './references.ts'
import { list, said, unlessSame, writeAddress, writeIdentifier } from './writes.ts'

export const placeOfService = 'https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set'
const twoDigits = /^\d{2}$/

const codeOf = (item: fhir.CodeableConcept): string | undefined =>
  Array.isArray(item?.coding) ? item.coding.find((one) => one?.system === placeOfService)?.code : undefined

function serviceCode(list: fhir.CodeableConcept[] | undefined, report: Report): string | undefined {
  if (!Array.isArray(list)) return undefined
  let code: string | undefined
  for (let i = 0; i < list.length; i++) {
    const one = codeOf(list[i]!)
    if (one === undefined) continue
    if (twoDigits.test(one)) code ??= one
    else warn(report, `type[${i}]`, 'expected two digits')
  }
  return code
}

const isActive = (status: unknown): boolean | undefined =>
  status === 'active' ? true : status === 'suspended' || status === 'inactive' ? false : undefined

export function readLocation({ Location: l }: { Location: fhir.Location }): Reading<Location> {
  const report: Report = []
  const active = isActive(l.status)
  if (active === undefined && l.status !== undefined) warn(report, 'status', 'unmapped status')
  const value: Location = {
    identifiers: items(l.identifier, readIdentifier, 'identifier', report),
    active,
    name: text(l.name, 'name', report),
    placeOfService: serviceCode(l.type, report),
    address: part(l.address, readAddress, 'address', report),
    lat: digits(l.position?.latitude, 'position.latitude', report),
    lon: digits(l.position?.longitude, 'position.longitude', report),
    organizationId: idIn(l.managingOrganization, 'Organization', 'managingOrganization', report),
  }
  if (report.length > 0) at('Location', report, 0)
  return { ok: true, value, warnings: report }
}

function writeType(code: string | undefined, now: fhir.CodeableConcept[] | undefined): fhir.CodeableConcept[] | undefined {
  const index = now ? now.findIndex((item) => codeOf(item) !== undefined) : -1
  if (code === undefined) return index < 0 ? now : now!.filter((item) => codeOf(item) === undefined)
  if (index >= 0 && codeOf(now![index]!) === code) return now
  const item = { coding: [{ system: placeOfService, code }] }
  return index < 0 ? [...(now ?? []), item] : now!.with(index, item)
}

const exactly = (value: string): number => decimal.write(value, undefined)

export function writeLocation(value: Location, parts?: { Location: fhir.Location }): { Location: fhir.Location } {
  const now = parts?.Location
  const reference = value.organizationId && `Organization/${value.organizationId}`
  const Location = unlessSame<fhir.Location>(
    {
      ...(now ?? { resourceType: 'Location' }),
      identifier: list(now?.identifier, value.identifiers, readIdentifier, ({ handle }) => handle ?? '', writeIdentifier),
      status:
        value.active === undefined ? undefined : value.active ? 'active' : now?.status === 'suspended' ? 'suspended' : 'inactive',
      name: value.name,
      type: writeType(value.placeOfService, now?.type),
      address: value.address && writeAddress(value.address, now?.address),
      position:
        value.lat === undefined
          ? undefined
          : said({
              ...now?.position,
              latitude: exactly(value.lat),
              longitude: value.lon === undefined ? undefined : exactly(value.lon),
            }),
      managingOrganization:
        reference === undefined
          ? undefined
          : now?.managingOrganization?.reference === reference
            ? now.managingOrganization
            : { reference },
    },
    now,
  )
  return Location === now ? parts! : { Location }
}
