/**
 * Document ↔ DocumentReference, and the Binary of its original. https://hl7.org/fhir/R4/documentreference.html
 * https://hl7.org/fhir/us/core/StructureDefinition-us-core-documentreference.html
 */
import type * as fhir from '@medplum/fhirtypes'
import type { z } from 'zod'
import { Document, documentStates, Original, Sha256 } from '../src/domain/document.ts'
import { loinc } from '../src/domain/loinc.ts'
import { type Codec, cannot } from '../src/lens/codec.ts'
import { dateTime, idOf, instant, integer, oneOf, refTo, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape } from '../src/lens/shape.ts'
import { first, idIn } from './shared/combine.ts'
import { codingKey, conceptOfCoding, identifier, period } from './shared/datatypes.ts'
import { extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'

export interface DocumentParts {
  DocumentReference: fhir.DocumentReference
  Binary?: fhir.Binary
}

/** A text as the domain wants it. */
const member = (schema: z.ZodType<string>, name: string): Codec<string, string> => ({
  name,
  read: (raw, report) => (schema.safeParse(raw).success ? raw : cannot(report, `expected ${name}`)),
  write: (value) => value,
})

const original = shape<fhir.Binary, Original>(
  'original',
  (at) => ({
    id: at.id.optional(text),
    clientId: at.securityContext.optional(idOf('Patient')),
    mime: at.contentType.as(member(Original.shape.mime, 'a MIME type')),
    data: at.data.optional(member(Original.shape.data.unwrap(), 'base 64')),
  }),
  { resourceType: 'Binary', contentType: '' },
)

const authors = ['PractitionerRole', 'Organization', 'Device', 'Patient', 'RelatedPerson'] as const
const author = <Raw extends fhir.Reference>() => refTo<Raw, 'Practitioner', (typeof authors)[number]>('Practitioner', ...authors)

export default mapping<Document, DocumentParts>({
  name: 'document.document-reference',
  version: 1,
  domain: Document,
  owner: 'coordination',
  blank: { DocumentReference: { resourceType: 'DocumentReference', status: 'current', content: [] } },
  fields: ({ DocumentReference: document, Binary }) => {
    const content = document.content.where({})
    return {
      identifiers: document.identifier.each(identifier, { by: ['handle'] }),
      clientId: document.subject.optional(idOf('Patient')),
      type: document.type.optional(conceptOfCoding(loinc)),
      categories: document.category.each(conceptOfCoding(), codingKey),
      title: content.attachment.title.optional(text),
      description: document.description.optional(text),
      mime: content.attachment.contentType.optional(text),
      language: content.attachment.language.optional(text),
      size: content.attachment.size.optional(integer),
      sha256: extension(content.attachment, local('sha-256')).valueString.optional(member(Sha256, '64 hex digits')),
      createdAt: content.attachment.creation.optional(dateTime),
      recordedAt: document.date.optional(instant),
      author: first(document.author.each(author(), { by: (one) => JSON.stringify(one) })),
      custodian: document.custodian.optional(refTo('Organization')),
      sessionId: idIn(document.context.encounter, 'Encounter'),
      periodCovered: document.context.period.optional(period),
      docStatus: document.docStatus.optional(oneOf('preliminary', 'final', 'amended', 'entered-in-error')),
      replaces: document.relatesTo
        .where({ code: 'replaces' }, ({ target }) => target !== undefined)
        .target.optional(idOf('DocumentReference')),
      storageRef: content.attachment.url.optional(text),
      original: Binary.optional(original),
      ...labels(document),
      state: document.status.as(oneOf(...documentStates)),
    }
  },
})
