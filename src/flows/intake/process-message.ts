/**
 * `$process-message`: a FHIR message arrives. It is kept as it came, what it tells of a stay is recorded, and it is answered with a message
 * of its own, all in one commit. What cannot be read is kept and can be replayed. https://hl7.org/fhir/R4/messaging.html
 */
import type { BundleEntry, DocumentReference, MessageHeader } from '@medplum/fhirtypes'
import { messageHeader, readNotification } from '../../../mappings/davinci/notification.ts'
import { sha256Hex } from '../../digest.ts'
import { fail, ok, type Problem, problem, type Result } from '../../domain/problem.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { readLongBundle } from '../../fhir/long-bundle.ts'
import { informationOutcome, outcome } from '../../fhir/outcome.ts'
import { trace } from '../../observe/log.ts'
import type { Message } from '../../store/change.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import type { Asked } from '../fhir/asked.ts'
import { arrived, issuesOf, keyOf, standingOf } from './inbox.ts'
import { documentsIn, mayBringDocuments } from './inline-documents.ts'
import { takeDocument } from './receive-document.ts'
import { recordVisit } from './record-discharge.ts'
import { connectionFacts, connectionOf } from './senders.ts'

/** A message read once, outside of the commit. */
interface Notification {
  readonly header: MessageHeader | undefined
  readonly source: string
  /** The sender's id of the message: of the Bundle, else of its header. */
  readonly id: string | undefined
  readonly reading: ReturnType<typeof readNotification>
  /** What may have brought clinical documents. */
  readonly papers: readonly DocumentReference[]
}

/**
 * Answers with the text of a message Bundle (`response.code` says what became of it: `ok`, or `fatal-error` for one that is kept and not
 * applied). Fails, though it is kept, for what is no message Bundle, and for another message's id (`conflict`).
 */
export async function processMessage(ctx: Context, bytes: Uint8Array, { pairs }: Asked): Promise<Result<string>> {
  const may = allowed(ctx, 'create', 'Encounter')
  if (!may.ok) return may
  if (pairs.some(([name, value]) => (name === 'async' && value === 'true') || (name === 'response-url' && value !== '')))
    return answeredAtOnce
  const notification = await readNotificationBytes(ctx, bytes)
  try {
    return await settled(ctx, bytes, notification)
  } catch (caught) {
    ctx.log('request-failed', trace(caught))
    const reading = fail('unreadable', 'The message could not be applied; it is kept and can be replayed.')
    return settled(ctx, bytes, { ...notification, reading })
  }
}

async function settled(ctx: Context, bytes: Uint8Array, notification: Notification): Promise<Result<string>> {
  const done = await commit(ctx, 'process-message', () => receive(ctx, bytes, notification))
  if (!done.ok) return done
  const { refused, text, message, held } = done.value
  ctx.log(held ? 'message-held' : 'message-received', { message })
  if (!refused) await readPapers(ctx, notification)
  return refused ? { ok: false, problem: refused } : ok(text)
}

/** Of one that has more entries all is kept, and nothing read: they are as many as of a transaction. Each may be as long as it is. */
const mostEntries = 10_000

/** Clinical documents that came with it, each as if it had come alone; those that came before are known. */
async function readPapers(ctx: Context, { papers }: Notification): Promise<void> {
  if (papers.length === 0 || !mayBringDocuments(ctx).ok) return
  for (const paper of papers) for (const document of documentsIn(paper)) await takeDocument(ctx, document)
}

const papersIn = ({ entry }: { readonly entry?: unknown }): readonly DocumentReference[] =>
  Array.isArray(entry)
    ? entry.flatMap((one: BundleEntry | null) => (one?.resource?.resourceType === 'DocumentReference' ? [one.resource] : []))
    : []

/** What the bytes say, with what their sender's connection knows. */
export async function readNotificationBytes(ctx: Context, bytes: Uint8Array): Promise<Notification> {
  const { read, ...opened } = await openNotification(ctx, bytes)
  return { ...opened, reading: read() }
}

/** A message before it is read: by the tables as they are at that moment. */
export async function openNotification(
  ctx: Context,
  bytes: Uint8Array,
): Promise<Omit<Notification, 'reading'> & { readonly read: () => Notification['reading'] }> {
  const { length } = bytes
  const json = await readLongBundle(bytes, { bytes: length, part: length, entries: mostEntries }, ctx.pause)
  if (!json.ok) return { header: undefined, source: '', id: undefined, papers: [], read: () => json }
  const { content, isSync } = askedIn(json.value.value)
  const bundle = content as { resourceType?: unknown; type?: unknown; identifier?: { value?: unknown } }
  const header = messageHeader(bundle)
  const endpoint = header?.source?.endpoint
  const connection = await connectionOf(ctx, () => (typeof endpoint === 'string' ? { endpoint } : {}))
  const id = [bundle.identifier?.value, header?.id].find((one): one is string => typeof one === 'string')
  const isMessage = bundle.resourceType === 'Bundle' && bundle.type === 'message' && header !== undefined
  return {
    header,
    source: connection?.name ?? (typeof endpoint === 'string' ? endpoint : ''),
    id,
    papers: papersIn(content),
    read: () => {
      if (!isSync) return answeredAtOnce
      return isMessage
        ? readNotification(bundle, connectionFacts(connection))
        : fail('invalid', 'A Bundle of type message is needed here.')
    },
  }
}

