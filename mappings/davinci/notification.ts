/**
 * A Da Vinci notification (FHIR message) → the facts that an ADT message yields. https://hl7.org/fhir/us/davinci-alerts/
 *
 * Readable is a message Bundle with a MessageHeader whose event is about a stay, the stay's Encounter, and its Patient with an identifier.
 * All that lacks is told at once; whatever else cannot be read is a warning and stays out.
 */
import type * as fhir from '@medplum/fhirtypes'
import type { DiagnosisFacts, DischargeFacts, VisitEvent, VisitFacts } from '../../src/domain/discharge.ts'
import type { Coding, Ref } from '../../src/domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../src/domain/problem.ts'
import type { Table } from '../../src/lens/mapping.ts'
import client from '../client.patient.ts'
import discharge from '../discharge.encounter.ts'
import type { ConnectionFacts } from '../hl7v2/adt-reading.ts'

export const notificationTable: Table = { name: 'davinci.notification', version: 1 }

const notificationEvents = 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event'

/** Events about a stay → what happened. Others are kept, and not read. */
const events: Readonly<Record<string, VisitEvent>> = {
  'notification-admit': 'admit',
  'notification-discharge': 'discharge',
  'notification-transfer': 'update',
}

interface NotificationReading extends DischargeFacts {
  readonly source: 'fhir-message'
  /** What was odd, all of it warnings. */
  readonly issues: readonly Issue[]
}

type Resources = ReadonlyMap<string, fhir.Resource>

/** The header of a message Bundle, if it begins with one. */
export function messageHeader(bundle: unknown): fhir.MessageHeader | undefined {
  const first = entriesOf(bundle)[0]?.resource
  return first?.resourceType === 'MessageHeader' ? first : undefined
}

/** Fails `not-supported` for an event that is not about a stay, `unreadable` for what lacks. */
export function readNotification(bundle: unknown, connection?: ConnectionFacts): Result<NotificationReading> {
  const header = messageHeader(bundle)
  if (!header) return unreadable({ path: 'Bundle.entry[0].resource', message: 'is no MessageHeader' })
  const { system, code } = header.eventCoding ?? {}
  const named = system === notificationEvents && code !== undefined && Object.hasOwn(events, code) ? events[code] : undefined
  if (!named)
    return fail('not-supported', 'Messages of this event are kept and not read.', {
      issues: [{ path: 'MessageHeader.event', message: 'is no event about a stay that is read here' }],
    })

  const resources = resourcesOf(bundle)
  const encounter = encounterOf(header, resources)
  const patient = encounter && resolve<fhir.Patient>(encounter.subject, 'Patient', resources)
  const person = patient && client.read({ Patient: patient })
  const missing: Issue[] = []
  if (typeof header.id !== 'string') missing.push({ path: 'MessageHeader.id', message: 'is missing' })
  if (!encounter) missing.push({ path: 'MessageHeader.focus', message: 'names no Encounter of this message' })
  else if (!person?.ok) missing.push({ path: 'Encounter.subject', message: 'names no readable Patient of this message' })
  else if (!person.value.identifiers.some((one) => one.system !== undefined && one.value !== undefined)) {
    missing.push({ path: 'Patient.identifier', message: 'has no identifier with a system' })
  }
  if (missing.length > 0 || !encounter || !person?.ok) return unreadable(...missing)

  const { Encounter, Condition } = partsOf(encounter, resources)
  // Whose stay it is, the Patient tells: a reference inside of the message leads nowhere here.
  const stay = discharge.read({
    Encounter: { ...Encounter, subject: { reference: `Patient/${patient!.id ?? 'here'}` } },
    Condition,
  })
  if (!stay.ok) return fail('unreadable', 'The Encounter cannot be read.', { issues: stay.issues })
  const event = encounter.status === 'cancelled' || encounter.status === 'entered-in-error' ? 'cancel-admit' : named
  const { identifiers, names, birthDate, gender, deceased } = person.value
  const sentAt = (bundle as fhir.Bundle).timestamp
  const recordedAt = encounter.meta?.lastUpdated
  const labels = [(bundle as fhir.Bundle).meta, header.meta, encounter.meta].flatMap((meta) => meta?.security ?? []) as Coding[]
  const visit = visitOf(encounter, stay.value, resources, connection)
  const dischargedAt = visit.dischargedAt ?? recordedAt ?? sentAt
  return ok({
    event: event === 'admit' && encounter.class?.code === 'EMER' ? 'register' : event,
    source: 'fhir-message',
    messageId: header.id!,
    sender: typeof header.source?.endpoint === 'string' ? { endpoint: header.source.endpoint } : {},
    ...(typeof recordedAt === 'string' && { recordedAt }),
    ...(typeof sentAt === 'string' && { sentAt }),
    test: labels.some((label) => label.code === 'HTEST'),
    patient: {
      identifiers,
      names,
      ...(birthDate !== undefined && { birthDate }),
      ...(gender && { gender }),
      ...(deceased !== undefined && { deceased }),
    },
    visit: event === 'discharge' && dischargedAt !== undefined ? { ...visit, dischargedAt } : visit,
    diagnoses: stay.value.diagnoses.flatMap(({ code, role, onAdmission }): DiagnosisFacts[] =>
      code ? [{ code, ...(role && { role }), ...(onAdmission !== undefined && { onAdmission }) }] : [],
    ),
    labels,
    issues: [...person.warnings, ...stay.warnings, ...(event === 'discharge' && visit.dischargedAt === undefined ? [noEnd] : [])],
  })
}

