/** What a clinical document leaves in the record beside the stay or referral that it tells of: itself, as it came, and what it says of medications and plans. */
import type {
  Binary,
  CarePlan,
  CarePlanActivity,
  CodeableConcept,
  Coding,
  DocumentReference,
  Identifier,
  MedicationStatement,
  Resource,
} from '@medplum/fhirtypes'
import type { CcdaReading } from '../../../mappings/ccda/reading.ts'
import type { PlannedItem, StatedMedication } from '../../../mappings/ccda/sections.ts'
import mapping from '../../../mappings/document.document-reference.ts'
import { concept } from '../../../mappings/shared/datatypes.ts'
import { sha1Base64, sha256Hex } from '../../digest.ts'
import { base64Of } from '../../domain/base64.ts'
import type { Document } from '../../domain/document.ts'
import type { Concept } from '../../domain/kernel.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { every, hasToken } from '../questions.ts'
import { tokensOf } from './match-discharge.ts'

export interface About {
  readonly clientId: string
  /** Id of the Encounter. */
  readonly stay?: string
}

/** The same for every version of a document. */
export const seriesOf = ({ set, id }: CcdaReading): readonly string[] => [(set ?? id).system ?? '', (set ?? id).value ?? '']

/** The id that the gateway itself gives the DocumentReference of a document. */
export const ownDocumentId = ({ id, version }: CcdaReading): string =>
  derivedId('doc', id.system ?? '', id.value ?? '', version ?? '')

export const documentId = (reading: CcdaReading): string => reading.paper ?? ownDocumentId(reading)

interface Filed {
  readonly puts: readonly Put[]
  /** A later version of the document is here already: what this one says is past. */
  readonly isPast: boolean
}

/** The original and its DocumentReference; what it takes the place of is no longer current. */
export function* file(reading: CcdaReading, bytes: Uint8Array, about: About, at: string): Steps<Filed> {
  const id = documentId(reading)
  const known = yield* ask({ ask: 'resource', type: 'DocumentReference', id })
  const others = yield* versionsOf(reading, id)
  const isLater = ({ value }: (typeof others)[number]): boolean =>
    (value.content?.[0]?.attachment?.creation ?? '') > (reading.writtenAt ?? '')
  const isPast = others.some(isLater)
  const former = isPast ? [] : others.filter((one) => one.value.status === 'current')
  const superseded = former.map(({ stored, value }) =>
    nextOf<DocumentReference>({ ...value, status: 'superseded' }, stored.id, stored, at),
  )
  if (known?.text !== undefined) return { puts: superseded, isPast }
  const binary = derivedId('bin', id, sha256Hex(bytes))
  const parts = mapping.write(documentOf(reading, bytes, about, { binary, isPast, at }))
  const [content] = parts.DocumentReference.content
  const reference: DocumentReference = {
    ...parts.DocumentReference,
    masterIdentifier: reading.id as Identifier,
    ...(former[0] && { relatesTo: [{ code: 'replaces', target: { reference: `DocumentReference/${former[0].stored.id}` } }] }),
    ...(reading.labels.length > 0 && { securityLabel: [{ coding: [...reading.labels] as Coding[] }] }),
    content: [{ ...content, attachment: { ...content?.attachment, hash: sha1Base64(bytes) } }],
  }
  const original = yield* ask({ ask: 'resource', type: 'Binary', id: binary })
  const isKept = original?.text !== undefined
  return {
    isPast,
    puts: [
      ...(isKept ? [] : [nextOf<Binary>(labelled(reading, parts.Binary!), binary, original, at)]),
      nextOf(labelled(reading, reference), id, known, at),
      ...superseded,
    ],
  }
}

/** Other documents here that are of the same series, or that this one says it replaces. */
function* versionsOf(
  { set, id, replaces }: CcdaReading,
  own: string,
): Steps<readonly { stored: Stored; value: DocumentReference }[]> {
  const values = tokensOf([set ?? id, replaces ?? {}])
  const { items } = yield* ask(every('DocumentReference', hasToken('identifier', ...values)))
  return items.flatMap((stored) => {
    const value = storedValue<DocumentReference>(stored)
    return value && stored.id !== own ? [{ stored, value }] : []
  })
}

