/** What a filter costs a store: equal values are looked up all together, others are compared with every candidate, one by one. */
import type { Filter } from './query.ts'

/** How many values are compared one by one. */
export function comparedIn(filter: Filter): number {
  switch (filter.kind) {
    case 'string':
    case 'date':
    case 'number':
    case 'quantity':
    case 'starts':
    case 'lastUpdated':
    case 'words':
      return filter.values.length
    case 'near':
      return filter.points.length
    case 'token':
      return filter.values.filter(({ code }) => code === undefined).length
    case 'any':
      // Even of equal values: whether all of a list hold together is asked for each list.
      return sum(filter.of.map((list) => Math.max(1, sum(list.map(comparedIn)))))
    case 'together':
      return sum(filter.filters.map(comparedIn))
    case 'chain':
      // It may lead to several types, of which the one that is asked about is meant.
      return Math.max(...filter.to.map((one) => comparedIn(one.filter)))
    case 'not':
    case 'has':
      return comparedIn(filter.filter)
    default:
      return 0
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
