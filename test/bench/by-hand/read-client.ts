/** A Patient as a client, written by hand: all rows of `mappings/client.patient.ts`, in one pass over extensions and labels. */
import type * as fhir from '@medplum/fhirtypes'
import { local, usCore } from '../../../mappings/shared/extension.ts'
import type { Client } from '../../../src/domain/client.ts'
import { type QuietHours, Time } from '../../../src/domain/quiet-hours.ts'
import { handleOf } from '../../../src/lens/handle.ts'
import type { Reading } from '../../../src/lens/mapping.ts'
import {
  at,
  bool,
  code,
  date,
  dateTime,
  items,
  known,
  matching,
  object,
  part,
  plainText,
  type Report,
  readAddress,
  readCoding,
  readConcept,
  readIdentifier,
  readPeriod,
  text,
  warn,
  whole,
} from './checks.ts'
import { readLabels } from './labels.ts'
import { idIn } from './references.ts'

const state = /^[A-Z]{2}$/
const nameUses = known('usual', 'official', 'temp', 'nickname', 'anonymous', 'old', 'maiden')
const systems = known('phone', 'fax', 'email', 'pager', 'url', 'sms', 'other')
const contactUses = known('home', 'work', 'temp', 'old', 'mobile')
const safeties = known('yes', 'no', 'ask-first')
const genders = known('male', 'female', 'other', 'unknown')
const ruralities = known('urban', 'rural', 'frontier', 'unknown')
const legalStatuses = known(
  ...[
    'self-directed',
    'minor-parent',
    'minor-guardian',
    'emancipated-minor',
    'guardian-adult',
    'conservatee',
    'court-supervised',
  ],
)
const channels = known('phone', 'sms', 'email', 'portal', 'letter')
const sexes: Readonly<Record<string, 'male' | 'female' | 'unknown'>> = { M: 'male', F: 'female', UNK: 'unknown' }

export const url = {
  race: usCore('us-core-race'),
  ethnicity: usCore('us-core-ethnicity'),
  birthSex: usCore('us-core-birthsex'),
  pronouns: local('pronouns'),
  genderIdentity: 'http://hl7.org/fhir/StructureDefinition/patient-genderIdentity',
  preference: local('communication-preference'),
  legalStatus: local('legal-status'),
  jurisdiction: local('jurisdiction'),
  timeZone: 'http://hl7.org/fhir/StructureDefinition/timezone',
  rurality: local('rurality'),
  note: local('cultural-note'),
  veteran: local('veteran'),
  disability: local('disability'),
  proficiency: local('language-proficiency'),
  interpreter: local('interpreter-needed'),
  safety: local('contact-safety'),
  safetyNote: local('contact-safety-note'),
  direct: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-direct',
}

const extensionPath = (of: string, member: string): string => `extension.where(${JSON.stringify({ url: of })})${member}`

/** Places, put together once. */
const path = {
  safety: extensionPath(url.safety, '.valueCode'),
  safetyNote: extensionPath(url.safetyNote, '.valueString'),
  direct: extensionPath(url.direct, '.valueBoolean'),
  proficiency: extensionPath(url.proficiency, '.valueCodeableConcept'),
  interpreter: extensionPath(url.interpreter, '.valueBoolean'),
  channel: extensionPath('channel', '.valueCode'),
  voicemailOk: extensionPath('voicemailOk', '.valueBoolean'),
  detailOk: extensionPath('detailOk', '.valueBoolean'),
  words: extensionPath('text', '.valueString'),
  preference: extensionPath(url.preference, ''),
  birthSex: extensionPath(url.birthSex, '.valueCode'),
  pronouns: extensionPath(url.pronouns, '.valueCodeableConcept'),
  genderIdentity: extensionPath(url.genderIdentity, '.valueCodeableConcept'),
  legalStatus: extensionPath(url.legalStatus, '.valueCode'),
  jurisdiction: extensionPath(url.jurisdiction, '.valueCode'),
  timeZone: extensionPath(url.timeZone, '.valueCode'),
  rurality: extensionPath(url.rurality, '.valueCode'),
  veteran: extensionPath(url.veteran, '.valueBoolean'),
  disability: extensionPath(url.disability, '.valueBoolean'),
}

function joined(raw: readonly string[] | undefined, path: string, report: Report): string | undefined {
  if (raw === undefined || raw === null) return undefined
  const words = Array.isArray(raw) ? raw.filter((word) => typeof word === 'string' && word !== '') : []
  return words.length > 0 ? words.join(' ') : warn(report, path, 'expected a list of texts')
}

