/** Code tables of consents. */
import { consentKinds, purposesOfUse } from '../../src/domain/consent.ts'
import { codeTable } from '../../src/lens/code-table.ts'
import { localSystem } from '../shared/extension.ts'

/** Rules that we know; any other grants nothing. https://hl7.org/fhir/R4/valueset-consent-policy.html */
export const consentPolicy = codeTable(localSystem('consent-policy'), [
  ...consentKinds.map((word) => [word, word] as const),
  ['hipaa-auth', 'hipaa-authorization', 'http://terminology.hl7.org/CodeSystem/consentpolicycodes'],
])

export const purposeOfUse = codeTable(
  'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  purposesOfUse.map((word) => [word, word] as const),
)
