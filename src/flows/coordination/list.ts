/** Lists of a collection's members, page by page. */
import { Id } from '../../domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { dateLo, dateRange } from '../../fhir/search/date-range.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import { lookThrough, restAfter, type Steps, type Stored } from '../../store/store.ts'
import { noteQuery, noteSeen } from '../audit/looks.ts'
import type { AnyCollection, Seen } from '../collections/collection.ts'
import { type Gathered, gather } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { sizeOf } from '../fhir/search.ts'
import { seenBy } from '../fhir/visible.ts'
import { named } from './named.ts'
import { type Answer, answersOf, changedAt } from './record.ts'

interface ListAsk {
  readonly client?: string | undefined
  readonly state?: string | undefined
  readonly updatedSince?: string | undefined
  /** A day, or a FHIR date search such as `le2026-03-17`: for collections with due dates. */
  readonly due?: string | undefined
  readonly limit: number
  readonly after?: string
  /** Characters of the resources behind a page, which ends when they come to as many. */
  readonly room?: number
  /** Resources that are looked through for a page, which may end short of its limit with them, and yet not be the last; by default all. */
  readonly looks?: number
  /** Further search parameters that a collection offers, as FHIR search text. */
  readonly also?: readonly (readonly [string, string])[]
}

/** So many are read between two turns of whoever else waits. */
const together = 50
/** So many are searched for at once at most: each search of an order of its own sorts all again. */
const atOnce = 2000

interface ListAnswer {
  readonly items: readonly Answer[]
  readonly next: string | null
}

/** Members that cannot be read are left out. Problems: `not-found`, `forbidden`, `invalid` with what is wrong with the filters. */
export async function listMembers(ctx: Context, name: string, asked: ListAsk): Promise<Result<ListAnswer>> {
  const collection = named(ctx, name, 'search-type')
  if (!collection.ok) return collection
  const faults = faultsOf(collection.value, asked)
  if (faults.length > 0) return fail('invalid', `The list of ${name} cannot be narrowed like this.`, { issues: faults })
  const { anchor, parts, among, client, sort, due, inState } = collection.value
  const pairs: (readonly [string, string])[] = [['_count', String(asked.limit)], ...(asked.also ?? [])]
  if (among !== undefined) pairs.push(among)
  if (asked.client !== undefined) pairs.push([client!, client === '_id' ? asked.client : `Patient/${asked.client}`])
  // A part may have changed since, and the anchor not: only what has no parts is found by its own date.
  if (asked.updatedSince !== undefined && parts.length === 0) pairs.push(['_lastUpdated', `ge${asked.updatedSince}`])
  if (asked.due !== undefined) pairs.push([due!, asked.due])
  if (asked.state !== undefined && inState !== undefined) pairs.push(inState(asked.state))
  if (sort !== undefined) pairs.push(['_sort', sort])
  const query = parseSearch(anchor, pairs, { now: ctx.clock() })
  if (!query.ok) return query
  noteQuery(
    ctx,
    name,
    Object.entries(asked).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )

  const found: Gathered[] = []
  let { after, room: left = Number.POSITIVE_INFINITY, looks = Number.POSITIVE_INFINITY } = asked
  const pageFrom = (from: string | undefined, count: number, room?: number) =>
    ctx.store.look({
      ask: 'search',
      query: { ...query.value, count },
      ...(room !== undefined && { room }),
      visible: ctx.principal.visible,
      ...(from !== undefined && { after: from }),
    })
  // A page may hold resources of another collection, or of another state: go on until it is full, with as many as that has taken so far.
  let seen = 0
  for (let count = asked.limit; ; count = nextCount(asked.limit - found.length, found.length, seen)) {
    const page = await pageFrom(after, Math.min(count, looks), left)
    let read = 0
    for (const stored of page.items) {
      if (found.length === asked.limit) break
      if (++read % together === 0) await ctx.pause()
      const held = await member(ctx, collection.value, stored)
      if (!held || !fits(collection.value, held, asked)) continue
      found.push(held)
      left -= sizeOf(held.stored)
    }
    looks -= read
    seen += read
    // The next page begins right behind the last one shown: the same again, up to there.
    after = read < page.items.length ? (await pageFrom(after, read)).next : page.next
    if (after === undefined || found.length >= asked.limit || left <= 0 || looks <= 0) break
  }
  return ok({ items: await lookThrough(ctx.store, answersOf(ctx, collection.value, found), ctx.pause), next: after ?? null })
}

/** How many to look at for so many more, where so many of those seen have fitted. */
const nextCount = (more: number, fitted: number, seen: number): number =>
  Math.min(Math.max(Math.ceil((more * seen) / fitted), together), atOnce)

async function member(ctx: Context, collection: AnyCollection, stored: Stored): Promise<Gathered | undefined> {
  const held = await lookThrough(ctx.store, claimed(collection, stored, seenBy(ctx)), ctx.pause)
  if (!held.ok) return undefined
  noteSeen(ctx, ...held.value.stored)
  return held.value
}

function* claimed(collection: AnyCollection, stored: Stored, seen: Seen): Steps<Result<Gathered>> {
  const isClaimed = collection.claims(JSON.parse(stored.text!))
  yield* restAfter(stored.text!)
  return isClaimed ? yield* gather(collection, stored, seen) : fail('not-found', 'another collection')
}

/** What a list cannot be asked for: a filter that nobody heard would show too much, and one that fits nothing too little. */
function faultsOf({ client, due, machine, mapping, shown = [] }: AnyCollection, asked: ListAsk): readonly Issue[] {
  const issues: Issue[] = []
  const fault = (path: string, message: string) => issues.push({ path, message })
  if (asked.client !== undefined && client === undefined) fault('client', 'is not told of these')
  else if (asked.client !== undefined && !Id.safeParse(asked.client).success) fault('client', 'is the id of a client')
  if (asked.due !== undefined && due === undefined) fault('due', 'is not told of these')
  if (asked.updatedSince !== undefined && !dateRange(asked.updatedSince)) fault('updatedSince', 'is a date, or a date and time')
  if (asked.state === undefined) return issues
  if (machine && !machine.states.states.includes(asked.state)) fault('state', `is one of ${machine.states.states.join(', ')}`)
  if (!machine && !('state' in mapping.fields) && !shown.includes('state')) fault('state', 'is not told of these')
  return issues
}

function fits({ machine }: AnyCollection, held: Gathered, { state, updatedSince }: ListAsk): boolean {
  if (state !== undefined && held.value[machine?.field ?? 'state'] !== state) return false
  return updatedSince === undefined || dateLo(changedAt(held)) >= dateRange(updatedSince)!.lo
}
