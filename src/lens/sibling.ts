/**
 * What hangs on a primitive: its id and extensions, in the member with an underscore beside it. They belong to the element, not to its
 * value, and stay when the value changes; only the reason why there was none goes. https://hl7.org/fhir/R4/json.html#primitive
 */
import { isObject, type Json } from './equal.ts'

export type Sibling = Json | readonly unknown[]

const absent = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason'

/** The sibling after the value was written. A list that was replaced as a whole loses it: nobody could say what belongs to what. */
export function siblingAfter(sibling: unknown, value: unknown): Sibling | undefined {
  if (!isObject(sibling) || typeof value === 'object') return undefined
  return withoutAbsence(sibling)
}

/** An element's id and extensions, for one that is written in its place. */
export function hangingOn(element: object | undefined): Json {
  if (element === undefined) return {}
  const { id, extension } = element as Json
  return withoutAbsence({ ...(id !== undefined && { id }), ...(extension !== undefined && { extension }) }) ?? {}
}

function withoutAbsence(element: Json): Json | undefined {
  const { extension } = element
  if (!Array.isArray(extension)) return element
  const rest = extension.filter((item) => !(isObject(item) && item.url === absent))
  if (rest.length === extension.length) return element
  if (rest.length > 0) return { ...element, extension: rest }
  const { extension: _, ...others } = element
  return Object.keys(others).length > 0 ? others : undefined
}
