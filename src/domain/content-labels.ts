/**
 * What a record is about by its own codes, as labels of sensitive content. It is the topic alone that a code tells: 42 CFR Part 2 binds what
 * a programme holds, whatever it is about, and no code says that. https://www.ecfr.gov/current/title-42/part-2/section-2.12
 */
import { inCodeSet } from './code-sets.ts'
import { isIcd10 } from './icd10.ts'
import { instruments } from './instruments/index.ts'
import { scoreCodeOf } from './instruments/instrument.ts'
import type { sensitivities } from './labels.ts'

/** Counts up with every change of what is told of codes: what was stored before is labelled anew then. Each label says by which it came. */
export const contentRules = 1

/** What codes may tell. */
export const contentLabels = ['SUD', 'ETHUD', 'PSY', 'MH'] as const satisfies readonly (typeof sensitivities)[number][]
export type ContentLabel = (typeof contentLabels)[number]

interface Code {
  readonly system?: string | undefined
  readonly code?: string | undefined
}

/** Services for the use of alcohol and drugs; those that are for any illness of the mind (H0004, H0018 …) are not here. */
const substanceServices: ReadonlySet<string> = new Set([
  ...['H0001', 'H0003', 'H0005', 'H0006', 'H0007', 'H0008', 'H0009', 'H0010', 'H0011', 'H0012', 'H0013', 'H0014', 'H0015'],
  ...['H0016', 'H0020', 'H0022', 'H0047', 'H0048', 'H0049', 'H0050', 'H2034', 'H2035', 'H2036', 'T1006', 'T1007', 'T1012'],
  ...['G0396', 'G0397', 'G0442', 'G0443', 'G2011', 'G2086', 'G2087', 'G2088'],
  // A week in an opioid treatment programme, by medicine, and what is added to it.
  ...Array.from({ length: 14 }, (_, i) => `G${2067 + i}`),
])

/** What each result of an instrument tells; a survey of social needs is about violence as a whole alone. */
const isTelling = (sensitivity: string | undefined): sensitivity is ContentLabel =>
  (contentLabels as readonly (string | undefined)[]).includes(sensitivity)
/** By LOINC codes, and canonical URLs of questionnaires. */
const byInstrument = new Map<string, ContentLabel>()
for (const instrument of instruments) {
  const { sensitivity, panel, questionnaires, items } = instrument
  if (!isTelling(sensitivity)) continue
  const codes = [panel, scoreCodeOf(instrument), ...questionnaires, ...items.map(({ code }) => code)]
  for (const code of codes) if (code !== undefined) byInstrument.set(code, sensitivity)
}

/** What a code speaks of, if it is of a kind that is sensitive. */
export function contentOf(coding: Code): ContentLabel | undefined {
  const { system, code } = coding
  if (typeof code !== 'string') return undefined
  switch (system) {
    case 'http://loinc.org':
      return byInstrument.get(code)
    case 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets':
    case 'urn:oid:2.16.840.1.113883.6.285':
      return contentOfService(code)
    case 'http://snomed.info/sct':
      return inCodeSet(coding, ['substance-use']) ? 'SUD' : inCodeSet(coding, ['mental-illness']) ? 'MH' : undefined
    default:
      if (!/^f/i.test(code) || !isIcd10(coding)) return undefined
      return inCodeSet(coding, ['substance-use']) ? 'SUD' : 'MH'
  }
}

/** The same of an HCPCS code, and of answers to a questionnaire, whatever its version. */
export const contentOfService = (code: string): ContentLabel | undefined => (substanceServices.has(code) ? 'SUD' : undefined)
export const contentOfAnswers = (questionnaire: string): ContentLabel | undefined =>
  byInstrument.get(questionnaire.split('|', 1)[0]!)
