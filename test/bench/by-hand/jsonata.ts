/** The same reading as a JSONata expression: what somebody would write there, without checks, warnings and handles. */
import jsonata from 'jsonata'
import { local, usCore } from '../../../mappings/shared/extension.ts'
import { placeOfService } from './location.ts'

const concept = (at: string): string =>
  `${at}.{ "codings": [coding.{ "system": system, "code": code, "display": display }], "text": text }`
const period = '"period": period.{ "start": start, "end": end }'
const identifiers = `[identifier.{ "system": system, "value": value, "use": use, "type": ${concept('type')}, ${period} }]`
const address = `{ "use": use, "text": text, "lines": [line], "city": city, "county": district, "state": state,
  "postalCode": postalCode, "country": country, ${period} }`
const ofUrl = (url: string, member: string): string => `extension[url = "${url}"].${member}`
const categories = (url: string): string =>
  `[extension[url = "${url}"].extension[url = "ombCategory"].valueCoding.{ "system": system, "code": code, "display": display }]`

export const patientAsClient = jsonata(`{
  "sensitivity": [meta.security[system = "http://terminology.hl7.org/CodeSystem/v3-ActCode"].code],
  "confidentiality": meta.security[system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"].code,
  "identifiers": ${identifiers},
  "active": active,
  "names": [name.{ "use": use, "text": text, "family": family, "given": [given], "prefix": $join(prefix, " "), "suffix": $join(suffix, " "), ${period} }],
  "birthDate": birthDate,
  "deceased": deceasedDateTime ? deceasedDateTime : deceasedBoolean,
  "gender": gender,
  "sexForScoring": $lookup({ "M": "male", "F": "female", "UNK": "unknown" }, ${ofUrl(usCore('us-core-birthsex'), 'valueCode')}),
  "languages": [communication.{ "code": language.coding[system = "urn:ietf:bcp:47"].code, "preferred": preferred }],
  "contacts": [telecom.{ "system": system, "value": value, "use": use, "rank": rank }],
  "addresses": [address.${address}],
  "race": ${categories(usCore('us-core-race'))},
  "ethnicity": ${categories(usCore('us-core-ethnicity'))},
  "legalStatus": ${ofUrl(local('legal-status'), 'valueCode')},
  "jurisdiction": ${ofUrl(local('jurisdiction'), 'valueCode')},
  "timeZone": ${ofUrl('http://hl7.org/fhir/StructureDefinition/timezone', 'valueCode')},
  "rurality": ${ofUrl(local('rurality'), 'valueCode')},
  "culturalNotes": [${ofUrl(local('cultural-note'), 'valueString')}],
  "veteran": ${ofUrl(local('veteran'), 'valueBoolean')},
  "disability": ${ofUrl(local('disability'), 'valueBoolean')},
  "mergedInto": $substringAfter(link[type = "replaced-by"].other.reference, "Patient/")
}`)

export const locationAsLocation = jsonata(`{
  "identifiers": ${identifiers},
  "active": status = "active",
  "name": name,
  "placeOfService": type.coding[system = "${placeOfService}"].code,
  "address": address.${address},
  "lat": $string(position.latitude),
  "lon": $string(position.longitude),
  "organizationId": $substringAfter(managingOrganization.reference, "Organization/")
}`)
