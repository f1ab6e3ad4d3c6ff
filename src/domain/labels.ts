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

export interface Labelled {
  readonly sensitivity: readonly (typeof sensitivities)[number][]
  readonly confidentiality?: z.infer<typeof Confidentiality> | undefined
  readonly legalBasis: readonly (typeof legalBases)[number][]
}

/** What is made of several records bears the labels of all, and is as confidential as the strictest. */
export function labelsOf(records: readonly Labelled[]): Labelled {
  const levels = records.flatMap(({ confidentiality }) => confidentiality ?? [])
  const strictest = Confidentiality.options.findLast((level) => levels.includes(level))
  return {
    sensitivity: [...new Set(records.flatMap(({ sensitivity }) => sensitivity))],
    ...(strictest !== undefined && { confidentiality: strictest }),
    legalBasis: [...new Set(records.flatMap(({ legalBasis }) => legalBasis))],
  }
}
