/**
 * An HL7 v2 message arrives: it is kept as it came, what it tells of a stay is recorded, and it is answered, all in one commit. AA says
 * that after a restart the resources exist; AE that the text is kept with its issues, and can be replayed; AR that nothing is kept.
 * https://www.hl7.eu/HL7v2x/v251/std251/ch02.html#Heading60
 */
import type { AdtReading } from '../../../mappings/hl7v2/adt-reading.ts'
import { isAppointment, isPerson, isVisit, readV2, type V2Reading } from '../../../mappings/hl7v2/reading.ts'
import { sha256Hex } from '../../digest.ts'
import type { Identifier } from '../../domain/kernel.ts'
import { fail, type Issue, ok, problem, type Result } from '../../domain/problem.ts'
import { type Answer, acknowledge, isWanted } from '../../hl7v2/acknowledge.ts'
import type { Header } from '../../hl7v2/header.ts'
import { headerOf, readMessage } from '../../hl7v2/message.ts'
import { trace } from '../../observe/log.ts'
import type { Message } from '../../store/change.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { commit } from '../commit.ts'
import { type Context, nowOf } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { arrived, issuesOf, keyOf, standingOf } from './inbox.ts'
import { recordAppointment } from './record-appointment.ts'
import { recordVisit } from './record-discharge.ts'
import { recordPerson } from './record-person.ts'
import { recordResults } from './record-results.ts'
import { connectionFacts, connectionOf } from './senders.ts'
import { waitFor } from './waiting-list.ts'

export interface Acknowledged {
  readonly answer: Answer
  /** Id in the inbox; absent where nothing was kept. */
  readonly message?: string
  readonly was: 'new' | 'held' | 'repeated' | 'refused'
}

/** Bytes as they came, read once: outside of the commit, because nothing in it depends on the store. */
interface Arrival {
  readonly bytes: Uint8Array
  readonly digest: string
  readonly header: Header | undefined
  readonly reading: ReturnType<typeof readV2>
  readonly source: string
  readonly key: string
  /** Identifiers of the person without whom it could not be applied. */
  readonly waitsFor?: readonly Identifier[]
}

/** Answers every message, whatever it is. Fails only where the caller may not send messages. */
export async function receiveMessage(ctx: Context, bytes: Uint8Array): Promise<Result<Acknowledged>> {
  const may = allowed(ctx, 'create', 'Encounter')
  if (!may.ok) return may
  const arrival = await read(ctx, bytes)
  const refused = arrival.reading.ok || !['not-supported', 'too-large'].includes(arrival.reading.problem.code)
  if (!refused && !arrival.reading.ok) return ok(turnedAway(ctx, arrival.header, arrival.reading.problem))
  try {
    return ok(await keep(ctx, arrival))
  } catch (caught) {
    ctx.log('request-failed', trace(caught))
    return ok(await keepUnapplied(ctx, arrival))
  }
}

async function keep(ctx: Context, arrival: Arrival): Promise<Acknowledged> {
  const done = await commit(ctx, 'receive-message', () => receive(ctx, arrival))
  // What it had begun to write is undone: it is kept by a commit of its own.
  if (!done.ok && arrival.reading.ok && done.problem.code !== 'unavailable')
    return keep(ctx, { ...arrival, reading: done, waitsFor: toldOf(arrival.reading) })
  if (!done.ok) return turnedAway(ctx, arrival.header, done.problem)
  const { was, message } = done.value
  const event = was === 'new' ? 'message-received' : was === 'held' ? 'message-held' : 'message-repeated'
  ctx.log(event, { message: message! })
  return done.value
}

/** What a message says, with what its connection knows. */
export async function readBytes(ctx: Context, bytes: Uint8Array): Promise<Pick<Arrival, 'header' | 'reading' | 'source'>> {
  const { header, source, read } = await openBytes(ctx, bytes)
  return { header, source, reading: read() }
}

/** A message before it is read: by the tables as they are at that moment. */
export async function openBytes(
  ctx: Context,
  bytes: Uint8Array,
): Promise<Pick<Arrival, 'header' | 'source'> & { readonly read: () => Arrival['reading'] }> {
  const connection = await connectionOf(ctx, () => headerOf(bytes)?.sender ?? {})
  const message = readMessage(bytes, connection?.charset === undefined ? {} : { charset: connection.charset })
  const header = message.ok ? message.value.header : headerOf(bytes)
  const source =
    connection?.name ?? [header?.sender.application, header?.sender.facility].filter((name) => name !== undefined).join('/')
  return { header, source, read: () => (message.ok ? readV2(message.value, connectionFacts(connection)) : message) }
}

async function read(ctx: Context, bytes: Uint8Array): Promise<Arrival> {
  const { header, source, reading } = await readBytes(ctx, bytes)
  const digest = sha256Hex(bytes)
  const id = header?.controlId
  const own =
    id === undefined
      ? keyOf('hl7v2', source, digest)
      : keyOf('hl7v2', source, header?.sender.application, header?.sender.facility, id)
  return { bytes, digest, header, reading, source, key: own }
}

