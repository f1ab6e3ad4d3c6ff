/**
 * The progress note of a session, part of the record: what showed, how the client responded, what comes next. What a therapist writes for
 * themselves (a psychotherapy note) is kept elsewhere, and is no part of this.
 */
import { z } from 'zod'
import { Id, Text } from './kernel.ts'
import type { Issue } from './problem.ts'

export const noteParts = ['presentation', 'response', 'plan'] as const

/** `documentId`: the document that the note stands in; it is given here. */
export const SessionNote = z.object({
  presentation: Text.optional(),
  response: Text.optional(),
  plan: Text.optional(),
  documentId: Id.optional(),
})
export type SessionNote = z.infer<typeof SessionNote>

export const saysSomething = (note: SessionNote | undefined): boolean => noteParts.some((part) => note?.[part] !== undefined)

const saysAnother = (a: SessionNote | undefined, b: SessionNote | undefined): boolean =>
  noteParts.some((part) => a?.[part] !== b?.[part])

interface Noted {
  readonly note?: SessionNote | undefined
  readonly state: string
}

/** A note stays once it is written, and as it is once it was signed, until the session is amended. */
export function noteLost(before: Noted, next: Noted): readonly Issue[] {
  if (!saysSomething(before.note)) return []
  if (!saysSomething(next.note)) return [{ path: 'note', message: 'stays once it is written: say it otherwise' }]
  const isSigned = before.state === 'signed' && next.state === 'signed'
  return isSigned && saysAnother(before.note, next.note) ? [{ path: 'note', message: 'is signed: amend the session first' }] : []
}