export const readName = object((raw: fhir.HumanName, report) => ({
  handle: handleOf(raw),
  use: code<NonNullable<fhir.HumanName['use']>>(raw.use, nameUses, 'use', report),
  text: text(raw.text, 'text', report),
  family: text(raw.family, 'family', report),
  given: items(raw.given, plainText, 'given', report),
  prefix: joined(raw.prefix, 'prefix', report),
  suffix: joined(raw.suffix, 'suffix', report),
  period: part(raw.period, readPeriod, 'period', report),
}))

export const readContact = object((raw: fhir.ContactPoint, report) => {
  let safe: fhir.Extension | undefined
  let note: fhir.Extension | undefined
  let direct: fhir.Extension | undefined
  if (Array.isArray(raw.extension))
    for (const one of raw.extension) {
      if (one?.url === url.safety) safe ??= one
      else if (one?.url === url.safetyNote) note ??= one
      else if (one?.url === url.direct) direct ??= one
    }
  return {
    handle: handleOf(raw),
    system: code<NonNullable<fhir.ContactPoint['system']>>(raw.system, systems, 'system', report),
    value: text(raw.value, 'value', report),
    use: code<NonNullable<fhir.ContactPoint['use']>>(raw.use, contactUses, 'use', report),
    rank: whole(raw.rank, 'rank', report),
    safe: safe && code<'yes'>(safe.valueCode, safeties, path.safety, report),
    safeNote: note && text(note.valueString, path.safetyNote, report),
    isDirectAddress: direct && bool(direct.valueBoolean, path.direct, report),
    period: part(raw.period, readPeriod, 'period', report),
  }
})

export const readListAddress = object((raw: fhir.Address, report) => {
  const value = readAddress(raw, report)
  return { handle: handleOf(raw), ...value }
})

export const readLanguage = object((raw: fhir.PatientCommunication, report) => {
  const coding = Array.isArray(raw.language?.coding) ? raw.language.coding : []
  const own = coding.find((one) => one?.system === 'urn:ietf:bcp:47' && one.code !== undefined)?.code
  if (own === undefined) return warn(report, 'language', 'no code of urn:ietf:bcp:47 here')
  let proficiency: fhir.Extension | undefined
  let interpreter: fhir.Extension | undefined
  if (Array.isArray(raw.extension))
    for (const one of raw.extension) {
      if (one?.url === url.proficiency) proficiency ??= one
      else if (one?.url === url.interpreter) interpreter ??= one
    }
  return {
    code: own,
    preferred: bool(raw.preferred, 'preferred', report),
    proficiency: proficiency && part(proficiency.valueCodeableConcept, readConcept, path.proficiency, report),
    interpreterNeeded: interpreter && bool(interpreter.valueBoolean, path.interpreter, report),
  }
})

/** OMB categories of US Core's race and ethnicity. */
function categories(raw: fhir.Extension | undefined, report: Report): Client['race'][number][] {
  const values: Client['race'][number][] = []
  const list = raw?.extension
  if (!raw || !Array.isArray(list)) return values
  let words: fhir.Extension | undefined
  for (let i = 0; i < list.length; i++) {
    const item = list[i]
    if (item?.url === 'text') words ??= item
    if (item?.url !== 'ombCategory') continue
    const from = report.length
    const { valueCoding } = item
    if (valueCoding !== undefined) values.push(readCoding(valueCoding, report) ?? {})
    else values.push({})
    if (report.length > from) at(`${extensionPath(raw.url, '')}.extension[${i}].valueCoding`, report, from)
  }
  const from = report.length
  text(words?.valueString, path.words, report)
  if (report.length > from) at(extensionPath(raw.url, ''), report, from)
  return values
}

function preference(raw: fhir.Extension, report: Report): Client['communicationPreference'] {
  const inner = (name: string) => (Array.isArray(raw.extension) ? raw.extension.find((one) => one?.url === name) : undefined)
  const from = report.length
  const channel = code<'phone'>(inner('channel')?.valueCode, channels, path.channel, report)
  const voicemailOk = bool(inner('voicemailOk')?.valueBoolean, path.voicemailOk, report)
  const detailOk = bool(inner('detailOk')?.valueBoolean, path.detailOk, report)
  const quietHours = inner('quietHours') && quiet(inner('quietHours')!, report)
  if (channel !== undefined && voicemailOk !== undefined && detailOk !== undefined)
    return { channel, voicemailOk, detailOk, ...(quietHours && { quietHours }) }
  if (report.length === from) warn(report, '', 'is required here')
  at(path.preference, report, from)
  return undefined
}

