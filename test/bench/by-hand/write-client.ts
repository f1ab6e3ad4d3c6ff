/** A client as a Patient, written by hand: afresh, or onto one that stands already. */
import type * as fhir from '@medplum/fhirtypes'
import type { Client, ContactPoint, HumanName, PostalAddress } from '../../../src/domain/client.ts'
import type { QuietHours } from '../../../src/domain/quiet-hours.ts'
import { readCoding, readIdentifier } from './checks.ts'
import { writeLabels } from './labels.ts'
import { readContact, readLanguage, readListAddress, readName, url } from './read-client.ts'
import {
  list,
  named,
  said,
  setExtension,
  unlessSame,
  writeAddress,
  writeCoding,
  writeConcept,
  writeIdentifier,
  writePeriod,
} from './writes.ts'

const byHandle = (value: { readonly handle?: string | undefined }): string => value.handle ?? ''

const writeName = (value: HumanName, prior?: fhir.HumanName): fhir.HumanName =>
  named(
    said<fhir.HumanName>({
      ...prior,
      use: value.use,
      text: value.text,
      family: value.family,
      given: value.given.length > 0 ? [...value.given] : undefined,
      prefix: value.prefix === undefined ? undefined : value.prefix === prior?.prefix?.join(' ') ? prior.prefix : [value.prefix],
      suffix: value.suffix === undefined ? undefined : value.suffix === prior?.suffix?.join(' ') ? prior.suffix : [value.suffix],
      period: value.period && writePeriod(value.period, prior?.period),
    }),
    value.handle,
  )

function writeContact(value: ContactPoint, prior?: fhir.ContactPoint): fhir.ContactPoint {
  const safe = setExtension(prior?.extension, url.safety, 'valueCode', value.safe)
  const noted = setExtension(safe, url.safetyNote, 'valueString', value.safeNote)
  return named(
    said<fhir.ContactPoint>({
      ...prior,
      system: value.system,
      value: value.value,
      use: value.use,
      rank: value.rank,
      extension: setExtension(noted, url.direct, 'valueBoolean', value.isDirectAddress),
      period: value.period && writePeriod(value.period, prior?.period),
    }),
    value.handle,
  )
}

const writeListAddress = (value: PostalAddress, prior?: fhir.Address): fhir.Address =>
  named(writeAddress(value, prior), value.handle)

type Language = Client['languages'][number]
function writeLanguage(value: Language, prior?: fhir.PatientCommunication): fhir.PatientCommunication {
  const kept = prior?.language.coding?.some((one) => one.system === 'urn:ietf:bcp:47' && one.code === value.code)
  const proficiency = value.proficiency && writeConcept(value.proficiency)
  const extension = setExtension(prior?.extension, url.proficiency, 'valueCodeableConcept', proficiency)
  return said<fhir.PatientCommunication>({
    ...prior,
    language: kept ? prior!.language : { coding: [{ system: 'urn:ietf:bcp:47', code: value.code }] },
    preferred: value.preferred,
    extension: setExtension(extension, url.interpreter, 'valueBoolean', value.interpreterNeeded),
  })
}

/** The OMB categories of one extension, and what they are in words; its other parts stay. */
function setCategories(all: fhir.Extension[] | undefined, of: string, values: Client['race']): fhir.Extension[] | undefined {
  const now = all?.find((one) => one?.url === of)?.extension
  const read = (item: fhir.Extension) => (item.url === 'ombCategory' ? (readCoding(item.valueCoding ?? {}, []) ?? {}) : undefined)
  const inner = list<fhir.Extension, Client['race'][number]>(
    now,
    values,
    read,
    ({ code }) => code ?? '',
    (value, prior) => ({ ...(prior ?? { url: 'ombCategory' }), valueCoding: writeCoding(value, prior?.valueCoding) }),
  )
  if (inner === now) return all
  const words = values.length === 0 ? undefined : values.map(({ display, code }) => display ?? code ?? 'not said').join(', ')
  return setExtension(all, of, 'extension', setExtension(inner, 'text', 'valueString', words))
}

