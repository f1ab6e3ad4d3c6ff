/**
 * Psychotherapy notes: what a therapist writes for themselves about a session. They are no part of the record: no FHIR form, no search, no
 * export, no list. A note is its author's alone; to everybody else there is none. 45 CFR 164.501, 164.508(a)(2)
 */
import { z } from 'zod'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { lookThrough, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { hold } from '../collections/parts.ts'
import { sessions } from '../collections/sessions.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { seenBy } from '../fhir/visible.ts'
import { Kept } from '../kept.ts'

interface PsychotherapyNote {
  readonly sessionId: string
  readonly body: string
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

const notes = new Kept<PsychotherapyNote>('psychotherapy-note')

const Body = z.strictObject({ body: z.string().min(1).max(200_000) })

/** One note for each author and session. */
const keyOf = ({ principal }: Context, sessionId: string): string =>
  [sessionId, principal.kind, principal.id].map(encodeURIComponent).join('|')

const none = fail('not-found', 'There is no such note.')

function unmatched(note: PsychotherapyNote | undefined, ifMatch: string | undefined): Result<never> | undefined {
  if (note === undefined)
    return ifMatch === undefined ? undefined : fail('precondition-failed', 'There is no note to be changed.')
  if (ifMatch === undefined) return fail('precondition-required', 'A change needs If-Match with the ETag that was read.')
  return ifMatch === '*' || ifMatch === etagOf(note)
    ? undefined
    : fail('precondition-failed', 'It has changed since it was read.')
}

const etagOf = ({ version }: Pick<PsychotherapyNote, 'version'>): string => `W/"${version}"`

/** Writes the caller's own note; If-Match guards one that is there. */
export async function putPsychotherapyNote(
  ctx: Context,
  sessionId: string,
  body: unknown,
  ifMatch: string | undefined,
): Promise<Result<PsychotherapyNote>> {
  const may = allowed(ctx, 'update', 'Encounter')
  if (!may.ok) return may
  const said = Body.safeParse(body)
  if (!said.success)
    return fail('invalid', 'This is no note.', { issues: [{ path: 'body', message: 'is 1 to 200000 characters, and all' }] })
  return commit(ctx, 'keep-own-note', function* (at) {
    const session = yield* hold(sessions, sessionId, seenBy(ctx))
    if (!session.ok) return session
    const key = keyOf(ctx, sessionId)
    const before = yield* notes.of(key)
    const refused = unmatched(before, ifMatch)
    if (refused) return refused
    const note: PsychotherapyNote = {
      sessionId,
      body: said.data.body,
      version: (before?.version ?? 0) + 1,
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
    }
    yield* write(notes.remember(key, note))
    // That somebody wrote is told; about which session is not.
    yield* tell(ctx, { action: 'keep-own-note' })
    return ok(note)
  })
}

/** The caller's own note of a session. Problems: `forbidden`, `not-found`. */
export async function readPsychotherapyNote(ctx: Context, sessionId: string): Promise<Result<PsychotherapyNote>> {
  const may = allowed(ctx, 'read', 'Encounter')
  if (!may.ok) return may
  const note = await lookThrough(ctx.store, notes.of(keyOf(ctx, sessionId)))
  return note ? ok(note) : none
}

/** Problems: `not-found`, `precondition-required`, `precondition-failed`. */
export async function removePsychotherapyNote(
  ctx: Context,
  sessionId: string,
  ifMatch: string | undefined,
): Promise<Result<void>> {
  const may = allowed(ctx, 'update', 'Encounter')
  if (!may.ok) return may
  return commit(ctx, 'remove-own-note', function* () {
    const key = keyOf(ctx, sessionId)
    const before = yield* notes.of(key)
    if (!before) return none
    const refused = unmatched(before, ifMatch)
    if (refused) return refused
    yield* write(notes.forget(key))
    yield* tell(ctx, { action: 'remove-own-note' })
    return ok(undefined)
  })
}
