/**
 * A screening or outcome instrument as data: its codes (LOINC), the scores of its answers, bands, triage and risk rules. Codes and logic
 * stand here for every instrument; wordings only where the instrument's owner lets anybody show them.
 *
 * An item's `linkId` in a QuestionnaireResponse is `/` and its code. https://hl7.org/fhir/us/core/screening-and-assessments.html
 *
 * Where LOINC has no code, or nobody could confirm it, the code is a word of our own (`cage-aid-1`): what is sent as LOINC is LOINC's.
 */

import type { sensitivities } from '../labels.ts'
import { loinc } from '../loinc.ts'
import type { Change } from '../trend.ts'

/** The system of our own codes. */
export const ownCodes = 'https://warm-handoff.example/fhir/CodeSystem/instrument'
/** The system that a code of an instrument is from: LOINC's are numbers with a check digit, ours are words. */
export const systemOf = (code: string): string => (/^(LA)?\d{1,8}-\d$/.test(code) ? loinc : ownCodes)

export interface AnswerOption {
  /** LOINC answer code, `LA6568-5`, or a word of our own. */
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
  /** Other answers than the instrument's; `any`, where they are read but not scored. */
  readonly answers?: readonly AnswerOption[] | 'any'
  /** Answered with a number, which is its score. */
  readonly counted?: true
  /** Asked, but no part of the score. */
  readonly unscored?: true
  /** May be left out: what was not asked is not missing. */
  readonly optional?: true
  /** Asked only when this holds; skipped otherwise, which is not missing. */
  readonly askedWhen?: Condition
}

/** Something to be said of the answers. Items count from 1. */
export type Condition =
  | { readonly item: number; readonly atLeast: number }
  /** One of these LOINC answers. */
  | { readonly item: number; readonly answered: readonly string[] }
  | { readonly unanswered: number }
  | { readonly declined: number }
  | { readonly total: number }
  | { readonly subscale: string; readonly atLeast: number }
  | { readonly level: RiskLevel }
  | { readonly result: 'positive' }
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

/**
 * A need that the answers speak of, for a person to confirm. Of several rules of one category the first that holds counts. `category`: one of
 * SDOH Clinical Care, or a word of our own.
 */
export interface NeedRule {
  readonly when: Condition
  readonly domain: 'clinical' | 'substance' | 'sdoh' | 'safety'
  readonly category: string
  readonly text: string
  readonly severity?: 'mild' | 'moderate' | 'severe'
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
  /** Without it a total is neither positive nor negative. */
  readonly positive?: Condition
  /** Sums of some of the items, by number. */
  readonly subscales?: readonly { readonly key: string; readonly items: readonly number[]; readonly max: number }[]
  /** Where the cut depends on the sex: instead of `bands` and `positive`, once it is known. */
  readonly bySex?: Readonly<Record<'male' | 'female', Pick<SumScoring, 'bands' | 'positive'>>>
  /** How answers are counted, where instruments of one name differ: totals of other variants are other numbers. */
  readonly variant?: string
  /** Codes under which others send this total by mistake. */
  readonly mistaken?: readonly string[]
}

/** Answers that speak each for itself: there is no total. */
interface ScreenScoring {
  readonly method: 'screen'
  readonly positive: Condition
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
  /** Of the whole: LOINC's panel, or a word of our own. */
  readonly panel: string
  /** Canonical URLs of Questionnaires known to be this instrument; the first is the one we name. */
  readonly questionnaires: readonly [string, ...string[]]
  readonly items: readonly InstrumentItem[]
  readonly answers: readonly AnswerOption[]
  readonly scoring: SumScoring | TriageScoring | ScreenScoring
  readonly risks: readonly RiskRule[]
  readonly needs?: readonly NeedRule[]
  /** What counts as a change of the total. */
  readonly change?: Change
  /** What its answers are about wherever they go. */
  readonly sensitivity?: (typeof sensitivities)[number]
  /** May its wording be shown? `notice` goes with it, or says where to get it. */
  readonly licence: { readonly wording: boolean; readonly notice: string }
}

export const linkIdOf = (item: InstrumentItem): string => `/${item.code}`
export const answersOf = (instrument: Instrument, item: InstrumentItem): readonly AnswerOption[] =>
  item.answers === 'any' ? [] : (item.answers ?? instrument.answers)
/** Items that ask about these, in order, coded by the instrument's id and their number. */
export const ownItems = (id: string, topics: readonly string[]): readonly InstrumentItem[] =>
  topics.map((topic, i) => ({ code: `${id}-${i + 1}`, topic }))
export const yesNo: readonly AnswerOption[] = [
  { code: 'LA33-6', score: 1, snomed: '373066001', text: 'Yes' },
  { code: 'LA32-8', score: 0, snomed: '373067005', text: 'No' },
]
/** Answers that are known here by their scores alone. */
export const scored = (...scores: readonly number[]): readonly AnswerOption[] =>
  scores.map((score) => ({ code: `score-${score}`, score }))
/** The code of a total or a level; answers that are only screened have none. */
export const scoreCodeOf = ({ scoring }: Instrument): string | undefined => ('code' in scoring ? scoring.code : undefined)