const sexes = { male: 'M', female: 'F', unknown: 'UNK' } as const

const quiet = ({ from, to }: QuietHours): fhir.Extension => ({
  url: 'quietHours',
  extension: [
    { url: 'from', valueTime: from },
    { url: 'to', valueTime: to },
  ],
})

function writeExtensions(value: Client, now: fhir.Extension[] | undefined): fhir.Extension[] | undefined {
  let all = setExtension(now, url.birthSex, 'valueCode', value.sexForScoring && sexes[value.sexForScoring])
  all = setCategories(all, url.race, value.race)
  all = setCategories(all, url.ethnicity, value.ethnicity)
  all = setExtension(all, url.pronouns, 'valueCodeableConcept', value.pronouns && writeConcept(value.pronouns))
  all = setExtension(all, url.genderIdentity, 'valueCodeableConcept', value.genderIdentity && writeConcept(value.genderIdentity))
  const preference = value.communicationPreference
  all = setExtension(
    all,
    url.preference,
    'extension',
    preference && [
      { url: 'channel', valueCode: preference.channel },
      { url: 'voicemailOk', valueBoolean: preference.voicemailOk },
      { url: 'detailOk', valueBoolean: preference.detailOk },
      ...(preference.quietHours ? [quiet(preference.quietHours)] : []),
    ],
  )
  all = setExtension(all, url.legalStatus, 'valueCode', value.legalStatus)
  all = setExtension(all, url.jurisdiction, 'valueCode', value.jurisdiction)
  all = setExtension(all, url.timeZone, 'valueCode', value.timeZone)
  all = setExtension(all, url.rurality, 'valueCode', value.rurality)
  const notes = list<fhir.Extension, string>(
    all,
    value.culturalNotes,
    (item) => (item.url === url.note ? item.valueString : undefined),
    (note) => note,
    (note) => ({ url: url.note, valueString: note }),
  )
  all = setExtension(notes, url.veteran, 'valueBoolean', value.veteran)
  return setExtension(all, url.disability, 'valueBoolean', value.disability)
}

function writeLink(value: Client, now: fhir.PatientLink[] | undefined): fhir.PatientLink[] | undefined {
  const others = now?.filter(({ type }) => type !== 'replaced-by') ?? []
  if (value.mergedInto === undefined) return others.length === (now?.length ?? 0) ? now : others
  const reference = `Patient/${value.mergedInto}`
  return now?.some((one) => one.other.reference === reference) ? now : [...others, { other: { reference }, type: 'replaced-by' }]
}

export function writeClient(value: Client, parts?: { Patient: fhir.Patient }): { Patient: fhir.Patient } {
  const now = parts?.Patient
  const Patient = unlessSame<fhir.Patient>(
    {
      ...(now ?? { resourceType: 'Patient' }),
      meta: writeLabels(value, now?.meta),
      identifier: list(now?.identifier, value.identifiers, readIdentifier, byHandle, writeIdentifier),
      active: value.active,
      name: list<fhir.HumanName, HumanName>(now?.name, value.names, readName, byHandle, writeName),
      birthDate: value.birthDate,
      deceasedBoolean: typeof value.deceased === 'boolean' ? value.deceased : undefined,
      deceasedDateTime: typeof value.deceased === 'string' ? value.deceased : undefined,
      gender: value.gender,
      extension: writeExtensions(value, now?.extension),
      communication: list<fhir.PatientCommunication, Language>(
        now?.communication,
        value.languages,
        readLanguage,
        ({ code }) => code,
        writeLanguage,
      ),
      telecom: list<fhir.ContactPoint, ContactPoint>(now?.telecom, value.contacts, readContact, byHandle, writeContact),
      address: list<fhir.Address, PostalAddress>(now?.address, value.addresses, readListAddress, byHandle, writeListAddress),
      link: writeLink(value, now?.link),
    },
    now,
  )
  return Patient === now ? parts! : { Patient }
}
