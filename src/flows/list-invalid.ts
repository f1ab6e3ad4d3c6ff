/** What stands here though it breaks rules of R4 or profiles that it claims, for the operator: places and rules, no values. */
import { invalidTag } from '../../mappings/codes/validation.ts'
import { fail, type Issue, ok, type Result } from '../domain/problem.ts'
import { simpleQuery } from '../fhir/search/query.ts'
import { isResourceType, resourceTypes } from '../fhir/types.ts'
import { ask, lookThrough, type Page, type Steps, type Stored } from '../store/store.ts'
import { noteQuery, noteSeen } from './audit/looks.ts'
import type { Context } from './context.ts'
import { judged } from './fhir/check.ts'
import { type Library, libraryOf } from './fhir/library.ts'
import { storedValue } from './next-version.ts'
import { hasToken } from './questions.ts'

interface Invalid {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly at: string
  /** What is wrong with it now; none where a profile has changed since, until it is written again. */
  readonly issues: readonly Issue[]
}

interface Wanted {
  readonly type?: string
  readonly count: number
  readonly after?: string
}

/** `GET /admin/invalid`: type after type. */
export const listInvalid = (ctx: Context, wanted: Wanted): Promise<Result<Page<Invalid>>> =>
  lookThrough(ctx.store, listing(ctx, wanted), ctx.pause)

function* listing(ctx: Context, { type, count, after }: Wanted): Steps<Result<Page<Invalid>>> {
  if (type !== undefined && !isResourceType(type)) return fail('invalid', 'FHIR R4 has no such resource type.')
  const types: readonly string[] = type === undefined ? resourceTypes : [type]
  const [first = types[0]!, from] = after === undefined ? [] : placeIn(after)
  if (!types.includes(first)) return fail('invalid', 'This `after` was not given out for such a list.')
  noteQuery(ctx, type ?? '*', [['_tag', invalidTag.code]])
  const library = yield* libraryOf(ctx)
  const items: Invalid[] = []
  const left = types.slice(types.indexOf(first))
  for (const [i, each] of left.entries()) {
    const query = simpleQuery(each, [hasToken('_tag', invalidTag)], count - items.length)
    const { visible } = ctx.principal
    const page = yield* ask({ ask: 'search', query, visible, ...(i === 0 && from !== undefined && { after: from }) })
    for (const stored of page.items) items.push(yield* told(ctx, stored, library))
    const next = page.next === undefined ? left[i + 1] : `${each} ${page.next}`
    if (items.length >= count) return ok({ items, ...(next !== undefined && { next }) })
    yield { rest: true }
  }
  return ok({ items })
}

/** The type at which it goes on, and where in it. */
function placeIn(after: string): readonly [type: string, from?: string] {
  const space = after.indexOf(' ')
  return space < 0 ? [after] : [after.slice(0, space), after.slice(space + 1)]
}

function* told(ctx: Context, stored: Stored, library: Library): Steps<Invalid> {
  noteSeen(ctx, stored)
  yield { rest: true }
  const { type, id, version, at } = stored
  const { structure, rules, profiles } = yield* judged(ctx, storedValue(stored)!, type, { library })
  return { type, id, version, at, issues: [...structure, ...rules, ...profiles] }
}
