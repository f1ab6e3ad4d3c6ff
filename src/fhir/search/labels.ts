/** What security labels ask of whoever holds the record. https://hl7.org/fhir/R4/security-labels.html */
import type { Coding } from '@medplum/fhirtypes'
import { listed } from '../listed.ts'

interface Labelled {
  readonly resourceType?: unknown
  readonly meta?: { readonly security?: readonly Coding[] }
  readonly securityLabel?: readonly { readonly coding?: readonly Coding[] }[]
  readonly contained?: readonly unknown[]
  readonly entry?: readonly { readonly resource?: unknown }[]
}

/** Labels of a resource, of the document that it stands for, and of what is contained in it, or stands in a Bundle: it tells all of that. */
export function labellingOf(resource: object): readonly Coding[] {
  const { resourceType, meta, securityLabel, contained, entry } = resource as Labelled
  const within = [...listed(contained), ...(resourceType === 'Bundle' ? listed(entry).map((one) => one?.resource) : [])]
  return [
    ...listed(meta?.security),
    ...listed(securityLabel).flatMap((one) => listed(one?.coding)),
    ...within.flatMap((one) => (typeof one === 'object' && one !== null ? labellingOf(one) : [])),
  ]
}

/** Their codes. */
export const labelsOf = (resource: object): ReadonlySet<string> =>
  new Set(labellingOf(resource).flatMap((one) => one?.code ?? []))

/** Records of substance use treatment (42 CFR Part 2), and what is very restricted: not for whoever has not been given a right to them. */
export const wantsRight = (labels: ReadonlySet<string>): boolean => labels.has('42CFRPart2') || labels.has('V')

/** A therapist's notes for themselves: for nobody else. 45 CFR 164.501 */
export const isForNobody = (labels: ReadonlySet<string>): boolean => labels.has('PSYTHPN') || labels.has('HIPAAPsyNotes')

/** Who may see a record: 0 whoever may see the client's, 1 whoever has the right to what is specially protected, 2 nobody. */
export type Guard = 0 | 1 | 2

/** By its labels; most resources have none, and are answered at once. */
export function guardOf(resource: object): Guard {
  const { meta, securityLabel, contained, entry } = resource as Labelled
  if (meta?.security === undefined && securityLabel === undefined && contained === undefined && entry === undefined) return 0
  const labels = labelsOf(resource)
  return isForNobody(labels) ? 2 : wantsRight(labels) ? 1 : 0
}
