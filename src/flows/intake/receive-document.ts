/**
 * A clinical document (C-CDA) arrives: it is kept as it came, what it tells is recorded, all in one commit. What cannot be read, or is about
 * nobody here, is kept and can be replayed. The same document (its id and version) with other bytes is refused, and kept beside it.
 */
import { type CcdaReading, readCcda, senderOf } from '../../../mappings/ccda/reading.ts'
import { decode } from '../../ccda/charset.ts'
import { parseLongXml } from '../../ccda/xml.ts'
import { sha256Hex } from '../../digest.ts'
import { fail, type Issue, ok, problem, type Result } from '../../domain/problem.ts'
import { bytesOf } from '../../hl7v2/raw.ts'
import { trace } from '../../observe/log.ts'
import type { Message } from '../../store/change.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { ownDocumentId } from './document-papers.ts'
import { arrived, issuesOf, keyOf, standingOf } from './inbox.ts'
import { mayBringDocuments } from './inline-documents.ts'
import type { Recorded } from './record-discharge.ts'
import { recordDocument } from './record-document.ts'
import { connectionFacts, connectionOf } from './senders.ts'
import { waitFor } from './waiting-list.ts'

interface ReceivedDocument {
  /** Id in the inbox. */
  readonly message: string
  readonly state: Message['state']
  readonly issues: readonly Issue[]
  /** `Type/id` of what it is about. */
  readonly wrote: readonly string[]
  readonly was: 'new' | 'repeated'
}

interface OpenedDocument {
  readonly source: string
  readonly read: () => Result<CcdaReading>
}

/** A document before it is read, with what its custodian's connection knows. */
export async function openDocument(ctx: Context, bytes: Uint8Array): Promise<OpenedDocument> {
  const text = decode(bytes)
  const xml = text.ok ? await parseLongXml(text.value, ctx.pause) : text
  if (!xml.ok) return { source: '', read: () => xml }
  const sender = senderOf(xml.value)
  const connection = await connectionOf(ctx, () => sender)
  return {
    source: connection?.name ?? sender.facility ?? '',
    read: () => readCcda(xml.value, connectionFacts(connection)),
  }
}

/** Fails, though it is kept, for what is no clinical document (`unreadable`), and for another document's id and version (`conflict`). */
export async function receiveDocument(ctx: Context, bytes: Uint8Array): Promise<Result<ReceivedDocument>> {
  const may = mayBringDocuments(ctx)
  return may.ok ? takeDocument(ctx, bytes) : may
}

/** The same of one that is allowed to come. `paper`: id of the DocumentReference here that it came in, which is its paper then. */
export async function takeDocument(ctx: Context, bytes: Uint8Array, paper?: string): Promise<Result<ReceivedDocument>> {
  const { source, read } = await openDocument(ctx, bytes)
  const reading = read()
  try {
    return await settled(ctx, bytes, source, reading, paper)
  } catch (caught) {
    ctx.log('request-failed', trace(caught))
    return settled(ctx, bytes, source, fail('unreadable', 'The document could not be applied; it is kept and can be replayed.'))
  }
}

async function settled(
  ctx: Context,
  bytes: Uint8Array,
  source: string,
  reading: Result<CcdaReading>,
  paper?: string,
): Promise<Result<ReceivedDocument>> {
  const done = await commit(ctx, 'receive-document', () => receive(ctx, bytes, source, reading, paper))
  if (!done.ok) return done
  const { state, message, wrote, issues, was, isConflict } = done.value
  ctx.log(was === 'repeated' ? 'message-repeated' : state === 'held' ? 'message-held' : 'message-received', { message })
  if (isConflict) return fail('conflict', 'Another document has this id and version.')
  return reading.ok ? ok({ message, state, wrote, issues, was }) : { ok: false, problem: { ...reading.problem, issues } }
}

function* receive(
  ctx: Context,
  bytes: Uint8Array,
  source: string,
  reading: Result<CcdaReading>,
  paper: string | undefined,
): Steps<Result<ReceivedDocument & { readonly isConflict: boolean }>> {
  const { at } = yield* ask({ ask: 'now' })
  const digest = sha256Hex(bytes)
  const named = reading.ok ? [reading.value.id.system, reading.value.id.value, reading.value.version] : [digest]
  const standing = yield* standingOf(keyOf('ccda', ...named), digest, at)
  const answer = ({ id, state, issues, wrote, key }: Message, was: ReceivedDocument['was']) =>
    ok({ message: id, state, issues, wrote, was, isConflict: key.includes('|!') })
  const isOther = reading.ok && paper !== undefined && (yield* isNewPaper(reading.value, paper))
  if (standing.is === 'repeat') {
    if (!isOther || standing.message.key.includes('|!')) return answer(standing.message, 'repeated')
    const again = yield* applyDocument(ctx, { source, reading }, standing.message, at)
    yield* write({ change: 'receive', message: again })
    return answer(again, 'repeated')
  }
  const blank = arrived(ctx, { key: standing.key, source, kind: 'ccda', bytes, digest }, at)
  const told = standing.is === 'conflict' ? problem('conflict', 'Another document has this id and version.') : undefined
  const kept = yield* applyDocument(ctx, { source, reading: told ? { ok: false, problem: told } : reading }, blank, at)
  yield* write({ change: 'receive', message: kept })
  return answer(kept, 'new')
}

/** Where the paper of a document stands that came in a DocumentReference. */
const paperOf = (reading: CcdaReading) => ({ kind: 'paper', key: ownDocumentId(reading) }) as const

/** The first DocumentReference that it comes in is its paper. */
function* isNewPaper(reading: CcdaReading, paper: string): Steps<boolean> {
  const where = paperOf(reading)
  if ((yield* ask({ ask: 'record', ...where })) !== undefined) return false
  yield* write({ change: 'remember', ...where, text: JSON.stringify(paper) })
  return true
}

function* withPaper(reading: CcdaReading): Steps<CcdaReading> {
  const paper = yield* ask({ ask: 'record', ...paperOf(reading) })
  return paper === undefined ? reading : { ...reading, paper: JSON.parse(paper) as string }
}

const isFiled = ({ about }: Recorded): boolean => about.some((one) => one.startsWith('DocumentReference/'))

/** Writes what a readable document tells; the message with what became of it. */
export function* applyDocument(
  ctx: Context,
  { source, reading }: { readonly source: string; readonly reading: Result<CcdaReading> },
  message: Message,
  at: string,
): Steps<Message> {
  const teller = { messageId: message.id, receivedAt: message.at, source, about: message.wrote }
  const recorded = reading.ok
    ? yield* recordDocument(ctx, yield* withPaper(reading.value), bytesOf(message.raw), teller, at)
    : reading
  if (reading.ok && !(recorded.ok && isFiled(recorded.value))) yield* waitFor(message, reading.value.patient)
  if (!recorded.ok) return { ...message, state: 'held', issues: issuesOf(recorded.problem), wrote: [] }
  yield* write(...recorded.value.changes)
  const odd = reading.ok ? reading.value.issues : []
  return { ...message, state: 'applied', issues: [...odd, ...recorded.value.issues], wrote: recorded.value.about }
}
