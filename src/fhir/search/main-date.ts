/** The date by which the resources of a type are usually put in order. */
import { searchParameter } from './parameters.ts'

/** By preference; most types have the first, or only one of them. Dates of birth are not among them: nobody reads by age. */
const names = [
  ['authoredon', 'date', 'authored', 'authored-on', 'created', 'onset-date', 'sent', 'period', 'entered-date', 'start-date'],
  ['started', 'effective-time', 'effective', 'whenhandedover', 'datewritten', 'start', 'collected', 'recorded', 'issued'],
  ['identified', 'datetime', 'timestamp'],
].flat()

const found = new Map<string, string | undefined>()

/** Code of the search parameter, if the type has one. */
export function mainDate(type: string): string | undefined {
  if (!found.has(type))
    found.set(
      type,
      names.find((name) => searchParameter(type, name)?.kind === 'date'),
    )
  return found.get(type)
}
