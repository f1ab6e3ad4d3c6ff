/**
 * The policies that oblige us to follow up, as data: which stays they look at, how their days are counted, what satisfies them. Rules of
 * measures change with the year of the index event: a changed rule is a new row with its own `ruleVersion` and dates, never an edit.
 *
 * Follow-up after hospitalization for mental illness (FUH), after emergency visits for mental illness (FUM) and for substance use (FUA):
 * https://www.ncqa.org/hedis/measures/. Transitional care management (TCM): 42 CFR 414, CPT 99495 and 99496.
 */
import type { CodeSetName, DispositionGroup } from './code-sets.ts'
import type { EncounterClass } from './discharge.ts'

/** What a session must be to count; each row is enough by itself, `rule` names it in the evidence. */
interface EvidenceRule {
  readonly rule: string
  readonly kinds: readonly string[]
  readonly modalities?: readonly string[] | undefined
  /** The one who met the client is a mental-health provider by the classification of that year. */
  readonly mentalHealthProvider?: true | undefined
  /** A diagnosis of the session is in one of these sets. */
  readonly diagnosis?: readonly CodeSetName[] | undefined
}

export interface Policy {
  readonly measure: string
  /** Policies of measures are obligations of a year: `FUH-7@MY2025`. Others are called as the measure. */
  readonly yearly: boolean
  readonly ruleVersion: string
  /** First and last day of index events that this row is for. */
  readonly from?: string | undefined
  readonly until?: string | undefined
  /** Ids of the payers here whose members it is for. Absent: for everybody. */
  readonly payers?: readonly string[] | undefined
  /** The facilities whose discharges it is for, by their id here or the identifier that they are told by. Absent: all. */
  readonly facilities?: readonly string[] | undefined
  readonly classes: readonly EncounterClass[]
  readonly minimumAge?: number | undefined
  /** `principal`: in one of these sets; or `any` diagnosis in one of those. Absent: whatever the diagnosis. */
  readonly diagnosis?: { readonly principal: readonly CodeSetName[]; readonly any: readonly CodeSetName[] } | undefined
  /** Classes of stays that fit as long as no diagnosis of them is known: a psychiatric ward speaks for itself. */
  readonly presumed?: readonly EncounterClass[] | undefined
  /** Calendar days up to the last, counted from the index day, which is day 0 and counts itself only if `indexDayCounts`. */
  readonly window: {
    readonly days: number
    readonly calendar: 'calendar-days' | 'business-days'
    readonly indexDayCounts: boolean
  }
  readonly evidence: readonly EvidenceRule[]
  /** Dispositions that end the claim, as groups of `dispositions`. */
  readonly excluding: readonly DispositionGroup[]
  /** An admission so many days after the index (0: the same day), or until it is due, excludes it. */
  readonly readmission?: { readonly days: number } | 'until-due' | undefined
  /** Of several index events in so many days only the first counts. */
  readonly onePer?: { readonly days: number } | undefined
}

/** Contacts in which a client is treated, as opposed to arranged for. */
const treatment = [
  'individual-counselling',
  'group-counselling',
  'family-counselling',
  'assessment-visit',
  'crisis-intervention',
  'medication-support',
  'skills-training',
  'home-visit',
  'follow-up',
]
const spoken = ['in-person', 'video', 'audio-only']
export const contacts = [...treatment, 'peer-support', 'case-management', 'outreach', 'navigation']

const mentalHealth: readonly CodeSetName[] = ['mental-illness', 'self-harm']
const fuhEvidence2024: readonly EvidenceRule[] = [
  { rule: 'visit-with-mental-health-provider', kinds: treatment, modalities: spoken, mentalHealthProvider: true },
]
const fuhEvidence2025: readonly EvidenceRule[] = [
  ...fuhEvidence2024,
  { rule: 'visit-with-mental-health-diagnosis', kinds: treatment, modalities: spoken, diagnosis: mentalHealth },
  { rule: 'peer-support', kinds: ['peer-support'], modalities: spoken },
]
const fumEvidence: readonly EvidenceRule[] = [
  { rule: 'visit-with-mental-health-diagnosis', kinds: [...treatment, 'peer-support'], diagnosis: mentalHealth },
]
const fumEvidence2025: readonly EvidenceRule[] = [
  { rule: 'visit-with-mental-health-provider', kinds: treatment, mentalHealthProvider: true },
  ...fumEvidence,
  { rule: 'peer-support', kinds: ['peer-support'] },
]
const fuaEvidence: readonly EvidenceRule[] = [
  { rule: 'visit-with-mental-health-provider', kinds: treatment, mentalHealthProvider: true },
  { rule: 'visit-with-substance-use-diagnosis', kinds: treatment, diagnosis: ['substance-use', 'overdose'] },
  { rule: 'peer-support', kinds: ['peer-support'] },
]

