/** Extensions by hand: which one, and how its place is called. */
import type * as fhir from '@medplum/fhirtypes'

export const find = (all: readonly fhir.Extension[] | undefined, url: string): fhir.Extension | undefined =>
  Array.isArray(all) ? all.find((one) => one?.url === url) : undefined

/** Path of what one extension says. */
export const inExtension = (url: string, member: string): string => `extension.where(${JSON.stringify({ url })}).${member}`