function* receive(ctx: Context, arrival: Arrival): Steps<Result<Acknowledged>> {
  const { at } = yield* ask({ ask: 'now' })
  const standing = yield* standingOf(arrival.key, arrival.digest, at)
  if (standing.is === 'repeat') {
    const { answer, id } = standing.message
    return ok({ answer: givenBefore(arrival.header, answer), message: id, was: 'repeated' })
  }
  const { source, bytes, digest } = arrival
  const message = arrived(ctx, { key: standing.key, source, kind: 'hl7v2', bytes, digest }, at)
  const applied = standing.is === 'conflict' ? conflict : yield* apply(ctx, arrival, message, at)
  if (!applied.ok && applied !== conflict && arrival.reading.ok) return applied
  const kept = answered(ctx, arrival.header, message, applied, at)
  yield* write({ change: 'receive', message: kept })
  yield* waitFor(kept, arrival.waitsFor ?? [])
  return ok({ answer: givenBefore(arrival.header, kept.answer), message: kept.id, was: kept.state === 'held' ? 'held' : 'new' })
}

/** The person without whom it cannot be applied; a stay needs nobody. */
export function toldOf(reading: Arrival['reading']): readonly Identifier[] {
  if (!reading.ok || isVisit(reading.value)) return []
  return isPerson(reading.value)
    ? reading.value.people.flatMap(({ patient, formerly }) => [...patient.identifiers, ...formerly])
    : reading.value.patient.identifiers
}

/** The answer as it was given; whether one is wanted is told by the message. */
function givenBefore(header: Header | undefined, text: string): Answer {
  const code = /\rMSA.([AC][AER])/.exec(text)?.[1] as Answer['code']
  return { code, text, wanted: isWanted(header, code.endsWith('A')) }
}

const conflict = fail('conflict', 'Another message has this control id.', {
  issues: [{ path: 'MSH-10', message: 'is the id of another message of this sender' }],
})

interface Applied {
  readonly state: 'applied' | 'test'
  readonly about: readonly string[]
  readonly issues: readonly Issue[]
}

/** Writes what a readable message tells, unless its sender marks it as a test. */
export function* apply(
  ctx: Context,
  { reading, source }: Pick<Arrival, 'reading' | 'source'>,
  message: Message,
  at: string,
): Steps<Result<Applied>> {
  if (!reading.ok) return reading
  const { issues } = reading.value
  if (reading.value.test) return ok({ state: 'test', about: [], issues })
  if (!isVisit(reading.value)) {
    const known = yield* ofClient(ctx, reading.value, message.at, at)
    return known.ok ? ok({ state: 'applied', about: known.value.about, issues: [...issues, ...known.value.issues] }) : known
  }
  const recorded = yield* recordVisit(
    ctx,
    reading.value,
    { messageId: message.id, receivedAt: message.at, source, about: message.wrote },
    at,
  )
  if (!recorded.ok) return recorded
  yield* write(...recorded.value.changes)
  return ok({ state: 'applied', about: recorded.value.about, issues: [...issues, ...recorded.value.issues] })
}

/** What is told of somebody who is a client here, or of nobody. */
function ofClient(ctx: Context, reading: Exclude<V2Reading, AdtReading>, receivedAt: string, at: string) {
  if (isPerson(reading)) return recordPerson(ctx, reading, at)
  return isAppointment(reading) ? recordAppointment(ctx, reading, receivedAt, at) : recordResults(ctx, reading, receivedAt, at)
}

/** The message with what became of it, and its answer. */
export function answered(
  ctx: Context,
  header: Header | undefined,
  message: Message,
  applied: Result<Applied>,
  at: string,
): Message {
  const outcome = applied.ok ? ({ accepted: true } as const) : ({ accepted: false, problem: applied.problem } as const)
  const answer = acknowledge(header, outcome, { id: ctx.newId('ack'), at })
  return {
    ...message,
    state: applied.ok ? applied.value.state : 'held',
    issues: applied.ok ? applied.value.issues : issuesOf(applied.problem),
    wrote: applied.ok ? applied.value.about : [],
    answer: answer.text,
  }
}

/** AR: nothing is kept. */
function turnedAway(ctx: Context, header: Header | undefined, why: ReturnType<typeof problem>): Acknowledged {
  ctx.log('message-refused', { code: why.code })
  return {
    answer: acknowledge(header, { accepted: false, problem: why }, { id: ctx.newId('ack'), at: nowOf(ctx) }),
    was: 'refused',
  }
}

/** Something broke while it was applied: its text is kept all the same, to be replayed once that is mended. */
async function keepUnapplied(ctx: Context, arrival: Arrival): Promise<Acknowledged> {
  const broken = { ...arrival, reading: fail('unreadable', 'The message could not be applied; it is kept and can be replayed.') }
  try {
    return await keep(ctx, broken)
  } catch (caught) {
    ctx.log('request-failed', trace(caught))
    return turnedAway(ctx, arrival.header, problem('unavailable', 'The message cannot be kept just now.'))
  }
}
