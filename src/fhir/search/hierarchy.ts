/**
 * Places within places, organizations within organizations, encounters within encounters: `location:below=42`, `encounter:above=21`.
 * https://hl7.org/fhir/R4/search.html#recursive
 */
import { chainLimits } from './chains.ts'
import { partOf } from './modifiers.ts'
import type { Filter } from './query.ts'

/** What refers to one of these (`Type/id`), or to what is part of one (`below`), or to what one is part of (`above`): up to five steps away. */
export function withinHierarchy(param: string, relation: 'below' | 'above', names: readonly string[]): Filter {
  const byType = [...Map.groupBy(names, (name) => name.slice(0, name.indexOf('/')))]
  const stepsAway = (steps: number): readonly Filter[] => [
    { kind: 'chain', param, to: byType.map(([type, some]) => ({ type, filter: away(type, relation, some, steps) })) },
  ]
  const steps = Array.from({ length: chainLimits.links }, (_, i) => stepsAway(i + 1))
  return { kind: 'any', of: [[{ kind: 'reference', param, values: names }], ...steps] }
}

/** Is so many steps below one of these, or above one. */
function away(type: string, relation: 'below' | 'above', names: readonly string[], steps: number): Filter {
  const param = partOf(type)!
  if (relation === 'below') {
    if (steps === 1) return { kind: 'reference', param, values: names }
    return { kind: 'chain', param, to: [{ type, filter: away(type, relation, names, steps - 1) }] }
  }
  const ids = names.map((name) => name.slice(type.length + 1))
  return { kind: 'has', type, param, filter: steps === 1 ? { kind: 'id', values: ids } : away(type, relation, names, steps - 1) }
}
