/** What each write of a commit is about: a resource by its id, what its condition matches, or something new. https://hl7.org/fhir/R4/http.html#cond-update */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { unmet } from '../../fhir/version.ts'
import { isSubsetted } from '../../fhir/view.ts'
import { askAll, rest, type Steps, type Stored } from '../../store/store.ts'
import { noteSeen } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { prefixOf } from '../ids.ts'
import type { Criteria } from './criteria.ts'
import type { At, Settled, Write } from './entry.ts'
import { visible } from './visible.ts'

/** A write with its target settled: the id it will have, what stands there now. */
export interface Target<W extends Write = Settled> {
  readonly write: W
  readonly id: string | undefined
  readonly current: Stored | undefined
  /** A conditional create that found something: nothing is written. */
  readonly matched: boolean
  /** Place of the earlier entry that makes what this conditional create asks for. */
  readonly twin?: number
}

/** Finds what each write is about: by id, by criteria, or new. */
export function* settle(
  ctx: Context,
  writes: readonly Write[],
  criteria: Criteria,
  at: At,
): Steps<Result<readonly Target<Write>[]>> {
  const conditions = writes.flatMap((write, place) => {
    const wanted = criteriaOf(write)
    return wanted ? [{ ...wanted, place }] : []
  })
  const found = yield* criteria.search(conditions, at)
  if (!found.ok) return found
  const byId = writes.flatMap((write) => {
    const id = idOf(write)
    return id === undefined ? [] : [{ ask: 'resource' as const, type: write.type, id }]
  })
  const standing = new Map(
    (yield* askAll(byId)).flatMap((stored) => (stored ? [[`${stored.type}/${stored.id}`, stored] as const] : [])),
  )

  const targets: Target<Write>[] = []
  /** By the key of a condition that nothing meets yet: the place of what makes it. */
  const makers = new Map<string, number>()
  for (const [i, write] of writes.entries()) {
    yield* rest(i)
    const wanted = criteriaOf(write)
    if (wanted && write.kind === 'update' && makers.has(wanted.key)) return at(i, twice(write.type))
    const matches = wanted === undefined ? undefined : yield* criteria.matches(wanted)
    if (matches && matches.length > 1)
      return at(i, fail('multiple-matches', `The condition on ${write.type} matches more than one resource.`))
    const match = matches?.[0]
    const there = match ?? ('id' in write && write.id !== undefined ? standing.get(`${write.type}/${write.id}`) : undefined)
    const hidden = isHidden(ctx, there)
    if (hidden && write.kind === 'create') return at(i, fail('precondition-failed', 'The condition cannot be met.'))
    const current = hidden ? undefined : there
    const refused = precondition(write, current)
    if (refused) return at(i, refused)
    if (hidden && write.kind === 'update') return at(i, taken(write.type))
    if (write.kind === 'create') {
      // Two entries of one condition are one resource: the second finds what the first makes.
      const twin = wanted === undefined || match ? undefined : makers.get(wanted.key)
      if (wanted !== undefined && twin === undefined) makers.set(wanted.key, i)
      if (twin !== undefined) targets.push({ write, id: targets[twin]!.id, current: undefined, matched: true, twin })
      else targets.push({ write, id: match?.id ?? ctx.newId(prefixOf(write.type)), current: match, matched: match !== undefined })
    } else if (write.kind === 'update') {
      const own = write.resource.value.id
      if (match && typeof own === 'string' && own !== match.id)
        return at(i, fail('invalid', 'The id in the resource is not the id of the resource that the condition matches.'))
      const namesake = matches && !match && typeof own === 'string' ? standing.get(`${write.type}/${own}`) : undefined
      if (isHidden(ctx, namesake)) return at(i, taken(write.type))
      if (namesake?.text !== undefined) {
        return at(i, fail('conflict', 'Nothing matches the condition, and the id in the resource is taken by another resource.'))
      }
      if (wanted && !match) makers.set(wanted.key, i)
      targets.push({
        write,
        id: match?.id ?? write.id ?? (typeof own === 'string' ? own : ctx.newId(prefixOf(write.type))),
        // What had the id and was deleted goes on under it.
        current: current ?? namesake,
        matched: false,
      })
    } else {
      if (write.kind === 'delete' && current) criteria.leaveOut(write.type, current.id)
      targets.push({ write, id: current?.id, current, matched: false })
    }
  }
  return ok(targets)
}

function isHidden(ctx: Context, stored: Stored | undefined): boolean {
  const hidden = stored?.text !== undefined && !visible(ctx, stored)
  if (hidden) noteSeen(ctx, stored)
  return hidden
}

/**
 * What is hidden is as what is not there, but for this: an id that a record has cannot be given to a second one. Whoever asks for it learns
 * that it is taken, and nothing else. To find out whether an id is taken costs a guess: a wrong one makes a record under the caller's name, a
 * right one stands in the audit; and of ids that are made here nobody guesses one.
 */
const taken = (type: string) => fail('not-found', `There is no ${type} that this caller could change.`)

/** https://hl7.org/fhir/R4/http.html#trules: what one entry writes is not another's, too. */
export const twice = (type: string): ReturnType<typeof fail> =>
  fail('invalid', `${type}: two entries of the transaction are about the same resource.`)

/** The id that a write names: of its target, or (conditional update) the one it would give a new resource. */
function idOf(write: Write): string | undefined {
  if (write.kind === 'create') return undefined
  if (write.id !== undefined || write.kind !== 'update') return write.id
  const own = write.resource.value.id
  return typeof own === 'string' ? own : undefined
}

export interface Wanted {
  readonly type: string
  readonly text: string
  readonly key: string
}

export function criteriaOf(write: Write): Wanted | undefined {
  const text = write.kind === 'create' ? write.ifNoneExist : write.criteria
  if (text === undefined) return undefined
  const pairs = new URLSearchParams(text)
  pairs.sort()
  return { type: write.type, text, key: `${write.type}?${pairs}` }
}

function precondition(write: Write, current: Stored | undefined): ReturnType<typeof fail> | undefined {
  if (write.kind === 'create') return undefined
  const header = unmet(write, current?.text === undefined ? undefined : { ...current, lastUpdated: Date.parse(current.at) })
  if (header !== undefined) return fail('precondition-failed', `The version that stands is not as ${header} wants it.`)
  if (write.kind === 'update' && isSubsetted(write.resource.value))
    return fail('rule-broken', 'The resource is marked as incomplete (SUBSETTED): to store it would be to lose the rest.')
  return undefined
}
