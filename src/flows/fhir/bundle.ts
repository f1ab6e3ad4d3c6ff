/** transaction and batch. https://hl7.org/fhir/R4/http.html#transaction */
import { fail, ok, type Problem, type Result } from '../../domain/problem.ts'
import { type BundleEntry, type EntryResponse, isRead, processingOrder, readBundle, responseBundle } from '../../fhir/bundle.ts'
import type { ReadBundle } from '../../fhir/long-bundle.ts'
import { informationOutcome, outcome, statusOf } from '../../fhir/outcome.ts'
import { etag } from '../../fhir/version.ts'
import { lookThrough, type Steps } from '../../store/store.ts'
import { noteTarget } from '../audit/looks.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { resumedAfter } from '../intake/resume-waiting.ts'
import { ofEntry, statusOfEffect, type Written } from './entry.ts'
import { libraryOf } from './library.ts'
import { metaIn } from './meta.ts'
import { type EntryAnswer, entryResponse, readEntry } from './read-entry.ts'
import { transact } from './transact.ts'
import { writeResource } from './write.ts'
import { type Acceptable, acceptable, writeOf } from './write-entry.ts'

export interface BundleWish {
  /** How many entries a bundle may have here. */
  readonly entries: number
  /** Bytes of one of them. */
  readonly resource: number
  /** Bytes of a whole Bundle; what is answered has no more than twice as many characters. */
  readonly bundle: number
  /** Characters of a page that an entry asks for. */
  readonly page: number
  /** Of each write: `minimal` (as without it), `representation` or `OperationOutcome`. https://hl7.org/fhir/R4/http.html#ops */
  readonly returns?: string
  /** Entries that look skip what is unknown instead of refusing it (`handling=lenient`). */
  readonly lenient?: boolean
}

/** Answers with the text of the response Bundle. */
export async function processBundle(ctx: Context, body: ReadBundle, wish: BundleWish): Promise<Result<string>> {
  const bundle = readBundle(body, { entries: wish.entries, base: `${ctx.settings.baseUrl}/fhir` })
  if (!bundle.ok) return bundle
  switch (bundle.value.type) {
    case 'transaction':
      return transaction(ctx, bundle.value.entries, wish)
    case 'batch':
      return batch(ctx, bundle.value.entries, wish)
    default:
      return fail('invalid', `A Bundle posted here must be a transaction or a batch, not a ${bundle.value.type}.`)
  }
}

const looks = ({ request }: BundleEntry): boolean => request !== undefined && isRead(request)

/** So many characters of resources are validated between two pauses. */
const atOnce = 64 * 1024
/** So many answers are put together in no time. */
const few = 1000

/** All or nothing; reads see what the writes made. */
async function transaction(ctx: Context, entries: readonly BundleEntry[], wish: BundleWish): Promise<Result<string>> {
  const writes: Transaction['writes'][number][] = []
  const library = await lookThrough(ctx.store, libraryOf(ctx))
  const types = new Map(entries.map(({ fullUrl, request }) => [fullUrl, request?.type]))
  const typeAt = (fullUrl: string) => types.get(fullUrl)
  let looked = 0
  for (const entry of processingOrder(entries)) {
    if (looks(entry)) continue
    looked += entry.resource?.text.length ?? 0
    if (looked > atOnce) {
      looked = 0
      await ctx.pause()
    }
    const write = await lookThrough(ctx.store, acceptable(ctx, entry, library, typeAt), ctx.pause)
    if (!write.ok) {
      noteTarget(ctx, entry.request?.type, entry.request?.id)
      return ofEntry(entry.index, write)
    }
    writes.push({ ...write.value, entry })
  }
  const answers: EntryResponse[] = new Array(entries.length)
  const seen: Seen = {}
  const plan = () => writing(ctx, { entries, writes, wish, typeAt }, seen)
  const done = await commit(ctx, 'transaction', plan, (told) => told.flatMap(([, answer]) => namedIn(answer)))
  await resumedAfter(
    ctx,
    writes.map(({ write }) => write.type),
    done,
  )
  if (!done.ok) return done
  // The end of a long commit has just held everybody up.
  if (entries.length > few) await ctx.pause()
  // A repeat is told again what was written; what only looks is asked anew, each by itself: the writes stand.
  if (seen.answers === undefined) await answerEach(ctx, entries.filter(looks), wish, answers)
  for (const [index, answer] of [...done.value, ...(seen.answers ?? [])]) answers[index] = await entryResponse(answer)
  if (answers.length > few) await ctx.pause()
  const response = responseBundle('transaction-response', answers)
  if (answers.length > few) await ctx.pause()
  return ok(response)
}

interface Transaction {
  readonly entries: readonly BundleEntry[]
  readonly writes: readonly (Acceptable & { readonly entry: BundleEntry })[]
  readonly wish: BundleWish
  readonly typeAt: (fullUrl: string) => string | undefined
}

/** What the entries that only look were answered with: nothing where the transaction is a repeat of one that was answered. */
interface Seen {
  answers?: Answers
}

function* writing(ctx: Context, { entries, writes, wish, typeAt }: Transaction, seen: Seen): Steps<Result<Answers>> {
  const written = yield* transact(
    ctx,
    writes.map((one) => one.write),
    { entries: writes.map(({ entry }) => entry.index), typeAt },
  )
  if (!written.ok) return written
  const results = written.value.map((one, place) => {
    const { entry, issues } = writes[place]!
    return [entry.index, answerOf(ctx, { ...one, issues }, entry, wish)] as const
  })
  const read = yield* lookedAt(ctx, entries, wish)
  if (!read.ok) return read
  seen.answers = read.value
  return ok(results)
}

