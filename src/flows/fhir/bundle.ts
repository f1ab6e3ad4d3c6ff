/** transaction and batch. https://hl7.org/fhir/R4/http.html#transaction */
import { fail, ok, type Problem, type Result } from '../../domain/problem.ts'
import { type BundleEntry, type EntryResponse, processingOrder, readBundle, responseBundle } from '../../fhir/bundle.ts'
import type { Exact } from '../../fhir/exact.ts'
import { outcome, statusOf } from '../../fhir/outcome.ts'
import { etag, parseIfMatch } from '../../fhir/version.ts'
import { ask, type Steps } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'
import { checked } from './check.ts'
import { statusOfEffect, type Write, type Written } from './entry.ts'
import { readResource, readVersion } from './read.ts'
import { searching, searchResources } from './search.ts'
import { searchsetOf } from './searchset.ts'
import { transact } from './transact.ts'
import { visible } from './visible.ts'
import { writeResource } from './write.ts'

/** Answers with the text of the response Bundle. `entries`: how many a bundle may have here. */
export async function processBundle(ctx: Context, body: Exact, entries: number): Promise<Result<string>> {
  const bundle = readBundle(body, { entries })
  if (!bundle.ok) return bundle
  switch (bundle.value.type) {
    case 'transaction':
      return transaction(ctx, bundle.value.entries)
    case 'batch':
      return batch(ctx, bundle.value.entries)
    default:
      return fail('invalid', `A Bundle posted here must be a transaction or a batch, not a ${bundle.value.type}.`)
  }
}

/** All or nothing; reads see what the writes made. */
async function transaction(ctx: Context, entries: readonly BundleEntry[]): Promise<Result<string>> {
  const writes: { readonly write: Write; readonly index: number }[] = []
  const reads: BundleEntry[] = []
  for (const entry of processingOrder(entries)) {
    const method = entry.request!.method
    if (method === 'GET' || method === 'HEAD') {
      reads.push(entry)
      continue
    }
    const write = acceptable(ctx, entry)
    if (!write.ok) return within(entry, write.problem)
    writes.push({ write: write.value, index: entry.index })
  }
  const answers: EntryResponse[] = new Array(entries.length)
  const done = await commit(ctx, 'transaction', function* (): Steps<Result<readonly (readonly [number, EntryResponse])[]>> {
    const written = yield* transact(
      ctx,
      writes.map((one) => one.write),
    )
    if (!written.ok) return written
    const results = written.value.map((one, place) => [writes[place]!.index, answerOf(one)] as const)
    for (const entry of reads) {
      const answer = yield* readInside(ctx, entry)
      if (!answer.ok) return within(entry, answer.problem)
      results.push([entry.index, answer.value])
    }
    return ok(results)
  })
  if (!done.ok) return done
  for (const [index, answer] of done.value) answers[index] = answer
  return ok(responseBundle('transaction-response', answers))
}

/** Each entry by itself, in the order of the transaction rules. */
async function batch(ctx: Context, entries: readonly BundleEntry[]): Promise<Result<string>> {
  const answers: EntryResponse[] = new Array(entries.length)
  for (const entry of processingOrder(entries)) {
    const own = ctx.once ? { ...ctx, once: { ...ctx.once, key: `${ctx.once.key} ${entry.index}` } } : ctx
    const answer = await single(own, entry)
    answers[entry.index] = answer.ok ? answer.value : problemAnswer(answer.problem)
  }
  return ok(responseBundle('batch-response', answers))
}

async function single(ctx: Context, entry: BundleEntry): Promise<Result<EntryResponse>> {
  if (!entry.request) return { ok: false, problem: entry.problem! }
  const { method } = entry.request
  if (method === 'GET' || method === 'HEAD') return readOutside(ctx, entry)
  const write = acceptable(ctx, entry)
  if (!write.ok) return write
  const written = await writeResource(ctx, write.value)
  return written.ok ? ok(answerOf(written.value)) : written
}

/** The write that an entry asks for, once it may be done and its resource is fit to be kept. */
function acceptable(ctx: Context, entry: BundleEntry): Result<Write> {
  const write = writeOf(entry)
  if (!write.ok) return write
  const may = allowed(ctx, write.value.kind, write.value.type)
  if (!may.ok) return may
  if (write.value.kind === 'delete') return write
  const findings = checked(ctx, write.value.resource, write.value.type)
  return findings.ok ? write : findings
}

