/** Security labels that travel with a record. https://hl7.org/fhir/R4/security-labels.html */
import { z } from 'zod'
import { Confidentiality, list } from './kernel.ts'

/** Kinds of sensitive content (v3-ActCode, ActInformationSensitivityPolicy). */
export const sensitivities = [
  ...['PSY', 'MH', 'BH', 'SUD', 'ETHUD', 'ETH', 'OPIOIDUD', 'PSYTHPN', 'SDV', 'SEX', 'STD', 'HIV', 'VIO', 'EMOTDIS'],
  ...['COGN', 'DVD', 'GDIS', 'TBOO', 'SSP'],
] as const
/** Laws that bind the record beyond HIPAA's general rule (v3-ActCode, ActUSPrivacyLaw and its companions). */
export const legalBases = ['42CFRPart2', 'HIPAAPsyNotes', 'HIPAASelfPay', 'HIPAANOPP', 'Title38Section7332'] as const

/** The label fields of every record: spread them into its schema. */
export const labelFields = {
  sensitivity: list(z.enum(sensitivities)),
  confidentiality: Confidentiality.optional(),
  legalBasis: list(z.enum(legalBases)),
}
