/** The resource types of FHIR R4. https://hl7.org/fhir/R4/resourcelist.html */
import { resourceTypes } from './generated/resource-types.ts'

export { resourceTypes }

const known: ReadonlySet<string> = new Set(resourceTypes)

export const isResourceType = (name: unknown): name is string => typeof name === 'string' && known.has(name)

/** Parameters "is a non-persisted resource": it goes along with operations. https://hl7.org/fhir/R4/parameters.html */
export const isKept = (type: string): boolean => type !== 'Parameters'

/** A logical id. https://hl7.org/fhir/R4/datatypes.html#id */
export const isId = (text: unknown): boolean => typeof text === 'string' && /^[A-Za-z0-9\-.]{1,64}$/.test(text)
