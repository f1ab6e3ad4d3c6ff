/**
 * "Servers SHOULD reject a search where the logical id refers to more than one matching resource across different types."
 * https://hl7.org/fhir/R4/search.html#reference
 */
import { fail, type Problem } from '../../domain/problem.ts'
import type { Filter, ReferenceFilter } from '../../fhir/search/query.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'
import { eachNamed } from './named.ts'
import { visible } from './visible.ts'

/** So many resources are looked at: a hundred ids of a parameter that leads to any type. */
const most = 15_000

/** Why a search by ids alone cannot be answered: its asker may see several that one of them names, of several types. */
export function* ambiguous(ctx: Context, filters: readonly Filter[]): Steps<{ ok: false; problem: Problem } | undefined> {
  const bare = filters.flatMap(bareIn)
  if (bare.length === 0) return undefined
  const names = new Set(bare.flatMap(({ untyped = [] }) => untyped))
  if (names.size > most) return fail('too-costly', 'Too many ids without their types: name them as Type/id.')
  const types = new Map<string, string[]>()
  yield* eachNamed([...names], (found) => {
    for (const one of found)
      if (one.text !== undefined && visible(ctx, one) && allowed(ctx, 'read', one.type).ok)
        types.set(one.id, [...(types.get(one.id) ?? []), one.type])
    return true
  })
  const doubtful = bare.find(({ untyped = [] }) => untyped.some((name) => (types.get(idIn(name))?.length ?? 0) > 1))
  if (doubtful === undefined) return undefined
  const example = types.values().find((some) => some.length > 1)!
  return fail(
    'invalid',
    `An id given for ${doubtful.param} is one of several types here: name it as ${example.join('/[id] or ')}/[id].`,
  )
}

const idIn = (name: string): string => name.slice(name.indexOf('/') + 1)

function bareIn(filter: Filter): readonly ReferenceFilter[] {
  if (filter.kind === 'reference') return filter.untyped === undefined ? [] : [filter]
  if (filter.kind === 'has') return bareIn(filter.filter)
  return filter.kind === 'chain' ? filter.to.flatMap((target) => bareIn(target.filter)) : []
}
