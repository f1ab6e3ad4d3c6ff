/** Elements of a session by hand: who took part, how one met, what was done and noted; with the checks of the mapping. */
import type * as fhir from '@medplum/fhirtypes'
import { local, localSystem } from '../../../mappings/shared/extension.ts'
import { unknownSubject } from '../../../mappings/shared/stay.ts'
import { textInBase64 } from '../../../src/domain/base64.ts'
import type { Session } from '../../../src/domain/session.ts'
import { handleOf } from '../../../src/lens/handle.ts'
import { bool, code, instant, items, known, needed, type Report, readCoding, text, warn } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { refIn, writeRef } from './references.ts'
import { list, type Maybe, named, said, setExtension, writeCoding } from './writes.ts'

type Clinician = NonNullable<Session['renderer']>
type Participant = fhir.EncounterParticipant
type Individual = NonNullable<Participant['individual']>

const participation = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const systems = { PPRF: participation, SPRF: participation, supervisor: localSystem('session-role') }
type Role = keyof typeof systems

const typeOf = (role: Role) => ({ type: [{ coding: [{ system: systems[role], code: role }] }] })
const playing = { PPRF: typeOf('PPRF'), SPRF: typeOf('SPRF'), supervisor: typeOf('supervisor') }
const pathOf = (role: Role): string => `participant.where(${JSON.stringify(playing[role])}).individual`
const path = { PPRF: pathOf('PPRF'), supervisor: pathOf('supervisor') }

const plays = (one: Participant, role: Role): boolean =>
  one?.type?.some((type) => type?.coding?.some((each) => each?.system === systems[role] && each.code === role)) === true
const isSecond = (one: Participant): boolean => plays(one, 'SPRF')

const clinician = (raw: fhir.Reference, where: string, report: Report): Clinician | undefined =>
  refIn(raw, ['Practitioner', 'PractitionerRole'], where, report) as Clinician | undefined

export function roleIn(all: readonly Participant[] | undefined, role: 'PPRF' | 'supervisor', report: Report) {
  const raw = all?.find((one) => plays(one, role))?.individual
  return raw && clinician(raw, path[role], report)
}

export function writeRole(all: Participant[] | undefined, role: 'PPRF' | 'supervisor', value: Clinician | undefined) {
  const index = all?.findIndex((one) => plays(one, role)) ?? -1
  const now = all?.[index]
  if (value === undefined) return now?.individual === undefined ? all : all!.filter((one) => !plays(one, role))
  const next = { ...(now ?? playing[role]), individual: writeRef(value, 'Practitioner', now?.individual) as Individual }
  return index < 0 ? [...(all ?? []), next] : all!.with(index, next)
}

export function readSecond(raw: Participant, report: Report): Clinician | undefined {
  if (!isSecond(raw)) return undefined
  return raw.individual ? clinician(raw.individual, 'individual', report) : warn(report, 'individual', 'is required here')
}
export const writeSecond = (who: Clinician, prior?: Participant): Participant => ({
  ...(prior ?? playing.SPRF),
  individual: writeRef(who, 'Practitioner', prior?.individual) as Individual,
})

type Attendee = Session['participants'][number]
const attendeeUrl = local('session-participant')
const who = ['Patient', 'RelatedPerson', 'Practitioner', 'PractitionerRole', 'Organization'] as const
const roles = known('client', 'family', 'collateral', 'interpreter', 'staff')
const whoPath = inExtension('who', 'valueReference')

export function readAttendee(raw: fhir.Extension, report: Report): Attendee | undefined {
  if (raw.url !== attendeeUrl) return undefined
  const reference = find(raw.extension, 'who')?.valueReference
  const person = reference ? refIn(reference, who, whoPath, report) : warn(report, whoPath, 'is required here')
  const role = code<'staff'>(find(raw.extension, 'role')?.valueCode, roles, inExtension('role', 'valueCode'), report)
  const present = bool(find(raw.extension, 'present')?.valueBoolean, inExtension('present', 'valueBoolean'), report)
  return person && { handle: handleOf(raw), who: person as Attendee['who'], role, present }
}

export function writeAttendee(value: Attendee, prior?: fhir.Extension): fhir.Extension {
  const person = writeRef(value.who, who[0], find(prior?.extension, 'who')?.valueReference)
  let inner = setExtension(prior?.extension, 'who', 'valueReference', person)
  inner = setExtension(inner, 'role', 'valueCode', value.role)
  inner = setExtension(inner, 'present', 'valueBoolean', value.present)
  return named({ ...prior, url: attendeeUrl, extension: inner! }, value.handle)
}

type Telehealth = NonNullable<Session['telehealth']>
const places = known('home', 'clinic', 'other')
const reasons = known('no-video-access', 'client-declined')
const words = ['clientState', 'providerState', 'platform'] as const
const met = {
  location: inExtension('clientLocation', 'valueCode'),
  consent: inExtension('consentToTelehealth', 'valueBoolean'),
  reason: inExtension('audioOnlyReason', 'valueCode'),
}

