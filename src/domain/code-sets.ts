/**
 * Sets of codes that follow-up policies ask for, as ranges. They are a starter: whoever reports a measure loads the value sets of its year.
 */

/** Codes of one system, from the first to the last that begin so, both included. */
interface CodeRange {
  readonly from: string
  readonly to: string
  /** Only codes whose intent (ICD-10-CM, sixth character, or the fifth where the sixth is `X`) is one of these. */
  readonly intent?: string
}
interface CodeSet {
  /** ICD-10-CM, without dots. */
  readonly icd10: readonly CodeRange[]
  /** SNOMED CT concepts, each for itself. */
  readonly snomed: readonly string[]
}

export const codeSets = {
  'mental-illness': {
    icd10: [
      { from: 'F20', to: 'F69' },
      { from: 'F80', to: 'F99' },
    ],
    snomed: ['370143000', '36923009', '35489007', '13746004', '58214004', '47505003', '197480006', '21897009', '69322001'],
  },
  'self-harm': {
    icd10: [
      { from: 'X71', to: 'X83' },
      { from: 'T1491', to: 'T1491' },
      { from: 'T36', to: 'T65', intent: '2' },
      { from: 'T71', to: 'T71', intent: '2' },
    ],
    snomed: ['82313006'],
  },
  'substance-use': {
    icd10: [{ from: 'F10', to: 'F19' }],
    snomed: ['7200002', '15167005', '66590003', '5602001', '75544000'],
  },
  overdose: {
    icd10: [{ from: 'T36', to: 'T50', intent: '1234' }],
    snomed: ['55680006'],
  },
} as const satisfies Record<string, CodeSet>
export type CodeSetName = keyof typeof codeSets

/**
 * What a way of leaving means for follow-up: NUBC patient discharge status, where 81 to 95 are 01 to 70 with a planned readmission, and
 * the codes of http://terminology.hl7.org/CodeSystem/discharge-disposition.
 */
export const dispositions = {
  /** Into another acute bed: the stay goes on elsewhere. */
  acute: ['02', '05', '65', '66', '82', '85', '93', '94', 'psy'],
  /** Into a bed that is not acute. */
  nonacute: [
    '03',
    '04',
    '61',
    '62',
    '63',
    '64',
    '70',
    '83',
    '84',
    '89',
    '90',
    '91',
    '92',
    '95',
    'snf',
    'rehab',
    'long',
    'other-hcf',
  ],
  hospice: ['50', '51', 'hosp'],
  died: ['20', '40', '41', '42', 'exp'],
  /** Admitted to this hospital, from its emergency department. */
  admitted: ['09'],
  /** Still a patient: no discharge. */
  still: ['30'],
} as const
export type DispositionGroup = keyof typeof dispositions

/** The group of a disposition, if it is in one; `3` is `03`. */
export function dispositionGroup(code: string | undefined): DispositionGroup | undefined {
  const padded = code?.length === 1 ? `0${code}` : code
  const groups = Object.keys(dispositions) as DispositionGroup[]
  return groups.find((group) => (dispositions[group] as readonly (string | undefined)[]).includes(padded))
}

const icd10Systems: ReadonlySet<string> = new Set([
  'http://hl7.org/fhir/sid/icd-10-cm',
  'http://hl7.org/fhir/sid/icd-10',
  'urn:oid:2.16.840.1.113883.6.90',
  'urn:oid:2.16.840.1.113883.6.3',
])

interface Code {
  readonly system?: string | undefined
  readonly code?: string | undefined
}

/** Whether a code is in one of the sets. */
export function inCodeSet(code: Code, names: readonly CodeSetName[]): boolean {
  const value = code.code
  if (value === undefined) return false
  if (code.system === 'http://snomed.info/sct') return names.some((name) => (codeSets[name] as CodeSet).snomed.includes(value))
  if (code.system === undefined || !icd10Systems.has(code.system)) return false
  const plain = value.replace('.', '').toUpperCase()
  const intent = plain[5] === 'X' ? plain[4] : plain[5]
  return names.some((name) =>
    (codeSets[name] as CodeSet).icd10.some(
      (range) =>
        plain.slice(0, range.from.length) >= range.from &&
        plain.slice(0, range.to.length) <= range.to &&
        (range.intent === undefined || (intent !== undefined && range.intent.includes(intent))),
    ),
  )
}
