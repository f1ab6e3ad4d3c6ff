/** `$meta` of a type or of all: which profiles, security labels and tags there are. https://hl7.org/fhir/R4/resource-operation-meta.html */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Filter, simpleQuery, type TokenValue } from '../../fhir/search/query.ts'
import { isResourceType, resourceTypes } from '../../fhir/types.ts'
import { askAll, lookThrough, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'

const lists = [
  { name: 'profile', param: '_profile' },
  { name: 'security', param: '_security' },
  { name: 'tag', param: '_tag' },
] as const

/** So many labels of a kind are told of a type; a tag that names each resource by itself is no label. */
export const mostLabels = 1000

/** Labels on what the caller may find: those of a type, or of every type that it may search. */
export const labelsInUse = (ctx: Context, type?: string): Promise<Result<string>> =>
  lookThrough(ctx.store, labelsUsed(ctx, type), ctx.pause)

/** As steps: inside a commit they know of what it has written. */
export function* labelsUsed(ctx: Context, type?: string): Steps<Result<string>> {
  if (type !== undefined && !isResourceType(type)) return fail('not-found', 'FHIR R4 has no such resource type.')
  const types = type === undefined ? resourceTypes.filter((each) => allowed(ctx, 'search-type', each).ok) : [type]
  const may = type === undefined ? ok(undefined) : allowed(ctx, 'search-type', type)
  if (!may.ok) return may
  if (types.length === 0) return fail('forbidden', 'The scopes granted do not permit to search any type.')
  const meta: [string, readonly unknown[]][] = []
  for (const { name, param } of lists) {
    const found = yield* valuesOf(ctx, types, param)
    if (!found.ok) return found
    const labels = [...found.value].sort((a, b) => compare(a.system, b.system) || compare(a.code, b.code))
    if (labels.length > 0) meta.push([name, name === 'profile' ? labels.map(({ code }) => code) : labels])
  }
  const valueMeta = Object.fromEntries(meta)
  const empty = meta.length === 0
  return ok(JSON.stringify({ resourceType: 'Parameters', ...(!empty && { parameter: [{ name: 'return', valueMeta }] }) }))
}

const compare = (a: string | null | undefined, b: string | null | undefined): number =>
  (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0

function* valuesOf(ctx: Context, types: readonly string[], param: string): Steps<Result<readonly TokenValue[]>> {
  const all = yield* askAll(types.map((type) => ({ ask: 'values' as const, type, param, count: mostLabels + 1 })))
  const found = new Map<string, TokenValue>()
  for (const [i, type] of types.entries()) {
    if (all[i]!.length > mostLabels)
      return fail('too-costly', `${type} has more than ${mostLabels} values of ${param}: search for those that you mean.`)
    for (const value of yield* seenOf(ctx, type, param, all[i]!)) found.set(JSON.stringify([value.system, value.code]), value)
  }
  return ok([...found.values()])
}

/** Those that a search of the caller's finds, too. */
function* seenOf({ principal }: Context, type: string, param: string, some: readonly TokenValue[]): Steps<readonly TokenValue[]> {
  const { visible } = principal
  if (visible === 'everything') return some
  const pages = yield* askAll(
    some.map((value) => ({ ask: 'search' as const, query: simpleQuery(type, [having(param, value)], 1), visible })),
  )
  return some.filter((_, i) => pages[i]!.items.length > 0)
}

function having(param: string, { system, code }: TokenValue): Filter {
  if (param === '_profile') return { kind: 'uri', param, values: [code ?? ''] }
  return { kind: 'token', param, values: [{ system: system ?? null, ...(code !== undefined && { code }) }] }
}
