/** The note of a session: the DocumentReference that it stands in, what may become of it, and whether there is one at all. */
import type { DocumentReference } from '@medplum/fhirtypes'
import type { SessionParts } from '../../../mappings/session.encounter.ts'
import mapping from '../../../mappings/session.encounter.ts'
import { isSessionNote, isVisitNote, noteOf } from '../../../mappings/shared/session-note.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import type { Session } from '../../domain/session.ts'
import { noteLost, type SessionNote, saysSomething } from '../../domain/session-note.ts'
import { equal } from '../../lens/equal.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { inSight } from '../fhir/visible.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { pointsAt } from '../questions.ts'
import { byAll, type Held, type PartOf, type Seen } from './collection.ts'
import { withLabelsOf } from './labels-of.ts'
import { newest } from './parts.ts'

type Holding = Held<Session, SessionParts>

/** The note never travels farther than its session. */
const dressed = (document: DocumentReference, session: Session, encounter: SessionParts['Encounter'], reference: string) =>
  withLabelsOf(noteOf(document, session, encounter, reference), encounter)

export const notePart: PartOf = {
  type: 'DocumentReference',
  many: false,
  by: 'encounter',
  only: (part) => isSessionNote(part as DocumentReference),
  link: (part, anchor, value) =>
    dressed(part as DocumentReference, value as Session, mapping.write(value as Session).Encounter, anchor),
  anchorOf: (part) => ((part as DocumentReference).context?.encounter ?? []).map(({ reference }) => reference),
}

/** Another document of the visit that is a note: dictated, scanned, or an EHR's. The newest of several. */
export function* visitNote(sessionId: string, seen: Seen = byAll): Steps<string | undefined> {
  const ofIt = pointsAt('encounter', `Encounter/${sessionId}`)
  return (yield* newest('DocumentReference', ofIt)).filter(seen).find((one) => isVisitNote(storedValue<DocumentReference>(one)!))
    ?.id
}

/** Is this the document of a note that the session has by now? */
function* isItsNote(ctx: Context, documentId: string, sessionId: string | undefined): Steps<boolean> {
  const document = yield* inSight<DocumentReference>(ctx, 'DocumentReference', documentId)
  const visit = (document?.context?.encounter ?? []).some(({ reference }) => reference === `Encounter/${sessionId}`)
  return document !== undefined && visit && (isSessionNote(document) || isVisitNote(document))
}

/** The note as it is to be written: the document is ours to give, and what was signed stays. */
export function* withNote(ctx: Context, value: Session, before: Holding | undefined): Steps<Result<Session>> {
  const { note, ...rest } = value
  const { documentId, ...said } = note ?? ({} as SessionNote)
  const own = before?.parts.DocumentReference?.id
  const issues: Issue[] = [...(before ? noteLost(before.value, value) : [])]
  if (documentId !== undefined && documentId !== own && !(yield* isItsNote(ctx, documentId, before?.id)))
    issues.push({ path: 'note.documentId', message: 'is given here: a note that is a document names the session itself' })
  if (issues.length > 0) return fail('rule-broken', 'The note cannot stand so.', { issues })
  if (!saysSomething(said)) return ok(rest)
  return ok({ ...rest, note: { ...said, ...(own !== undefined && { documentId: own }) } })
}

/** What the session says by now, its document says, too. */
export function* noteKept({ id, value, parts }: Holding, at: string): Steps<readonly Put[]> {
  const document = parts.DocumentReference
  if (document?.id === undefined) return []
  const next = dressed(document, value, parts.Encounter, `Encounter/${id}`)
  if (equal(next, document)) return []
  const current = yield* ask({ ask: 'resource', type: 'DocumentReference', id: document.id })
  return [nextOf(next, document.id, current, at)]
}
