/** Family names of several names: each of them is searched by. */
import { normalise, type Sink } from './index-row.ts'

/** No name is longer: each of its parts is kept to its end. */
const longestFamily = 200

/** "Searching either 'Carreno' or 'Quinones' should match a family name of 'Carreno Quinones'." https://hl7.org/fhir/R4/search.html#string */
export function laterNames(sink: Sink, param: string, family: string): void {
  if (family.length > longestFamily || !/[\s-]/.test(family)) return
  for (const { index } of family.matchAll(/(?<=[\s-])[^\s-]/g)) sink.string(param, normalise(family.slice(index)), '')
}