/** Every follow-up counts its days from it. */
const noEnd: Issue = {
  path: 'Encounter.period.end',
  message: 'is missing; when the message was written stands for it',
  severity: 'warning',
}

const unreadable = (...issues: readonly Issue[]) =>
  fail('unreadable', 'The message lacks what a stay cannot be read without.', { issues })

function visitOf(
  encounter: fhir.Encounter,
  stay: ReturnType<typeof stayOf>,
  resources: Resources,
  connection: ConnectionFacts | undefined,
): VisitFacts {
  // The visit number is the identifier called so, else the first that can be one.
  const own = stay.identifiers.find((one) => one.system !== undefined && one.value !== undefined)
  const number = stay.visitNumber ?? (own ? { system: own.system!, value: own.value! } : undefined)
  const attending = stay.attending
    ? encounter.participant?.find((one) => codes(one.type).includes('ATND'))
    : encounter.participant?.[0]
  const facility = connection?.facility ?? named(encounter.serviceProvider, 'Organization', resources)
  const location = encounter.location?.[0]?.location
  const place = resolve<fhir.Location>(location, 'Location', resources)?.name ?? location?.display
  const destination = named(encounter.hospitalization?.destination, 'Location', resources)
  return {
    ...(number && { number }),
    identifiers: stay.identifiers.filter((one) => one !== own || stay.visitNumber !== undefined),
    ...(encounter.class && { class: encounter.class as Coding }),
    ...(stay.encounterClass === 'inpatient-acute-psych' && { psychiatric: true }),
    ...(stay.admittedAt !== undefined && { admittedAt: stay.admittedAt }),
    ...(stay.dischargedAt !== undefined && { dischargedAt: stay.dischargedAt }),
    ...(connection?.timeZone !== undefined && { timeZone: connection.timeZone }),
    ...(stay.disposition && { disposition: stay.disposition }),
    ...(destination && { destination }),
    ...(attending && present('attending', named(attending.individual, 'Practitioner', resources))),
    ...(place !== undefined && { location: place }),
    ...(facility && { facility }),
    ...(stay.reasons[0] && { admitReason: stay.reasons[0] }),
  }
}

const stayOf = (reading: ReturnType<typeof discharge.read> & { ok: true }) => reading.value
const present = <T>(name: string, value: T | undefined): object => (value === undefined ? {} : { [name]: value })
const codes = (concepts: readonly fhir.CodeableConcept[] | undefined): readonly (string | undefined)[] =>
  (concepts ?? []).flatMap((concept) => (concept.coding ?? []).map((coding) => coding.code))

