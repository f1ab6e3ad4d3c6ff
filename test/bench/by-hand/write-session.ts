/** A session as an Encounter with Procedures and a note, written by hand: afresh, or onto those that stand already. */
import type * as fhir from '@medplum/fhirtypes'
import type { SessionParts } from '../../../mappings/session.encounter.ts'
import type { Session } from '../../../src/domain/session.ts'
import { equal } from '../../../src/lens/equal.ts'
import { items, type Report } from './checks.ts'
import { find } from './extensions.ts'
import { writeLabels } from './labels.ts'
import {
  actualIn,
  addOnIn,
  all,
  bare,
  type Diagnosis,
  diagnosisIn,
  foci,
  goalIn,
  groups,
  kinds,
  locationIn,
  minutesLong,
  readFocus,
  readKind,
  readOwn,
  sites,
  statusOf,
  url,
  type Word,
} from './read-session.ts'
import { pointing, refer, writeIds } from './references.ts'
import {
  readAttendee,
  readDone,
  readSecond,
  writeAttendee,
  writeDone,
  writeNote,
  writeRole,
  writeSecond,
  writeTelehealth,
} from './session-elements.ts'
import { readSignature, writeSignature } from './signature.ts'
import { list, type Maybe, said, setExtension, unlessSame, writeCoding, writeIdentifier } from './writes.ts'

const writeWord =
  ({ system }: Word) =>
  (code: string, prior?: fhir.CodeableConcept): fhir.CodeableConcept => ({
    ...prior,
    coding: [...(prior?.coding ?? []).filter((one) => one.system !== system), { system, code }],
  })
const byHandle = ({ handle }: { readonly handle?: string | undefined }): string => handle ?? ''
const itself = (one: string): string => one

function writeExtensions(value: Session, now: fhir.Extension[] | undefined): fhir.Extension[] | undefined {
  const { state, modality, group, scheduled, telehealth } = value
  const times = find(now, url.scheduled)?.valuePeriod
  let x = setExtension(now, url.state, 'valueCode', bare[statusOf[state]] === state ? undefined : state)
  x = setExtension(x, url.reason, 'valueString', value.statusReason)
  x = setExtension(x, url.modality, 'valueCode', modality === 'in-person' || modality === 'video' ? undefined : modality)
  x = setExtension(x, url.breaks, 'valueUnsignedInt', value.actual?.breakMinutes)
  x = setExtension(x, url.scheduled, 'valuePeriod', scheduled && { ...times, ...scheduled })
  x = setExtension(x, url.indirect, 'valueUnsignedInt', value.minutesIndirect)
  x = setExtension(x, url.telehealth, 'extension', telehealth && writeTelehealth(telehealth, find(x, url.telehealth)?.extension))
  x = setExtension(x, url.place, 'valueCode', value.placeOfService)
  x = list(x, value.participants, readAttendee, byHandle, writeAttendee)
  x = setExtension(x, url.size, 'valuePositiveInt', group?.size)
  x = setExtension(x, url.topic, 'valueString', group?.topic)
  x = setExtension(x, url.curriculum, 'valueString', group?.curriculum)
  x = list<fhir.Extension, string>(x, value.goalIds, goalIn, itself, (id) => ({
    url: url.goal,
    valueReference: { reference: `Goal/${id}` },
  }))
  x = list<fhir.Extension, Diagnosis>(
    x,
    value.diagnoses,
    diagnosisIn,
    ({ system, code }) => JSON.stringify([system, code]),
    (one, prior) => ({ ...prior, url: url.diagnosis, valueCoding: writeCoding(one, prior?.valueCoding) }),
  )
  x = setExtension(x, url.outcome, 'valueCode', value.outcome)
  x = setExtension(x, url.interpreter, 'valueBoolean', value.interpreterUsed)
  x = list(x, value.signatures, readSignature, byHandle, writeSignature)
  x = setExtension(x, url.procedure, 'valueCode', value.procedureCode)
  return list<fhir.Extension, string>(x, value.addOnCodes, addOnIn, itself, (code) => ({ url: url.addOn, valueCode: code }))
}

