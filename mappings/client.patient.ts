/** Client ↔ Patient. https://hl7.org/fhir/R4/patient.html, with US Core's extensions. */
import type * as fhir from '@medplum/fhirtypes'
import { Client, legalStatuses } from '../src/domain/client.ts'
import { type QuietHours, Time } from '../src/domain/quiet-hours.ts'
import { codeIn } from '../src/lens/code-table.ts'
import { type Codec, cannot, words } from '../src/lens/codec.ts'
import { bool, date, dateTime, idOf, oneOf, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import type { Place } from '../src/lens/place.ts'
import { shape, together } from '../src/lens/shape.ts'
import { withUrl } from './shared/combine.ts'
import { concept, identifier, usState } from './shared/datatypes.ts'
import { core, extension, local, usCore } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { contactPoint, humanName, postalAddress } from './shared/person.ts'

type Deceased = NonNullable<Client['deceased']>
/** deceased[x]: a boolean, or when. */
const deceased: Codec<{ flag: boolean | undefined; when: string | undefined }, Deceased | undefined> = {
  name: 'boolean or dateTime',
  read: (raw) => raw.when ?? raw.flag,
  write: (value) => ({
    flag: typeof value === 'boolean' ? value : undefined,
    when: typeof value === 'string' ? value : undefined,
  }),
}

const language = shape<fhir.PatientCommunication, Client['languages'][number]>(
  'communication',
  (at) => ({
    code: at.language.as(codeIn('urn:ietf:bcp:47')),
    preferred: at.preferred.optional(bool),
    proficiency: extension(at, local('language-proficiency')).valueCodeableConcept.optional(concept),
    interpreterNeeded: extension(at, local('interpreter-needed')).valueBoolean.optional(bool),
  }),
  { language: {} },
)

interface Parts {
  readonly Patient: fhir.Patient
}

const sexes = words({ M: 'male', F: 'female', UNK: 'unknown' } as const)
const birthSex: Codec<string, 'male' | 'female' | 'unknown'> = {
  name: 'us-core-birthsex',
  read: (raw, report) => sexes[raw as 'M'] ?? cannot(report, 'unmapped: expected F, M or UNK'),
  write: (value) => ({ male: 'M', female: 'F', unknown: 'UNK' })[value],
}

const isOmbCategory = (item: fhir.Extension): boolean => item.url === 'ombCategory'
const ombCategory = shape<fhir.Extension, Client['race'][number]>(
  'ombCategory',
  (at) => ({
    system: at.valueCoding.system.optional(text),
    version: at.valueCoding.version.optional(text),
    code: at.valueCoding.code.optional(text),
    display: at.valueCoding.display.optional(text),
    userSelected: at.valueCoding.userSelected.optional(bool),
  }),
  { url: 'ombCategory' },
)

const time: Codec<string, string> = {
  name: 'time',
  read: (raw, report) => (Time.safeParse(raw).success ? raw : cannot(report, 'expected a time of whole seconds')),
  write: (value) => value,
}
const quietHours = shape<fhir.Extension, QuietHours>(
  'quiet hours',
  (at) => ({ from: extension(at, 'from').valueTime.as(time), to: extension(at, 'to').valueTime.as(time) }),
  { url: 'quietHours' },
)

/** The categories of an extension of US Core, which wants them in words besides. */
const categories = (at: Place<Parts, fhir.Extension>) =>
  together({
    codings: at.extension.each(ombCategory, { by: ['code'], only: { label: 'ombCategory', test: isOmbCategory } }),
    words: at.extension.where({ url: 'text' }).valueString.optional(text),
  }).as<Client['race']>({
    name: 'categories',
    read: ({ codings }) => codings,
    write: (codings) => ({ codings, words: codings.length === 0 ? undefined : codings.map(inWords).join(', ') }),
  })
const inWords = ({ display, code }: Client['race'][number]): string => display ?? code ?? 'not said'

const note: Codec<fhir.Extension, string> = {
  name: 'cultural note',
  read: (raw, report) => raw.valueString ?? cannot(report, 'expected valueString'),
  write: (value, prior) => (prior?.valueString === value ? prior : { url: local('cultural-note'), valueString: value }),
}

export default mapping<Client, Parts>({
  name: 'client.patient',
  version: 2,
  domain: Client,
  owner: 'shared',
  blank: { Patient: { resourceType: 'Patient' } },
  fields: ({ Patient }) => ({
    ...labels(Patient),
    identifiers: Patient.identifier.each(identifier, { by: ['handle'] }),
    active: Patient.active.optional(bool),
    names: Patient.name.each(humanName, { by: ['handle'] }),
    birthDate: Patient.birthDate.optional(date),
    deceased: together({ flag: Patient.deceasedBoolean.optional(bool), when: Patient.deceasedDateTime.optional(dateTime) }).as(
      deceased,
    ),
    gender: Patient.gender.optional(oneOf('male', 'female', 'other', 'unknown')),
    sexForScoring: extension(Patient, usCore('us-core-birthsex')).valueCode.optional(birthSex),
    languages: Patient.communication.each(language, { by: ['code'] }),
    contacts: Patient.telecom.each(contactPoint, { by: ['handle'] }),
    addresses: Patient.address.each(postalAddress, { by: ['handle'] }),
    race: categories(extension(Patient, usCore('us-core-race'))),
    ethnicity: categories(extension(Patient, usCore('us-core-ethnicity'))),
    pronouns: extension(Patient, local('pronouns')).valueCodeableConcept.optional(concept),
    genderIdentity: extension(Patient, core('patient-genderIdentity')).valueCodeableConcept.optional(concept),
    communicationPreference: extension(Patient, local('communication-preference')).optional(
      shape<fhir.Extension, NonNullable<Client['communicationPreference']>>(
        'communication preference',
        (at) => ({
          channel: extension(at, 'channel').valueCode.as(oneOf('phone', 'sms', 'email', 'portal', 'letter')),
          voicemailOk: extension(at, 'voicemailOk').valueBoolean.as(bool),
          detailOk: extension(at, 'detailOk').valueBoolean.as(bool),
          quietHours: extension(at, 'quietHours').optional(quietHours),
        }),
        { url: local('communication-preference') },
      ),
    ),
    legalStatus: extension(Patient, local('legal-status')).valueCode.optional(oneOf(...legalStatuses)),
    jurisdiction: extension(Patient, local('jurisdiction')).valueCode.optional(usState),
    timeZone: extension(Patient, core('timezone')).valueCode.optional(text),
    rurality: extension(Patient, local('rurality')).valueCode.optional(oneOf('urban', 'rural', 'frontier', 'unknown')),
    culturalNotes: Patient.extension.each(note, {
      by: (value) => value,
      only: withUrl(local('cultural-note')),
    }),
    veteran: extension(Patient, local('veteran')).valueBoolean.optional(bool),
    disability: extension(Patient, local('disability')).valueBoolean.optional(bool),
    mergedInto: Patient.link.where({ type: 'replaced-by' }, (link) => link.other !== undefined).other.optional(idOf('Patient')),
  }),
})