type Answers = readonly (readonly [index: number, answer: EntryAnswer])[]

const namedIn = ({ location }: EntryAnswer): readonly string[] => (location === undefined ? [] : [location.split('/_', 1)[0]!])

/** What the entries that only look are answered with. */
function* lookedAt(ctx: Context, entries: readonly BundleEntry[], wish: BundleWish): Steps<Result<Answers>> {
  const results: (readonly [number, EntryAnswer])[] = []
  let size = 0
  for (const entry of entries.filter(looks)) {
    const answer = yield* readEntry(ctx, entry, wish)
    if (!answer.ok) return ofEntry(entry.index, answer)
    size += sizeOf(answer.value)
    if (size > 2 * wish.bundle) return ofEntry(entry.index, tooMuch)
    results.push([entry.index, answer.value])
  }
  return ok(results)
}

async function batch(ctx: Context, entries: readonly BundleEntry[], wish: BundleWish): Promise<Result<string>> {
  const answers: EntryResponse[] = new Array(entries.length)
  await answerEach(ctx, entries, wish, answers)
  return ok(responseBundle('batch-response', answers))
}

/** Each entry by itself, in the order of the transaction rules. */
async function answerEach(
  ctx: Context,
  entries: readonly BundleEntry[],
  wish: BundleWish,
  answers: EntryResponse[],
): Promise<void> {
  let room = 2 * wish.bundle
  for (const some of sideBySide(processingOrder(entries))) {
    const answering = some.map(async (entry) => {
      const own = ctx.once ? { ...ctx, once: { ...ctx.once, key: `${ctx.once.key} ${entry.index}` } } : ctx
      // What only looks is not even looked for where there is no room any more.
      const answer = room < 0 && looks(entry) ? tooMuch : await single(own, entry, wish)
      if (!answer.ok) ctx.looks?.refused.push(answer.problem.code)
      if (!answer.ok && !looks(entry)) noteTarget(ctx, entry.request?.type, entry.request?.id)
      const given = answer.ok ? answer.value : problemAnswer(answer.problem)
      room -= sizeOf(given)
      const { fullUrl: _, resource, ...rest } = given
      answers[entry.index] = room >= 0 || resource === undefined ? given : looks(entry) ? problemAnswer(tooMuch.problem) : rest
    })
    await Promise.all(answering)
    await ctx.pause()
  }
}

const tooMuch = fail(
  'too-costly',
  'The answers to the entries of this Bundle are too large together: ask for less, or one by one.',
)
const sizeOf = ({ resource = '', size = resource.length }: EntryAnswer): number => size

/** So many commits reach the disk together. */
const atATime = 32
const isCreate = ({ request }: BundleEntry): boolean => request?.method === 'POST' && request.operation === undefined

/** Creates together; whatever else is asked for one after the other. */
function* sideBySide(entries: readonly BundleEntry[]): Generator<readonly BundleEntry[]> {
  for (let from = 0, to = 0; from < entries.length; from = to) {
    to = from + 1
    while (to < Math.min(from + atATime, entries.length) && isCreate(entries[from]!) && isCreate(entries[to]!)) to++
    yield entries.slice(from, to)
  }
}

async function single(ctx: Context, entry: BundleEntry, wish: BundleWish): Promise<Result<EntryResponse>> {
  if (!entry.request) return { ok: false, problem: entry.problem! }
  if (looks(entry)) {
    const read = await lookThrough(ctx.store, readEntry(ctx, entry, wish), ctx.pause)
    return read.ok ? ok(await entryResponse(read.value)) : read
  }
  const write = writeOf(entry)
  if (!write.ok) return write
  const written = await writeResource(ctx, write.value)
  return written.ok ? ok(answerOf(ctx, written.value, entry, wish)) : written
}

function answerOf(ctx: Context, written: Written, { request }: BundleEntry, { returns }: BundleWish): EntryResponse {
  // An operation answers with what it returns.
  if (request?.operation !== undefined) return { status: '200 OK', resource: metaIn(written.text!) }
  const effect = statusOfEffect(written.effect)
  // There is content where an outcome is told.
  const code = effect === 204 && returns === 'OperationOutcome' ? 200 : effect
  const status = { 200: '200 OK', 201: '201 Created', 204: '204 No Content' }[code]
  return {
    status,
    ...(written.id !== undefined &&
      written.effect !== 'deleted' && { location: `${written.type}/${written.id}/_history/${written.version}` }),
    ...(written.version !== undefined && { etag: etag(written.version) }),
    ...(written.at !== undefined && { lastModified: written.at }),
    ...(returns === 'representation' &&
      written.text !== undefined &&
      !written.isUnread && {
        fullUrl: `${ctx.settings.baseUrl}/fhir/${written.type}/${written.id}`,
        resource: written.text,
      }),
    ...(returns === 'OperationOutcome' && { outcome: JSON.stringify(informationOutcome(written.issues ?? [])) }),
  }
}

const problemAnswer = (problem: Problem): EntryResponse => ({
  status: String(statusOf(problem)),
  outcome: JSON.stringify(outcome(problem)),
})