function writeOf({ request, resource, fullUrl }: BundleEntry): Result<Write> {
  const { method, type, id, query, ifMatch, ifNoneMatch, ifNoneExist } = request!
  if (type === undefined || request!.operation !== undefined)
    return fail('not-supported', `${method} of this URL is not supported in a bundle.`)
  const match = ifMatch === undefined ? ok(undefined) : parseIfMatch(ifMatch)
  if (!match.ok) return match
  const conditions = {
    ...(match.value !== undefined && { ifMatch: match.value }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch: ifNoneMatch.trim() }),
  }
  const target = { ...(id !== undefined && { id }), ...(id === undefined && query !== undefined && { criteria: query }) }
  const name = fullUrl === undefined ? {} : { fullUrl }
  if (method === 'DELETE') return ok({ kind: 'delete', type, ...target, ...conditions })
  if (!resource) return fail('invalid', `${method} needs a resource in its entry.`)
  if (method === 'POST') return ok({ kind: 'create', type, resource, ...name, ...(ifNoneExist !== undefined && { ifNoneExist }) })
  if (method === 'PUT') return ok({ kind: 'update', type, resource, ...name, ...target, ...conditions })
  return fail('not-supported', 'PATCH is not supported yet.')
}

function answerOf(written: Written): EntryResponse {
  const status = { 200: '200 OK', 201: '201 Created', 204: '204 No Content' }[statusOfEffect(written.effect)]
  return {
    status,
    ...(written.id !== undefined &&
      written.effect !== 'deleted' && { location: `${written.type}/${written.id}/_history/${written.version}` }),
    ...(written.version !== undefined && { etag: etag(written.version) }),
    ...(written.at !== undefined && { lastModified: written.at }),
  }
}

const problemAnswer = (problem: Problem): EntryResponse => ({
  status: String(statusOf(problem)),
  outcome: JSON.stringify(outcome(problem)),
})

/** A transaction's problem names the entry. */
function within(entry: BundleEntry, problem: Problem): { readonly ok: false; readonly problem: Problem } {
  const at = `Bundle.entry[${entry.index}]`
  const issues = problem.issues.map((issue) => ({ ...issue, path: `${at}.resource${issue.path ? ` ${issue.path}` : ''}` }))
  return { ok: false, problem: { ...problem, issues: issues.length > 0 ? issues : [{ path: at, message: problem.detail }] } }
}

/** A read or a search inside the commit, so that it sees the transaction's own writes. */
function* readInside(ctx: Context, entry: BundleEntry): Steps<Result<EntryResponse>> {
  const { type, id, version, operation, query } = entry.request!
  if (type === undefined || version !== undefined || operation !== undefined) {
    return fail('not-supported', 'In a transaction, GET is supported for a resource by its id, and for a search.')
  }
  if (id === undefined) {
    const answer = yield* searching(ctx, { type, pairs: [...new URLSearchParams(query ?? '')] })
    return answer.ok ? ok({ status: '200 OK', resource: searchsetOf(ctx, type, answer.value) }) : answer
  }
  const may = allowed(ctx, 'read', type)
  if (!may.ok) return may
  const stored = yield* ask({ ask: 'resource', type, id })
  if (stored?.text === undefined || !visible(ctx, stored)) return fail('not-found', `There is no ${type} of this id.`)
  return ok({ status: '200 OK', etag: etag(stored.version), lastModified: stored.at, resource: stored.text })
}

async function readOutside(ctx: Context, entry: BundleEntry): Promise<Result<EntryResponse>> {
  const { type, id, version, operation, query } = entry.request!
  if (type === undefined || operation !== undefined) return fail('not-supported', 'GET of this URL is not supported in a bundle.')
  if (id === undefined) {
    const answer = await searchResources(ctx, { type, pairs: [...new URLSearchParams(query ?? '')] })
    return answer.ok ? ok({ status: '200 OK', resource: searchsetOf(ctx, type, answer.value) }) : answer
  }
  const stored = version === undefined ? await readResource(ctx, type, id) : await readVersion(ctx, type, id, version)
  if (!stored.ok) return stored
  return ok({ status: '200 OK', etag: etag(stored.value.version), lastModified: stored.value.at, resource: stored.value.text! })
}
