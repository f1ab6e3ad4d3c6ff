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

/** The types of which something can belong to the compartment, its owner's first. */
export function typesOf(compartment: Compartment): Result<readonly string[]> {
  const members = membersOf(compartment)
  return members.ok ? ok([...new Set([compartment.type, ...Object.keys(members.value)])]) : members
}

function membersOf({ type: owner, id }: Compartment): Result<Readonly<Record<string, readonly string[]>>> {
  const members = Object.hasOwn(compartmentTable, owner) ? compartmentTable[owner] : undefined
  if (members === undefined)
    return fail('not-found', `There is no compartment of a ${/^[A-Za-z]{1,64}$/.test(owner) ? owner : 'type'}.`)
  return isId(id) ? ok(members) : fail('invalid', 'An id is 1 to 64 letters, digits, hyphens and dots.')
}

/** Holds for the resources of a type that belong to the compartment. */
export function belongsTo(compartment: Compartment, type: string): Result<Filter> {
  const { type: owner, id } = compartment
  const members = membersOf(compartment)
  if (!members.ok) return members
  const params = Object.hasOwn(members.value, type) ? (members.value[type] ?? []) : []
  if (params.length === 0 && type !== owner) return fail('not-supported', `No ${type} belongs to the compartment of a ${owner}.`)
  const ways: Filter[][] = params.map((param) => [{ kind: 'reference', param, values: [`${owner}/${id}`] }])
  if (type === owner) ways.push([{ kind: 'id', values: [id] }])
  return ok({ kind: 'any', of: ways })
}
