/** Searches within a compartment: `Patient/123/Observation?…`. https://hl7.org/fhir/R4/http.html#vsearch */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { compartmentTable } from '../generated/search-parameters.ts'
import { isId } from '../types.ts'
import type { Filter } from './query.ts'

/** The resource that the compartment is of. */
export interface Compartment {
  readonly type: string
  readonly id: string
}

/** Canonical URLs of the compartments that there are. */
export const compartmentDefinitions: readonly string[] = Object.keys(compartmentTable).map(
  (type) => `http://hl7.org/fhir/CompartmentDefinition/${type.toLowerCase()}`,
)

/** Holds for the resources of a type that belong to the compartment. */
export function belongsTo({ type: owner, id }: Compartment, type: string): Result<Filter> {
  const members = Object.hasOwn(compartmentTable, owner) ? compartmentTable[owner] : undefined
  if (members === undefined)
    return fail('not-found', `There is no compartment of a ${/^[A-Za-z]{1,64}$/.test(owner) ? owner : 'type'}.`)
  if (!isId(id)) return fail('invalid', 'An id is 1 to 64 letters, digits, hyphens and dots.')
  const params = Object.hasOwn(members, type) ? (members[type] ?? []) : []
  if (params.length === 0 && type !== owner) return fail('not-supported', `No ${type} belongs to the compartment of a ${owner}.`)
  const ways: Filter[][] = params.map((param) => [{ kind: 'reference', param, values: [`${owner}/${id}`] }])
  if (type === owner) ways.push([{ kind: 'id', values: [id] }])
  return ok({ kind: 'any', of: ways })
}
