/** What security labels ask of whoever holds the record. https://hl7.org/fhir/R4/security-labels.html */
import type { Coding } from '@medplum/fhirtypes'
import { listed } from '../listed.ts'

interface Labelled {
  readonly meta?: { readonly security?: readonly Coding[] }
  readonly securityLabel?: readonly { readonly coding?: readonly Coding[] }[]
}

/** Codes of the labels of a resource, and of the document that it stands for. */
export function labelsOf(resource: object): ReadonlySet<string> {
  const { meta, securityLabel } = resource as Labelled
  const document = listed(securityLabel).flatMap((one) => listed(one?.coding))
  return new Set([...listed(meta?.security), ...document].flatMap((one) => one?.code ?? []))
}

/** Records of substance use treatment (42 CFR Part 2), and what is very restricted: not for whoever has not been given a right to them. */
export const wantsRight = (labels: ReadonlySet<string>): boolean => labels.has('42CFRPart2') || labels.has('V')

/** A therapist's notes for themselves: for nobody else. 45 CFR 164.501 */
export const isForNobody = (labels: ReadonlySet<string>): boolean => labels.has('PSYTHPN') || labels.has('HIPAAPsyNotes')

/** Who may see a record: 0 whoever may see the client's, 1 whoever has the right to what is specially protected, 2 nobody. */
export type Guard = 0 | 1 | 2

/** By its own labels; most resources have none, and are answered at once. */
export function guardOf(resource: object): Guard {
  const { meta, securityLabel } = resource as Labelled
  if (meta?.security === undefined && securityLabel === undefined) return 0
  const labels = labelsOf(resource)
  return isForNobody(labels) ? 2 : wantsRight(labels) ? 1 : 0
}
