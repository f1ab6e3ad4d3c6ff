/** EducationProvided ↔ Procedure, and a Communication of the materials. https://hl7.org/fhir/R4/procedure.html */
import type * as fhir from '@medplum/fhirtypes'
import type { z } from 'zod'
import {
  audiences,
  type CommunityEvent,
  EducationProvided,
  type EducationState,
  educationMethods,
  type Material,
} from '../src/domain/education.ts'
import { asCoding, asConcept } from '../src/lens/code-table.ts'
import { type Codec, words } from '../src/lens/codec.ts'
import { dateTime, idOf, integer, oneOf, refTo, text, withHandle } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape } from '../src/lens/shape.ts'
import { educationTopic, teachBack } from './codes/education.ts'
import { snomed } from './codes/systems.ts'
import { instead } from './shared/combine.ts'
import { identifier } from './shared/datatypes.ts'
import { extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { withOptionalParts } from './shared/optional-parts.ts'
import { reasonText } from './shared/reason-text.ts'
import { whole } from './shared/stay.ts'

export interface EducationParts {
  readonly Procedure: fhir.Procedure
  readonly Communication?: fhir.Communication
}

const statusOf: Readonly<Record<EducationState, fhir.Procedure['status']>> = {
  prepared: 'preparation',
  delivered: 'completed',
  declined: 'not-done',
  'entered-in-error': 'entered-in-error',
}
const bare: Readonly<Record<fhir.Procedure['status'], EducationState>> = words({
  preparation: 'prepared',
  'in-progress': 'prepared',
  'on-hold': 'prepared',
  unknown: 'prepared',
  'not-done': 'declined',
  stopped: 'declined',
  completed: 'delivered',
  'entered-in-error': 'entered-in-error',
})
const state: Codec<fhir.Procedure['status'], EducationState> = {
  name: 'state of education',
  read: (raw) => bare[raw] ?? 'prepared',
  write: (value, prior) => (prior !== undefined && bare[prior] === value ? prior : statusOf[value]),
}

/** Of nobody in particular: no Patient is made up for it. */
const nobody: fhir.Reference<fhir.Group> = { type: 'Group', display: 'No single client' }
const subject: Codec<fhir.Procedure['subject'] | undefined, string | undefined> = {
  name: 'client, if it is one',
  read: (raw) => (raw?.reference?.startsWith('Patient/') ? raw.reference.slice('Patient/'.length) : undefined),
  write(id, prior) {
    if (id !== undefined) return { reference: `Patient/${id}` }
    return prior && !prior.reference?.startsWith('Patient/') ? prior : nobody
  },
}

const material = withHandle<fhir.CommunicationPayload, Material>(
  shape<fhir.CommunicationPayload, Omit<Material, 'handle'>>('material', (at) => ({
    title: at.contentAttachment.title.as(text),
    url: at.contentAttachment.url.optional(text),
    documentId: extension(at, local('material-document')).valueReference.optional(idOf('DocumentReference')),
    language: at.contentAttachment.language.optional(text),
    readingLevel: extension(at, local('reading-level')).valueString.optional(text),
    source: extension(at, local('material-source')).valueString.optional(text),
  })),
)

const community = shape<fhir.Extension, z.infer<typeof CommunityEvent>>(
  'community',
  (at) => ({
    event: extension(at, 'event').valueString.as(text),
    headcount: extension(at, 'headcount').valueUnsignedInt.optional(integer),
  }),
  { url: local('community-event') },
)

const handedOut: fhir.Communication = { resourceType: 'Communication', status: 'completed' }

const table = mapping<EducationProvided, EducationParts>({
  name: 'education.procedure',
  version: 1,
  domain: EducationProvided,
  owner: 'coordination',
  blank: {
    Procedure: {
      resourceType: 'Procedure',
      status: 'preparation',
      code: { coding: [{ system: snomed, code: '410224008' }] },
      subject: nobody,
    },
    Communication: handedOut,
  },
  fields: ({ Procedure, Communication }) => ({
    identifiers: Procedure.identifier.each(identifier, { by: ['handle'] }),
    clientId: whole(Procedure.subject, subject),
    groupSessionId: extension(Procedure, local('education-group')).valueReference.optional(idOf('Group')),
    community: extension(Procedure, local('community-event')).optional(community),
    audience: extension(Procedure, local('audience')).valueCode.optional(oneOf(...audiences)),
    topics: Procedure.at('code').coding.each(asCoding(educationTopic), {
      by: (term) => term,
      only: { label: 'topic', test: ({ code, system = '' }) => educationTopic.termOf(code, system) !== undefined },
    }),
    materials: Communication.payload.each(material, { by: ['handle'] }),
    method: extension(Procedure, local('education-method')).valueCode.optional(oneOf(...educationMethods)),
    minutes: extension(Procedure, local('minutes')).valueUnsignedInt.optional(integer),
    at: instead(
      Procedure.performedDateTime.optional(dateTime),
      Procedure.performedPeriod,
      Procedure.performedString,
      Procedure.performedAge,
      Procedure.performedRange,
    ),
    by: Procedure.performer.where({}, (one) => one.actor !== undefined).actor.optional(refTo('Practitioner', 'PractitionerRole')),
    teachBack: Procedure.outcome.optional(asConcept(teachBack)),
    statusReason: Procedure.statusReason.optional(reasonText),
    ...labels(Procedure),
    state: Procedure.status.as(state),
  }),
})

export default withOptionalParts(table, { Communication: handedOut })
