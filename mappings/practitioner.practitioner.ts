/**
 * Practitioner ↔ Practitioner, and a PractitionerRole for each role. https://hl7.org/fhir/R4/practitioner.html
 * https://hl7.org/fhir/R4/practitionerrole.html
 */
import type * as fhir from '@medplum/fhirtypes'
import {
  type Credential,
  credentialStatuses,
  nucc,
  Practitioner,
  type PractitionerRole,
  type Profession,
} from '../src/domain/practitioner.ts'
import { staffLevels } from '../src/domain/service-line.ts'
import { codeIn } from '../src/lens/code-table.ts'
import { type Codec, cannot, isUnread } from '../src/lens/codec.ts'
import { bool, dateTime, idOf, oneOf, text, withHandle } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { inside, shape } from '../src/lens/shape.ts'
import { hangingOn } from '../src/lens/sibling.ts'
import { idsIn } from './shared/combine.ts'
import { codingKey, concept, conceptKey, conceptOfCoding, identifiersWithNpi, period } from './shared/datatypes.ts'
import { extension, local, usCore } from './shared/extension.ts'
import { contactPoint, humanName } from './shared/person.ts'

/** The title as people write it: its text, or else the first code. A new one is written as text; few have a code anywhere. */
const title: Codec<fhir.CodeableConcept, string> = {
  name: 'title',
  read(raw, report) {
    const found = raw.text ?? (Array.isArray(raw.coding) ? raw.coding.find((one) => one?.code !== undefined)?.code : undefined)
    return typeof found === 'string' && found !== '' ? found : cannot(report, 'expected a code or text')
  },
  write: (value, prior) => ({ ...hangingOn(prior), text: value }),
}

const credential = withHandle<fhir.PractitionerQualification, Credential>(
  shape<fhir.PractitionerQualification, Omit<Credential, 'handle'>>('qualification', (at) => {
    const licence = at.identifier.where({}, (one) => one.value !== undefined || one.extension !== undefined)
    const state = extension(licence, usCore('us-core-jurisdiction')).valueCodeableConcept
    return {
      status: extension(at, local('credential-status')).valueCode.optional(oneOf(...credentialStatuses)),
      jurisdiction: state.optional(codeIn('https://www.usps.com/')),
      number: licence.value.optional(text),
      code: at.code.as(title),
      validFrom: at.period.start.optional(dateTime),
      validTo: at.period.end.optional(dateTime),
      issuer: at.issuer.display.optional(text),
    }
  }),
)

/** A qualification that says what somebody is by profession, and of no licence: by the taxonomy alone. */
const isTaxonomy = ({ code, identifier, period: held, issuer }: fhir.PractitionerQualification): boolean =>
  (identifier ?? held ?? issuer) === undefined &&
  Array.isArray(code?.coding) &&
  code.coding.some((one) => one?.system === nucc && one.code !== undefined)

const taxonomyCode: Codec<fhir.CodeableConcept, Profession> = {
  ...conceptOfCoding(nucc),
  read(raw, report) {
    const one = conceptOfCoding(nucc).read(raw, report)
    if (isUnread(one)) return one
    const { system, code } = one
    return system === nucc && code !== undefined ? { ...one, system, code } : cannot(report, 'expected a code of the taxonomy')
  },
}
const profession: Codec<fhir.PractitionerQualification, Profession> = inside(
  shape<fhir.PractitionerQualification, { taxonomy: Profession }>('taxonomy', (at) => ({ taxonomy: at.code.as(taxonomyCode) })),
  'taxonomy',
)

const role = shape<fhir.PractitionerRole, PractitionerRole>(
  'PractitionerRole',
  (at) => ({
    id: at.id.optional(text),
    supervisorId: extension(at, local('supervisor')).valueReference.optional(idOf('PractitionerRole')),
    active: at.active.optional(bool),
    period: at.period.optional(period),
    organizationId: at.organization.optional(idOf('Organization')),
    roles: at.code.each(concept, conceptKey),
    specialties: at.specialty.each(conceptOfCoding(nucc), codingKey),
    locations: idsIn(at.location, 'Location'),
  }),
  { resourceType: 'PractitionerRole' },
)

export default mapping<Practitioner, { Practitioner: fhir.Practitioner; PractitionerRole: fhir.PractitionerRole[] }>({
  name: 'practitioner.practitioner',
  version: 3,
  domain: Practitioner,
  owner: 'shared',
  blank: { Practitioner: { resourceType: 'Practitioner' }, PractitionerRole: [] },
  fields: ({ Practitioner, PractitionerRole }) => ({
    staffLevel: extension(Practitioner, local('staff-level'))
      .valueCode.optional(oneOf(...staffLevels))
      .ownedBy('coordination'),
    ...identifiersWithNpi(Practitioner),
    active: Practitioner.active.optional(bool),
    names: Practitioner.name.each(humanName, { by: ['handle'] }),
    contacts: Practitioner.telecom.each(contactPoint, { by: ['handle'] }),
    credentials: Practitioner.qualification.each(credential, {
      by: ['handle'],
      only: { label: 'licence', test: (one) => !isTaxonomy(one) },
    }),
    taxonomy: Practitioner.qualification.each(profession, { ...codingKey, only: { label: 'taxonomy', test: isTaxonomy } }),
    languages: Practitioner.communication.each(codeIn('urn:ietf:bcp:47'), { by: (value) => value }),
    roles: PractitionerRole.each(role, { by: ['id'] }),
  }),
})