function quiet(raw: fhir.Extension, report: Report): QuietHours | undefined {
  const inner = (name: string) => raw.extension?.find((one) => one?.url === name)?.valueTime
  const [from, to] = [inner('from'), inner('to')]
  const isRead = from !== undefined && to !== undefined && Time.safeParse(from).success && Time.safeParse(to).success
  return isRead ? { from, to } : warn(report, '', 'expected two times of whole seconds')
}

function replacedBy(p: fhir.Patient, report: Report): string | undefined {
  const link = Array.isArray(p.link) ? p.link.find((one) => one?.type === 'replaced-by') : undefined
  return idIn(link?.other, 'Patient', 'link.where({"type":"replaced-by"}).other', report)
}

/** The first extension of every url that is read, by its name in `url`, and the notes. */
export function extensionsOf(list: readonly fhir.Extension[] | undefined) {
  const found: { [K in keyof typeof url]?: fhir.Extension } = {}
  if (!Array.isArray(list)) return found
  for (const item of list) {
    switch (item?.url) {
      case url.race:
        found.race ??= item
        break
      case url.ethnicity:
        found.ethnicity ??= item
        break
      case url.birthSex:
        found.birthSex ??= item
        break
      case url.pronouns:
        found.pronouns ??= item
        break
      case url.genderIdentity:
        found.genderIdentity ??= item
        break
      case url.preference:
        found.preference ??= item
        break
      case url.legalStatus:
        found.legalStatus ??= item
        break
      case url.jurisdiction:
        found.jurisdiction ??= item
        break
      case url.timeZone:
        found.timeZone ??= item
        break
      case url.rurality:
        found.rurality ??= item
        break
      case url.veteran:
        found.veteran ??= item
        break
      case url.disability:
        found.disability ??= item
        break
    }
  }
  return found
}

function readPatient(p: fhir.Patient, report: Report) {
  const found = extensionsOf(p.extension)
  const culturalNotes: string[] = []
  if (Array.isArray(p.extension))
    for (let i = 0; i < p.extension.length; i++) {
      const one = p.extension[i]
      if (one?.url !== url.note) continue
      if (one.valueString !== undefined) culturalNotes.push(one.valueString)
      else warn(report, `extension[${i}]`, 'expected valueString')
    }
  const sex = found.birthSex?.valueCode
  return {
    ...readLabels(p.meta, report),
    identifiers: items(p.identifier, readIdentifier, 'identifier', report),
    active: bool(p.active, 'active', report),
    names: items(p.name, readName, 'name', report),
    birthDate: date(p.birthDate, 'birthDate', report),
    deceased: dateTime(p.deceasedDateTime, 'deceasedDateTime', report) ?? bool(p.deceasedBoolean, 'deceasedBoolean', report),
    gender: code<'male'>(p.gender, genders, 'gender', report),
    sexForScoring: sex === undefined ? undefined : (sexes[sex] ?? warn(report, path.birthSex, 'unmapped: expected F, M or UNK')),
    languages: items(p.communication, readLanguage, 'communication', report),
    contacts: items(p.telecom, readContact, 'telecom', report),
    addresses: items(p.address, readListAddress, 'address', report),
    race: categories(found.race, report),
    ethnicity: categories(found.ethnicity, report),
    pronouns: found.pronouns && part(found.pronouns.valueCodeableConcept, readConcept, path.pronouns, report),
    genderIdentity:
      found.genderIdentity && part(found.genderIdentity.valueCodeableConcept, readConcept, path.genderIdentity, report),
    communicationPreference: found.preference && preference(found.preference, report),
    legalStatus: found.legalStatus && code<'self-directed'>(found.legalStatus.valueCode, legalStatuses, path.legalStatus, report),
    jurisdiction:
      found.jurisdiction &&
      matching(found.jurisdiction.valueCode, state, path.jurisdiction, 'expected two letters of a state', report),
    timeZone: found.timeZone && text(found.timeZone.valueCode, path.timeZone, report),
    rurality: found.rurality && code<'urban'>(found.rurality.valueCode, ruralities, path.rurality, report),
    culturalNotes,
    veteran: found.veteran && bool(found.veteran.valueBoolean, path.veteran, report),
    disability: found.disability && bool(found.disability.valueBoolean, path.disability, report),
    mergedInto: replacedBy(p, report),
  }
}

export function readClient({ Patient }: { Patient: fhir.Patient }): Reading<Client> {
  const report: Report = []
  const value: Client = readPatient(Patient, report)
  if (report.length > 0) at('Patient', report, 0)
  return { ok: true, value, warnings: report }
}
