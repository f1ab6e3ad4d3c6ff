/**
 * Which diagnoses stand on a line, in which order, and which cannot be billed. ICD-10-CM, by its form and by what is known here of its
 * headings; the yearly table of all codes is not here. https://www.cms.gov/medicare/coding-billing/icd-10-codes
 */
import type { HoldReason, LineWarning } from '../domain/service-line.ts'

/** Factors of social determinants (Z55–Z65): never first, never alone. */
export const isSocial = (icd10: string): boolean => /^Z(5[5-9]|6[0-5])/.test(icd10)

/** Disorders by a substance (F10–F19). */
export const isOfSubstance = (icd10: string): boolean => /^F1/.test(icd10)

/** Social codes that have become headings of more precise ones, and since when: a heading is not billed, and what is below it was not before. */
const headings: Readonly<Record<string, string>> = {
  'Z59.0': '2021-10-01',
  'Z59.1': '2023-04-01',
  'Z59.4': '2021-10-01',
  'Z59.7': '2024-10-01',
  'Z59.8': '2021-10-01',
  'Z59.81': '2021-10-01',
  'Z59.86': '2025-10-01',
}

/** Of the mental disorders (F01–F99) almost every code of three characters is a heading. These are whole codes. */
const whole = new Set([
  ...['F04', 'F05', 'F09', 'F21', 'F22', 'F23', 'F24', 'F28', 'F29', 'F39', 'F54', 'F59', 'F66', 'F69'],
  ...['F70', 'F71', 'F72', 'F73', 'F79', 'F82', 'F88', 'F89', 'F99'],
])

const form = /^[A-Z]\d[0-9AB](\.[0-9A-Z]{1,4})?$/
/** Claims write codes without their dot. */
const dotted = (code: string): string => {
  const bare = code.trim().toUpperCase().replace('.', '')
  return bare.length > 3 ? `${bare.slice(0, 3)}.${bare.slice(3)}` : bare
}

/** Could this be billed on that day, as far as is known here? */
function isBillable(code: string, day: string): boolean {
  if (!form.test(code) || (/^F\d\d$/.test(code) && !whole.has(code))) return false
  return Object.entries(headings).every(([heading, since]) =>
    code === heading ? day < since : !code.startsWith(heading) || day >= since,
  )
}

const most = 12

/** Clinical ones first, each once, none that cannot be billed, twelve at the most. Otherwise the order stays: the first is the primary one. */
export function diagnosesOn(day: string, codes: readonly string[]): readonly string[] {
  const billable = [...new Set(codes.map(dotted))].filter((code) => isBillable(code, day))
  return [...billable.filter((code) => !isSocial(code)), ...billable.filter(isSocial)].slice(0, most)
}

/** `recorded`: as it was said; `billed`: as it stands on the line. Nothing takes the place of a primary diagnosis that is none. */
export function diagnosisReasons(day: string, recorded: readonly string[], billed: readonly string[]): readonly HoldReason[] {
  const primary = recorded.map(dotted).find((code) => !isSocial(code))
  if (primary !== undefined && !isBillable(primary, day)) return ['diagnosis-invalid']
  if (billed.length === 0) return ['no-diagnosis']
  return billed.every(isSocial) ? ['diagnosis-social-only'] : []
}

/** Work with mental health and substance use by its nature. */
const behavioural = /^(H\d|908|S948)/
/** Mental disorders, signs of them, harm to oneself, and reasons to come that are no disorder. */
const mental = /^(F|R4[0-6]|T14\.91|X7[1-9]|X8[0-3]|Z)/

export const diagnosisWarnings = (code: string, [primary]: readonly string[]): readonly LineWarning[] =>
  primary !== undefined && behavioural.test(code) && !mental.test(primary) ? ['primary-not-mental'] : []