function writeIdentifiers(value: Session, now: fhir.Identifier[] | undefined): fhir.Identifier[] | undefined {
  const own = list(now, value.identifiers, readOwn, byHandle, writeIdentifier)
  const index = own?.findIndex((one) => one?.system === groups) ?? -1
  const id = value.group?.groupSessionId
  if (id === undefined) return index < 0 || own![index]!.value === undefined ? own : own!.filter((one) => one?.system !== groups)
  return index < 0 ? [...(own ?? []), { system: groups, value: id }] : own!.with(index, { ...own![index], value: id })
}

/** One in front of all that can be read; without it, they go. */
function head<E extends object>(
  now: E[] | undefined,
  id: string | undefined,
  read: (one: E, report: Report) => string | undefined,
  write: (id: string, prior?: E) => E,
): E[] | undefined {
  return list<E, string>(now, id === undefined ? [] : [id, ...items(now, read, '', []).slice(1)], read, itself, write)
}
const referring =
  <T extends fhir.Resource>(type: string) =>
  (id: string, prior?: fhir.Reference<T>): fhir.Reference<T> =>
    pointing(`${type}/${id}`, prior)

const blank: fhir.Encounter = {
  resourceType: 'Encounter',
  status: 'planned',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
}

export function writeSession(value: Session, parts?: SessionParts): SessionParts {
  const now = parts?.Encounter ?? blank
  const { breakMinutes: _, ...times } = value.actual ?? {}
  const period = said<fhir.Period>({ ...now.period, ...times } as Maybe<fhir.Period>)
  const site = value.modality !== 'in-person' ? 'VR' : sites.has(now.class?.code ?? '') ? now.class.code : 'AMB'
  let people = writeRole(now.participant, 'PPRF', value.renderer)
  people = list(people, value.coRenderers, readSecond, (one) => JSON.stringify(one), writeSecond)
  people = writeRole(people, 'supervisor', value.supervisor)
  const next = {
    ...now,
    meta: writeLabels(value, now.meta),
    extension: writeExtensions(value, now.extension),
    identifier: writeIdentifiers(value, now.identifier),
    status: bare[now.status] === value.state ? now.status : statusOf[value.state],
    class: now.class.code === site ? now.class : { ...now.class, code: site },
    type: head(now.type, value.kind, readKind, writeWord(kinds)),
    subject: refer('Patient', value.clientId, now.subject),
    episodeOfCare: head(now.episodeOfCare, value.episodeId, all('EpisodeOfCare'), referring('EpisodeOfCare')),
    basedOn: head(now.basedOn, value.referralId, all('ServiceRequest'), referring('ServiceRequest')),
    participant: people,
    appointment: head(now.appointment, value.appointmentId, all('Appointment'), referring('Appointment')),
    period: value.actual !== undefined && Object.keys(times).length > 0 && Object.keys(period).length > 0 ? period : undefined,
    length: equal(actualIn(now, []) ?? {}, value.actual ?? {}) ? now.length : minutesLong(value.actual),
    reasonCode: list<fhir.CodeableConcept, string>(now.reasonCode, value.focus, readFocus, itself, writeWord(foci)),
    reasonReference: writeIds(now.reasonReference, value.needIds, 'Condition'),
    location: head(now.location, value.locationId, locationIn, (id, prior) => ({
      ...prior,
      location: pointing(`Location/${id}`, prior?.location),
    })),
  } as fhir.Encounter
  const Encounter = unlessSame<fhir.Encounter>(next, parts?.Encounter)
  const Procedure = list(parts?.Procedure ?? [], value.interventions, readDone, byHandle, writeDone) ?? []
  const note = value.note && writeNote(value.note, parts?.DocumentReference)
  const isSame = Encounter === parts?.Encounter && Procedure === parts.Procedure && note === parts.DocumentReference
  return isSame ? parts : { ...parts, Encounter, Procedure, ...(note && { DocumentReference: note }) }
}
