/** Sessions: planned, held, signed. What is signed becomes service lines, and counts as follow-up. */
import type { Encounter, Procedure, Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import { stateExtension } from '../../../mappings/discharge.encounter.ts'
/** Sessions: planned, held, signed. What is signed becomes service lines, and counts as follow-up. */
import session, { type SessionParts, sessionClasses } from '../../../mappings/session.encounter.ts'
import { procedureOf } from '../../billing/procedure-of.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { impossible } from '../../domain/held-session.ts'
import { issuesIn } from '../../domain/parsed.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { cancellations, minutesDirect, Session, SessionCommand, sessionMachine } from '../../domain/session.ts'
import { saysSomething } from '../../domain/session-note.ts'
import type { Steps } from '../../store/store.ts'
import { bundleSession } from '../billing/bundle-session.ts'
import { chargeSession } from '../billing/charge-session.ts'
import { dayOf, zoneOf } from '../clients/client-facts.ts'
import type { Context } from '../context.ts'
import { seekOut } from '../follow-ups/missed-contact.ts'
import { recomputeFollowUps } from '../follow-ups/update-follow-ups.ts'
import { referenceTo } from '../references.ts'
import { isLicensed, rolesBehind, supervisorOf, unfitOn } from '../worklists/supervision.ts'
import { collection, type EventInput, type Held } from './collection.ts'
import { keepAppointment } from './kept-appointment.ts'
import { noteKept, notePart, visitNote, withNote } from './session-notes.ts'
import { reasoned } from './with-reason.ts'

/** A session's procedures stand on their own in FHIR: whom and which encounter they belong to is said in each, and so are its labels. */
function ofEncounter(part: Resource, anchor: string, value: object): Resource {
  const { clientId } = value as Session
  const { security } = session.write(value as Session).Encounter.meta ?? {}
  return {
    ...(part as Procedure),
    ...(security && { meta: { ...part.meta, security } }),
    ...(clientId !== undefined && { subject: { reference: `Patient/${clientId}` } }),
    encounter: { reference: anchor },
  }
}

const uncosigned = (message: string) =>
  fail('guard-failed', 'The session cannot be co-signed so.', { issues: [{ path: 'actor', message }] })

/** The supervisor of whoever held it signs, too: by a licence of their own. */
function* cosign(ctx: Context, value: Session, event: EventInput, at: string): Steps<Result<Session>> {
  const party = event.actor ?? ''
  const supervisors = [
    yield* supervisorOf(referenceTo(value.renderer, 'Practitioner')),
    referenceTo(value.supervisor, 'Practitioner'),
  ]
  const roles = yield* rolesBehind(party)
  if (!supervisors.some((one) => one !== undefined && (one === party || roles.includes(one))))
    return uncosigned('must be the supervisor of whoever held the session: Practitioner/… or PractitionerRole/…')
  const signedAt = event.at ?? at
  if (!(yield* isLicensed(party, signedAt.slice(0, 10)))) return uncosigned('has no licence on that day')
  const signature = { handle: ctx.newId('sig'), party, role: 'supervisor' as const, method: 'electronic' as const, at: signedAt }
  return ok({ ...value, signatures: [...value.signatures, signature] })
}

const Booking = Session.pick({ scheduled: true })
const Ending = Session.pick({ actual: true, outcome: true, note: true, minutesIndirect: true })
const Signing = Session.pick({ note: true })
const Cancelling = Session.pick({ outcome: true })

/** One that keeps an appointment is missed as that. */
const sought = ({ id, value, parts }: Held<Session, SessionParts>, before: Held<Session, SessionParts> | undefined, at: string) =>
  seekOut(
    {
      ...{ id, about: parts.Encounter, clientId: value.clientId, when: value.scheduled?.start ?? at },
      isMissed: value.state === 'no-show' && value.appointmentId === undefined,
      wasMissed: before?.value.state === 'no-show',
    },
    at,
  )

/** What became of it, where nobody says it otherwise; a foreign record, which names no kind, is not told what it never said. */
const endedIn = (session: Session, outcome: NonNullable<Session['outcome']>): Session =>
  session.kind === undefined ? session : { ...session, outcome: session.outcome ?? outcome }

const isSettled = ({ extension, status }: Encounter): boolean =>
  status === 'entered-in-error' || (extension ?? []).some((one) => one.url === stateExtension)

/** What a session of ours would have to say, and this one does not. */
function faultsOf(session: Session): readonly Issue[] {
  const { error } = SessionCommand.safeParse(session)
  return error ? issuesIn(error) : []
}

/** What keeps a session from being signed. */
function* unsignable(id: string, value: Session): Steps<readonly Issue[]> {
  const { actual, clientId, note, renderer, telehealth } = value
  const day = yield* dayOf(clientId ?? '', actual?.start ?? '')
  return [
    ...((minutesDirect(value) ?? 0) < 1 ? [{ path: 'actual', message: 'is shorter than a minute' }] : []),
    ...(saysSomething(note) || (yield* visitNote(id)) !== undefined ? [] : [{ path: 'note', message: 'is missing' }]),
    ...(yield* unfitOn(referenceTo(renderer, 'Practitioner'), day, telehealth?.clientState)),
  ]
}

export const sessions = collection<Session, SessionParts>({
  name: 'sessions',
  prefix: 'ses',
  anchor: 'Encounter',
  parts: [
    {
      type: 'Procedure',
      many: true,
      by: 'encounter',
      link: ofEncounter,
      anchorOf: (part) => (part as Procedure).encounter?.reference,
    },
    notePart,
  ],
  mapping: session,
  command: SessionCommand,
  claims: (anchor) => sessionClasses.has((anchor as Encounter).class?.code ?? ''),
  client: 'patient',
  ofEpisode: true,
  sort: '-date',
  machine: { field: 'state', states: sessionMachine, initial: 'planned' },
  shown: ['minutesDirect'],
  details: { cancel: z.object({ outcome: z.enum(cancellations).optional() }) },
  /** A note that came as a document of its own is seen, not stored. */
  *view({ id, value }, seen) {
    const minutes = minutesDirect(value)
    const documentId = value.note === undefined ? yield* visitNote(id, seen) : undefined
    return {
      ...(minutes !== undefined && { minutesDirect: minutes }),
      ...(documentId !== undefined && { note: { documentId } }),
    }
  },
  /** Neither signing nor billing asks for a goal: it is what an auditor asks for, later. */
  *warns({ value }) {
    const isHeld = value.state === 'completed' || value.state === 'signed' || value.state === 'amended'
    return isHeld && value.goalIds.length === 0 && procedureOf(value, minutesDirect(value) ?? 0, undefined) !== undefined
      ? [{ path: 'goalIds', message: 'is empty: what is billed serves a goal' }]
      : []
  },
  *prepare(ctx, value, before) {
    return yield* withNote(ctx, value, before)
  },
  // A contact can count, and be billed, once it was signed, and until it is marked as an error; an appointment is kept, or not, before that.
  concerns: (anchor) => {
    const { appointment, meta, status } = anchor as Encounter
    return isSettled(anchor as Encounter) || (appointment !== undefined && status !== 'planned') || meta?.security !== undefined
  },
  *after(ctx, held, before, at) {
    const { id, value, parts } = held
    const noted = [...(yield* noteKept(held, at)), ...(yield* sought(held, before, at))]
    const { appointment, status } = parts.Encounter
    const isKept = appointment !== undefined && status !== 'planned'
    if (value.clientId === undefined || !(isSettled(parts.Encounter) || isKept)) return ok(noted)
    const lines = yield* chargeSession(id, value, parts.Encounter, at)
    const bundled = yield* bundleSession(id, value, parts.Encounter, at)
    const followUps = yield* recomputeFollowUps(ctx, value.clientId, at)
    const kept = yield* keepAppointment(value, at)
    return ok([...noted, ...lines, ...bundled, ...kept, ...followUps])
  },
  on: {
    *book(_ctx, value, event) {
      const detail = detailsOf(Booking, event)
      return detail.ok ? ok({ ...value, ...detail.value }) : detail
    },
    *complete(_ctx, value, event, _at, before) {
      const detail = detailsOf(Ending, event)
      if (!detail.ok) return detail
      const next = endedIn({ ...value, ...detail.value }, 'completed')
      // What somebody else's record never said does not keep it from being completed.
      const known = new Set(faultsOf(before.value).map(({ path }) => path))
      const faults = faultsOf(next).filter(({ path }) => !known.has(path))
      const issues = [...faults, ...impossible(next, yield* zoneOf(next.clientId ?? ''))]
      return issues.length > 0 ? fail('guard-failed', 'The session cannot be completed as it stands.', { issues }) : ok(next)
    },
    *sign(ctx, standing, event, at, { id }) {
      const detail = detailsOf(Signing, event)
      if (!detail.ok) return detail
      const value = { ...standing, ...detail.value }
      const issues = yield* unsignable(id, value)
      if (issues.length > 0) return fail('guard-failed', 'The session cannot be signed as it stands.', { issues })
      const party = event.actor ?? ctx.principal.id
      const signature = {
        handle: ctx.newId('sig'),
        party,
        role: 'clinician' as const,
        method: 'electronic' as const,
        at: event.at ?? at,
      }
      return ok({ ...value, signatures: [...value.signatures, signature] })
    },
    cosign,
    *'no-show'(_ctx, value, event) {
      return ok(reasoned(endedIn(value, 'no-show'), 'statusReason', event))
    },
    *cancel(_ctx, value, event) {
      const detail = detailsOf(Cancelling, event)
      if (!detail.ok) return detail
      return ok({ ...value, ...detail.value, ...(event.reason !== undefined && { statusReason: event.reason }) })
    },
  },
})
