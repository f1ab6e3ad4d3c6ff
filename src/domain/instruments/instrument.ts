/**
 * A screening or outcome instrument as data: its codes (LOINC), the scores of its answers, bands, triage and risk rules. Codes and logic
 * stand here for every instrument; wordings only where the instrument's owner lets anybody show them.
 *
 * An item's `linkId` in a QuestionnaireResponse is `/` and its LOINC code. https://hl7.org/fhir/us/core/screening-and-assessments.html
 */
import type { Change } from '../trend.ts'

export interface AnswerOption {
  /** LOINC answer code, `LA6568-5`. */
  readonly code: string
  readonly score: number
  readonly text?: string
  /** The same answer in SNOMED CT. */
  readonly snomed?: string
}

export interface InstrumentItem {
  readonly code: string
  /** What it asks about, in our own words. */
  readonly topic: string
  /** The instrument's own wording, where it may be shown. */
  readonly text?: string
  /** Other answers than the instrument's. */
  readonly answers?: readonly AnswerOption[]
  /** Asked, but no part of the score. */
  readonly unscored?: true
  /** Asked only when this holds; skipped otherwise, which is not missing. */
  readonly askedWhen?: Condition
}

/** Something to be said of the answers. Items count from 1. */
export type Condition =
  | { readonly item: number; readonly atLeast: number }
  | { readonly unanswered: number }
  | { readonly total: number }
  | { readonly level: RiskLevel }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }

export const riskLevels = ['none', 'low', 'moderate', 'high', 'acute'] as const
export type RiskLevel = (typeof riskLevels)[number]

export interface RiskRule {
  readonly id: string
  readonly when: Condition
  readonly level: RiskLevel
  /** What is to be done, for those who act on findings. */
  readonly action: string
  /** It is a crisis, opened at once. */
  readonly crisis?: { readonly level: 'high' | 'acute'; readonly risk: 'suicide' | 'violence' | 'abuse' }
}

/** The sum of the scored items. */
export interface SumScoring {
  readonly method: 'sum'
  readonly code: string
  readonly min: number
  readonly max: number
  /** How many scored items may be unanswered, each counting nothing; without it the total needs them all. */
  readonly blanksAsZero?: number
  readonly bands: readonly { readonly min: number; readonly code: string }[]
  readonly positive?: { readonly atLeast: number }
}

/** The first level whose condition holds; `none` where all that was asked was answered and none does. */
export interface TriageScoring {
  readonly method: 'triage'
  /** The observation of the level, and its answers; a level without an answer has no code. */
  readonly code: string
  readonly levels: readonly { readonly level: RiskLevel; readonly answer?: string; readonly when: Condition }[]
}

export interface Instrument {
  readonly id: string
  readonly name: string
  /** Of these codes and rules: every result names it. */
  readonly version: string
  /** LOINC panel. */
  readonly panel: string
  /** Canonical URLs of Questionnaires known to be this instrument; the first is the one we name. */
  readonly questionnaires: readonly [string, ...string[]]
  readonly items: readonly InstrumentItem[]
  readonly answers: readonly AnswerOption[]
  readonly scoring: SumScoring | TriageScoring
  readonly risks: readonly RiskRule[]
  /** What counts as a change of the total. */
  readonly change?: Change
  /** May its wording be shown? `notice` goes with it, or says where to get it. */
  readonly licence: { readonly wording: boolean; readonly notice: string }
}

export const linkIdOf = (item: InstrumentItem): string => `/${item.code}`
export const answersOf = (instrument: Instrument, item: InstrumentItem): readonly AnswerOption[] =>
  item.answers ?? instrument.answers
