/** Codes of disclosures as AuditEvents. */
import type { AuditEvent } from '@medplum/fhirtypes'
import { type DisclosureResult, disclosureBases } from '../../src/domain/disclosure.ts'
import { codeTable } from '../../src/lens/code-table.ts'
import { localSystem } from '../shared/extension.ts'

/** The subtype by which our disclosures are told from other AuditEvents. */
export const disclosureSubtype = { system: localSystem('audit-event-subtype'), code: 'disclosure' }
export const isDisclosure = ({ subtype }: Pick<AuditEvent, 'subtype'>): boolean =>
  Array.isArray(subtype) && subtype.some((one) => one?.system === disclosureSubtype.system && one.code === disclosureSubtype.code)

export const disclosureBasis = codeTable(
  localSystem('disclosure-basis'),
  disclosureBases.map((word) => [word, word] as const),
)

/** https://hl7.org/fhir/R4/valueset-audit-event-outcome.html; what is still on its way has none. */
export const outcomeOf: Readonly<Record<DisclosureResult, AuditEvent['outcome'] | undefined>> = {
  pending: undefined,
  sent: '0',
  blocked: '8',
  failed: '12',
}