const days = (count: number, indexDayCounts: boolean) => ({ days: count, calendar: 'calendar-days', indexDayCounts }) as const

const fuh = (rules: Pick<Policy, 'ruleVersion' | 'from' | 'until' | 'evidence'>): Policy[] =>
  [7, 30].map((count) => ({
    ...rules,
    measure: `FUH-${count}`,
    yearly: true,
    classes: ['inpatient-acute-psych', 'inpatient-medical'],
    minimumAge: 6,
    diagnosis: { principal: mentalHealth, any: [] },
    presumed: ['inpatient-acute-psych'],
    window: days(count, false),
    excluding: ['acute', 'nonacute', 'hospice', 'died'],
    readmission: { days: 30 },
  }))

const emergency = (
  measure: string,
  minimumAge: number,
  diagnosis: Policy['diagnosis'] & object,
  rules: Pick<Policy, 'ruleVersion' | 'from' | 'until' | 'evidence'>,
): Policy[] =>
  [7, 30].map((count) => ({
    ...rules,
    measure: `${measure}-${count}`,
    yearly: true,
    classes: ['ed'],
    minimumAge,
    diagnosis,
    window: days(count, true),
    excluding: ['acute', 'nonacute', 'hospice', 'died', 'admitted'],
    readmission: { days: 30 },
    onePer: { days: 31 },
  }))

const afterAnyStay: Pick<Policy, 'yearly' | 'ruleVersion' | 'classes' | 'evidence' | 'excluding'> = {
  yearly: false,
  ruleVersion: 'CMS-2013',
  classes: ['inpatient-acute-psych', 'inpatient-medical', 'observation', 'residential'],
  evidence: [{ rule: 'interactive-contact', kinds: contacts }],
  excluding: ['acute', 'nonacute', 'hospice', 'died'],
}

/** In force where nothing else is configured. */
export const policies: readonly Policy[] = [
  ...fuh({ ruleVersion: 'MY2024', until: '2024-12-31', evidence: fuhEvidence2024 }),
  ...fuh({ ruleVersion: 'MY2025', from: '2025-01-01', evidence: fuhEvidence2025 }),
  ...emergency(
    'FUM',
    6,
    { principal: ['mental-illness', 'self-harm'], any: [] },
    { ruleVersion: 'MY2024', until: '2024-12-31', evidence: fumEvidence },
  ),
  ...emergency(
    'FUM',
    6,
    { principal: ['mental-illness'], any: ['self-harm'] },
    { ruleVersion: 'MY2025', from: '2025-01-01', evidence: fumEvidence2025 },
  ),
  ...emergency('FUA', 13, { principal: ['substance-use'], any: ['overdose'] }, { ruleVersion: 'MY2024', evidence: fuaEvidence }),
  {
    ...afterAnyStay,
    measure: 'TCM-2BD',
    window: { days: 2, calendar: 'business-days', indexDayCounts: false },
    readmission: { days: 2 },
  },
]

/** The visits that TCM bills for (99496 and 99495). */
const visits = [7, 14].map(
  (count): Policy => ({
    ...afterAnyStay,
    measure: `TCM-${count}D`,
    window: days(count, false),
    evidence: [{ rule: 'visit', kinds: treatment, modalities: ['in-person', 'video'] }],
    readmission: 'until-due',
  }),
)

/**
 * Further ones that an organization may turn on. Certified community clinics try to reach whoever was discharged within a day
 * (https://www.samhsa.gov/communities/certified-community-behavioral-health-clinics); medicines are gone through from the day of the
 * discharge on, for thirty days more (https://www.ncqa.org/hedis/measures/, transitions of care).
 */
export const optionalPolicies: readonly Policy[] = [
  ...visits,
  {
    ...afterAnyStay,
    measure: 'CCBHC-24H',
    ruleVersion: 'CCBHC-2023',
    classes: [...afterAnyStay.classes, 'ed'],
    window: days(1, false),
    readmission: 'until-due',
  },
  {
    ...afterAnyStay,
    measure: 'MED-REC-30',
    ruleVersion: 'MY2025',
    minimumAge: 18,
    window: days(30, true),
    evidence: [{ rule: 'medication-reconciliation', kinds: ['medication-support'] }],
    readmission: 'until-due',
  },
]

/** The obligation's name: the measure and, for a yearly one, the year of its index event. */
export const policyIdOf = (policy: Policy, indexDate: string): string =>
  policy.yearly ? `${policy.measure}@MY${indexDate.slice(0, 4)}` : policy.measure
