/** Which diagnoses stand on a line, and in which order. ICD-10-CM. */

/** Factors of social determinants (Z55–Z65): never first, never alone. */
export const isSocial = (icd10: string): boolean => /^Z(5[5-9]|6[0-5])/.test(icd10)

/** Social codes that have become headings of more precise ones, and since when: a heading is not billed. */
const headings: Readonly<Record<string, string>> = {
  'Z59.0': '2021-10-01',
  'Z59.1': '2023-04-01',
  'Z59.4': '2021-10-01',
  'Z59.7': '2024-10-01',
  'Z59.8': '2021-10-01',
  'Z59.81': '2021-10-01',
  'Z59.86': '2025-10-01',
}

const most = 12

/** Clinical ones first, each once, no headings, twelve at the most. Otherwise the order stays: the first is the primary one. */
export function diagnosesOn(day: string, codes: readonly string[]): readonly string[] {
  const billable = [...new Set(codes)].filter((code) => !(headings[code] !== undefined && headings[code] <= day))
  return [...billable.filter((code) => !isSocial(code)), ...billable.filter(isSocial)].slice(0, most)
}
