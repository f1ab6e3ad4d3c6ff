/** Questions to the store that several flows ask. https://hl7.org/fhir/R4/search.html */
import type { Filter } from '../fhir/search/query.ts'

/** One of these codes, of whatever system. */
export const ofStatus = (...codes: readonly string[]): Filter => ({
  kind: 'token',
  param: 'status',
  values: codes.map((code) => ({ code })),
})

/** Tasks that are somebody's to do still. */
export const unfinishedTask = ofStatus('ready', 'draft', 'requested', 'received', 'accepted', 'in-progress', 'on-hold')