export function readTelehealth(raw: fhir.Extension, report: Report): Telehealth | undefined {
  const inner = raw.extension
  const place = find(inner, 'clientLocation')?.valueCode
  const clientLocation = needed(place, code<'home'>(place, places, met.location, report), met.location, report)
  const [clientState, providerState, platform] = words.map((name) =>
    text(find(inner, name)?.valueString, inExtension(name, 'valueString'), report),
  )
  const consentToTelehealth = bool(find(inner, 'consentToTelehealth')?.valueBoolean, met.consent, report)
  const audioOnlyReason = code<'client-declined'>(find(inner, 'audioOnlyReason')?.valueCode, reasons, met.reason, report)
  return clientLocation && { clientLocation, clientState, providerState, consentToTelehealth, audioOnlyReason, platform }
}

export function writeTelehealth(value: Telehealth, now: fhir.Extension[] | undefined): fhir.Extension[] {
  let inner = setExtension(now, 'clientLocation', 'valueCode', value.clientLocation)
  inner = setExtension(inner, 'clientState', 'valueString', value.clientState)
  inner = setExtension(inner, 'providerState', 'valueString', value.providerState)
  inner = setExtension(inner, 'consentToTelehealth', 'valueBoolean', value.consentToTelehealth)
  inner = setExtension(inner, 'audioOnlyReason', 'valueCode', value.audioOnlyReason)
  return setExtension(inner, 'platform', 'valueString', value.platform)!
}

export function readScheduled(raw: fhir.Period, report: Report): Session['scheduled'] {
  const start = needed(raw.start, instant(raw.start, 'start', report), 'start', report)
  const end = needed(raw.end, instant(raw.end, 'end', report), 'end', report)
  return start === undefined || end === undefined ? undefined : { start, end }
}

type Done = Session['interventions'][number]
export const readDone = (raw: fhir.Procedure, report: Report): Done => ({
  handle: handleOf(raw),
  codings: items(raw.code?.coding, readCoding, 'code.coding', report),
  text: text(raw.code?.text, 'code.text', report),
})

export function writeDone(value: Done, prior?: fhir.Procedure): fhir.Procedure {
  const now = prior?.code
  const coding = list<fhir.Coding, Done['codings'][number]>(
    now?.coding,
    value.codings,
    readCoding,
    ({ system, code }) => JSON.stringify([system ?? null, code ?? null]),
    writeCoding,
  )
  const concept = said<fhir.CodeableConcept>({ ...now, coding, text: value.text } as Maybe<fhir.CodeableConcept>)
  const blank: fhir.Procedure = { resourceType: 'Procedure', status: 'completed', subject: unknownSubject }
  return named(said<fhir.Procedure>({ ...(prior ?? blank), code: concept } as Maybe<fhir.Procedure>), value.handle)
}

type Note = NonNullable<Session['note']>
const noteUrl = local('session-note')
const noteParts = ['presentation', 'response', 'plan'] as const
const titles = { presentation: 'Presentation', response: 'Response', plan: 'Plan' }
const notePath = `extension.where(${JSON.stringify({ url: noteUrl })})`

export function readNote(raw: fhir.DocumentReference, report: Report): Note {
  const inner = find(raw.extension, noteUrl)?.extension
  const [presentation, response, plan] = noteParts.map((name) =>
    text(find(inner, name)?.valueString, `${notePath}.${inExtension(name, 'valueString')}`, report),
  )
  return { documentId: text(raw.id, 'id', report), presentation, response, plan }
}

const blankNote: fhir.DocumentReference = {
  resourceType: 'DocumentReference',
  status: 'current',
  docStatus: 'preliminary',
  type: { coding: [{ system: 'http://loinc.org', code: '34904-3', display: 'Mental health Progress note' }] },
  category: [
    {
      coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' }],
    },
  ],
  content: [],
}

/** The very same where it says the same. */
export function writeNote(value: Note, prior?: fhir.DocumentReference): fhir.DocumentReference {
  const before = prior && readNote(prior, [])
  if (before && before.documentId === value.documentId && noteParts.every((name) => before[name] === value[name])) return prior
  let inner = find(prior?.extension, noteUrl)?.extension
  for (const name of noteParts) inner = setExtension(inner, name, 'valueString', value[name])
  const told = noteParts.flatMap((name) => (value[name] === undefined ? [] : [`${titles[name]}\n${value[name]}`]))
  const [first, ...others] = prior?.content ?? []
  const data = textInBase64(['Progress note', ...told].join('\n\n'))
  const attachment = { ...first?.attachment, contentType: 'text/plain; charset=utf-8', data }
  const next = {
    ...(prior ?? blankNote),
    id: value.documentId,
    extension: setExtension(prior?.extension, noteUrl, 'extension', inner),
    content: [{ ...first, attachment }, ...others],
  }
  return said<fhir.DocumentReference>(next as Maybe<fhir.DocumentReference>)
}