function documentOf(
  { id, set, type, title, language, writtenAt, author, custodian }: CcdaReading,
  bytes: Uint8Array,
  { clientId, stay }: About,
  { binary, isPast, at }: { readonly binary: string; readonly isPast: boolean; readonly at: string },
): Document {
  return {
    identifiers: [set ?? id],
    clientId,
    type,
    categories: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' }],
    ...(title !== undefined && { title }),
    mime: 'application/xml',
    ...(language !== undefined && { language }),
    size: bytes.length,
    sha256: sha256Hex(bytes),
    ...(writtenAt !== undefined && { createdAt: writtenAt }),
    recordedAt: at,
    ...(author && { author: author as NonNullable<Document['author']> }),
    ...(custodian && { custodian: custodian as NonNullable<Document['custodian']> }),
    ...(stay !== undefined && { sessionId: stay }),
    docStatus: 'final',
    storageRef: `Binary/${binary}`,
    original: { id: binary, clientId, mime: 'application/xml', data: base64Of(bytes) },
    sensitivity: [],
    legalBasis: [],
    state: isPast ? 'superseded' : 'current',
  }
}

/** What comes from a document is as sensitive as the whole. */
export function labelled<R extends Resource>({ labels }: CcdaReading, resource: R): R {
  return labels.length === 0 ? resource : { ...resource, meta: { ...resource.meta, security: [...labels] as Coding[] } }
}

export const asConcept = (value: Concept): CodeableConcept => concept.write(value, undefined)

/** Medications and plan of a discharge summary, each the same resource for every version of the document. */
export function* plansOf(reading: CcdaReading, about: Required<About>, at: string): Steps<readonly Put[]> {
  const resources: Resource[] = reading.medications.map((one) => medicationOf(reading, one, about))
  if (reading.plan.length > 0 || reading.instructions.length > 0) resources.push(planOf(reading, about))
  const puts: Put[] = []
  for (const made of new Map(resources.map((one) => [one.id, one])).values()) {
    const stored = yield* ask({ ask: 'resource', type: made.resourceType, id: made.id! })
    const put = nextOf(labelled(reading, made), made.id!, stored, at)
    if (!saysTheSame(stored, put)) puts.push(put)
  }
  return puts
}

/** But for version and instant, which every writing changes. */
export function saysTheSame(stored: Stored | undefined, { resource }: Put): boolean {
  const bare = (value: object | undefined): string => {
    const { meta, ...rest } = (value ?? {}) as Resource
    return JSON.stringify([rest, meta?.security])
  }
  return stored?.text !== undefined && bare(storedValue(stored)) === bare(resource)
}

function medicationOf(
  reading: CcdaReading,
  { code, status, start, end, dosage }: StatedMedication,
  about: Required<About>,
): MedicationStatement {
  return {
    resourceType: 'MedicationStatement',
    id: derivedId('med', ...seriesOf(reading), JSON.stringify(code)),
    status,
    medicationCodeableConcept: asConcept(code),
    subject: { reference: `Patient/${about.clientId}` },
    context: { reference: `Encounter/${about.stay}` },
    ...((start ?? end) !== undefined && {
      effectivePeriod: { ...(start !== undefined && { start }), ...(end !== undefined && { end }) },
    }),
    ...(reading.writtenAt !== undefined && { dateAsserted: reading.writtenAt }),
    derivedFrom: [{ reference: `DocumentReference/${documentId(reading)}` }],
    ...(dosage !== undefined && { dosage: [{ text: dosage }] }),
  }
}

/** A proposal of the hospital's: whether it becomes the plan, the care team says. */
function planOf(reading: CcdaReading, about: Required<About>): CarePlan {
  return {
    resourceType: 'CarePlan',
    id: derivedId('cpl', ...seriesOf(reading)),
    status: 'draft',
    intent: 'proposal',
    title: reading.title ?? 'Plan after the hospital stay',
    subject: { reference: `Patient/${about.clientId}` },
    encounter: { reference: `Encounter/${about.stay}` },
    ...(reading.writtenAt !== undefined && { created: reading.writtenAt }),
    supportingInfo: [{ reference: `DocumentReference/${documentId(reading)}` }],
    ...(reading.plan.length > 0 && { activity: reading.plan.map(activityOf) }),
    ...(reading.instructions.length > 0 && { note: reading.instructions.map((text) => ({ text })) }),
  }
}

const activityOf = ({ kind, code, start, end, text }: PlannedItem): CarePlanActivity => ({
  detail: {
    ...(kind && { kind }),
    ...(code && { code: asConcept(code) }),
    status: start === undefined ? 'not-started' : 'scheduled',
    ...((start ?? end) !== undefined && {
      scheduledPeriod: { ...(start !== undefined && { start }), ...(end !== undefined && { end }) },
    }),
    ...(text !== undefined && { description: text }),
  },
})
