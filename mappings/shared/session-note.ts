/**
 * A session's note ↔ DocumentReference: its parts in an extension of ours, the attachment says them to everybody else.
 * https://hl7.org/fhir/us/core/StructureDefinition-us-core-documentreference.html
 */
import type * as fhir from '@medplum/fhirtypes'
import { textInBase64 } from '../../src/domain/base64.ts'
import { loinc } from '../../src/domain/loinc.ts'
import type { Session } from '../../src/domain/session.ts'
import { noteParts, type SessionNote } from '../../src/domain/session-note.ts'
import type { Codec } from '../../src/lens/codec.ts'
import { text } from '../../src/lens/codecs.ts'
import { shape } from '../../src/lens/shape.ts'
import { extension, local } from './extension.ts'

const noteUrl = local('session-note')

/** Progress, consultation, and history and physical notes, those of mental health among them. */
const noteTypes: ReadonlySet<string | undefined> = new Set([
  ...['34904-3', '11506-3', '78306-8', '34117-2', '34785-6', '11488-4'],
])

type Document = fhir.DocumentReference
const stands = ({ status }: Document): boolean => status !== 'entered-in-error'

/** Written here, part by part. */
export const isSessionNote = (document: Document): boolean =>
  stands(document) && (document.extension ?? []).some(({ url }) => url === noteUrl)

/** A clinician's note on a visit, whoever wrote it, and as whatever. */
export const isVisitNote = (document: Document): boolean =>
  stands(document) && (document.type?.coding ?? []).some(({ system, code }) => system === loinc && noteTypes.has(code))

const titles = { presentation: 'Presentation', response: 'Response', plan: 'Plan' } as const
const told = (note: SessionNote): string =>
  ['Progress note', ...noteParts.flatMap((part) => (note[part] === undefined ? [] : [`${titles[part]}\n${note[part]}`]))].join(
    '\n\n',
  )

const parts = shape<Document, SessionNote>(
  'session note',
  (at) => {
    const note = extension(at, noteUrl)
    return {
      documentId: at.id.optional(text),
      presentation: extension(note, 'presentation').valueString.optional(text),
      response: extension(note, 'response').valueString.optional(text),
      plan: extension(note, 'plan').valueString.optional(text),
    }
  },
  {
    resourceType: 'DocumentReference',
    status: 'current',
    docStatus: 'preliminary',
    type: { coding: [{ system: loinc, code: '34904-3', display: 'Mental health Progress note' }] },
    category: [
      {
        coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' }],
      },
    ],
    content: [],
  },
)

export const sessionNote: Codec<Document, SessionNote> = {
  ...parts,
  write(value, prior) {
    const written = parts.write(value, prior)
    const [first, ...others] = written.content ?? []
    const attachment = { ...first?.attachment, contentType: 'text/plain; charset=utf-8', data: textInBase64(told(value)) }
    return { ...written, content: [{ ...first, attachment }, ...others] }
  },
}

/** A draft until the session is signed; what was amended once stays known as that. */
function docStatusOf({ docStatus }: Document, state: Session['state']): NonNullable<Document['docStatus']> {
  if (state === 'entered-in-error') return state
  if (state === 'amended' || docStatus === 'amended') return 'amended'
  return state === 'signed' ? 'final' : 'preliminary'
}

/** The document with what its session says: whose it is, when it was, who held and who signed it. */
export function noteOf(document: Document, session: Session, encounter: fhir.Encounter, reference: string): Document {
  const renderer = encounter.participant?.find(({ type }) =>
    type?.some(({ coding }) => coding?.some(({ code }) => code === 'PPRF')),
  )
  const signedAt = session.signatures.at(-1)?.at
  return {
    ...document,
    status: session.state === 'entered-in-error' ? session.state : 'current',
    docStatus: docStatusOf(document, session.state),
    ...(encounter.subject && { subject: encounter.subject as NonNullable<Document['subject']> }),
    ...(renderer?.individual && { author: [renderer.individual as NonNullable<Document['author']>[number]] }),
    ...(signedAt !== undefined && { date: signedAt }),
    context: { ...document.context, encounter: [{ reference }], ...(encounter.period && { period: encounter.period }) },
  }
}