/** The message, bare or as `content` of Parameters. https://hl7.org/fhir/R4/messageheader-operation-process-message.html */
function askedIn(given: JsonObject): { readonly content: JsonObject; readonly isSync: boolean } {
  const list: unknown = given.resourceType === 'Parameters' ? given.parameter : undefined
  if (!Array.isArray(list)) return { content: given, isSync: true }
  const named = (name: string): JsonObject | undefined => list.find((one: JsonObject | null) => one?.name === name)
  const content = named('content')?.resource
  return {
    content: typeof content === 'object' && content !== null ? (content as JsonObject) : given,
    isSync: named('async')?.valueBoolean !== true && named('response-url') === undefined,
  }
}

const answeredAtOnce = fail(
  'not-supported',
  'A message is answered at once here: not later (async), and nowhere else (response-url).',
)

interface Processed {
  readonly text: string
  readonly message: string
  readonly held: boolean
  readonly refused?: Problem
}

function* receive(ctx: Context, bytes: Uint8Array, notification: Notification): Steps<Result<Processed>> {
  const { at } = yield* ask({ ask: 'now' })
  const digest = sha256Hex(bytes)
  // There may be fifty megabytes of it.
  yield { rest: true }
  const { source, id, reading } = notification
  const standing = yield* standingOf(keyOf('fhir-message', source, id ?? digest), digest, at)
  if (standing.is === 'repeat') return ok(processed(standing.message, reading))
  const message = arrived(ctx, { key: standing.key, source, kind: 'fhir-message', bytes, digest }, at)
  const kept = yield* applyNotification(
    ctx,
    standing.is === 'conflict' ? { ...notification, reading: conflict } : notification,
    message,
    at,
  )
  yield* write({ change: 'receive', message: kept })
  return ok(processed(kept, reading))
}

const conflict = fail('conflict', 'Another message has this id.')

/** A conflict and what is no message are refused; everything else has its answer. */
function processed({ id, answer, state, key, issues }: Message, reading: Notification['reading']): Processed {
  const done = { text: answer, message: id, held: state === 'held' }
  if (key.includes('|!')) return { ...done, refused: problem('conflict', conflict.problem.detail) }
  return !reading.ok && answer === '' ? { ...done, refused: { ...reading.problem, issues } } : done
}

/** Writes what a readable message tells; the message with what became of it, and its answer. */
export function* applyNotification(
  ctx: Context,
  { header, source, reading }: Notification,
  message: Message,
  at: string,
): Steps<Message> {
  const recorded =
    reading.ok && !reading.value.test
      ? yield* recordVisit(
          ctx,
          reading.value,
          { messageId: message.id, receivedAt: message.at, source, about: message.wrote },
          at,
        )
      : undefined
  if (recorded?.ok) yield* write(...recorded.value.changes)
  const refused = !reading.ok ? reading.problem : recorded && !recorded.ok ? recorded.problem : undefined
  if (refused) {
    return {
      ...message,
      state: 'held',
      issues: issuesOf(refused),
      wrote: [],
      answer: header ? answerText(ctx, header, at, refused) : '',
    }
  }
  const issues = [...(reading.ok ? reading.value.issues : []), ...(recorded?.ok ? recorded.value.issues : [])]
  const wrote = recorded?.ok ? recorded.value.about : []
  return { ...message, state: recorded ? 'applied' : 'test', issues, wrote, answer: answerText(ctx, header!, at) }
}

const unknownEvent = { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' }

/** With the event that was told, in the form in which it was. https://hl7.org/fhir/R4/messageheader-definitions.html#MessageHeader.response */
function answerText(ctx: Context, header: MessageHeader, at: string, refused?: Problem): string {
  const id = ctx.newId('answer')
  const details = refused ? outcome(refused) : informationOutcome([], 'The message is kept and applied.')
  const response: MessageHeader = {
    resourceType: 'MessageHeader',
    id,
    ...(typeof header.eventUri === 'string'
      ? { eventUri: header.eventUri }
      : { eventCoding: header.eventCoding ?? unknownEvent }),
    ...(typeof header.source?.endpoint === 'string' && { destination: [{ endpoint: header.source.endpoint }] }),
    source: { name: 'Warm Handoff', endpoint: `${ctx.settings.baseUrl}/fhir/$process-message` },
    response: {
      identifier: header.id ?? 'unknown',
      code: refused ? 'fatal-error' : 'ok',
      details: { reference: `urn:uuid:${uuidOf(id)}` },
    },
  }
  return JSON.stringify({
    resourceType: 'Bundle',
    id: ctx.newId('answer'),
    type: 'message',
    timestamp: at,
    entry: [
      { fullUrl: `${ctx.settings.baseUrl}/fhir/MessageHeader/${id}`, resource: response },
      { fullUrl: `urn:uuid:${uuidOf(id)}`, resource: details },
    ],
  })
}

/** A name-based UUID (version 8) of an id of ours. https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
function uuidOf(id: string): string {
  const hex = sha256Hex(id)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