/** Somebody whom the sender knows: by identifier and name, since its references lead nowhere here. */
function named(
  reference: fhir.Reference | undefined,
  type: 'Organization' | 'Location' | 'Practitioner',
  resources: Resources,
): Ref | undefined {
  if (!reference) return undefined
  const found = resolve<fhir.Organization | fhir.Location | fhir.Practitioner>(reference, type, resources)
  const identifier =
    reference.identifier ??
    found?.identifier?.find((one) => one.system === 'http://hl7.org/fhir/sid/us-npi') ??
    found?.identifier?.[0]
  const name = found?.name
  const display = reference.display ?? (typeof name === 'string' ? name : nameText(name?.[0]))
  const external = {
    ...(identifier?.system !== undefined && { system: identifier.system }),
    ...(identifier?.value !== undefined && { value: identifier.value }),
    ...(display !== undefined && { display }),
  }
  return Object.keys(external).length > 0 ? { external: { ...external, resourceType: type } } : undefined
}

const nameText = (name: fhir.HumanName | undefined): string | undefined =>
  name?.text ??
  ([...(name?.prefix ?? []), ...(name?.given ?? []), name?.family].filter((part) => part !== undefined).join(' ') || undefined)

/** The focus that is an Encounter, else the first Encounter of the message. */
function encounterOf(header: fhir.MessageHeader, resources: Resources): fhir.Encounter | undefined {
  const focus = (Array.isArray(header.focus) ? header.focus : []).map((one) =>
    resolve<fhir.Encounter>(one, 'Encounter', resources),
  )
  return focus.find((one) => one !== undefined) ?? [...resources.values()].find((one) => one.resourceType === 'Encounter')
}

/** The Encounter and the Conditions that are its diagnoses: those that it names, then those that name it. Names lead to ids. */
function partsOf(encounter: fhir.Encounter, resources: Resources): { Encounter: fhir.Encounter; Condition: fhir.Condition[] } {
  const uses = (Array.isArray(encounter.diagnosis) ? encounter.diagnosis : []).map((use) => {
    const condition = resolve<fhir.Condition>(use?.condition, 'Condition', resources)
    return { use, condition }
  })
  const listed = new Set(uses.map(({ condition }) => condition))
  const pointing = [...new Set(resources.values())].filter(
    (one): one is fhir.Condition =>
      one.resourceType === 'Condition' && !listed.has(one) && resolve(one.encounter, 'Encounter', resources) === encounter,
  )
  const all = [...uses, ...pointing.map((condition) => ({ use: {}, condition }))].filter(
    ({ condition }) => condition?.id !== undefined,
  )
  const diagnosis = all.map(({ use, condition }) => ({ ...use, condition: { reference: `Condition/${condition!.id}` } }))
  return { Encounter: { ...encounter, diagnosis }, Condition: all.map(({ condition }) => condition!) }
}

interface Entry {
  readonly fullUrl?: string
  readonly resource?: fhir.Resource
}
const entriesOf = (bundle: unknown): readonly Entry[] => {
  const entries = (bundle as { entry?: unknown } | undefined)?.entry
  return Array.isArray(entries) ? entries.filter((one): one is Entry => typeof one === 'object' && one !== null) : []
}

/** By fullUrl, and by type and id. */
function resourcesOf(bundle: unknown): Resources {
  const found = new Map<string, fhir.Resource>()
  for (const { fullUrl, resource } of entriesOf(bundle)) {
    if (typeof resource !== 'object' || resource === null || typeof resource.resourceType !== 'string') continue
    if (typeof fullUrl === 'string') found.set(fullUrl, resource)
    if (typeof resource.id === 'string') found.set(`${resource.resourceType}/${resource.id}`, resource)
  }
  return found
}

function resolve<R extends fhir.Resource>(
  reference: fhir.Reference | undefined,
  type: R['resourceType'],
  resources: Resources,
): R | undefined {
  const link = reference?.reference
  const found = typeof link === 'string' ? resources.get(link) : undefined
  return found?.resourceType === type ? (found as R) : undefined
}
