/**
 * Who counts as a mental-health provider, as measures ask. The lists are a starter and change with the year of the measure: a plan may
 * classify otherwise. Taxonomy: https://taxonomy.nucc.org/
 */

/** Beginnings of NUCC taxonomy codes. */
const taxonomies = [
  '101Y', // counsellors
  '103T', // psychologists
  '1041', // clinical social workers
  '104100000X',
  '106H', // marriage and family therapists
  '102L', // psychoanalysts
  '2084', // psychiatry and neurology
  '363LP0808X', // nurse practitioners, psychiatric
  '364SP08', // clinical nurse specialists, psychiatric
  '163WP08', // registered nurses, psychiatric
] as const

const credentials: ReadonlySet<string> = new Set([
  ...['LCSW', 'LICSW', 'LMSW', 'CSW', 'LMFT', 'MFT', 'LPC', 'LPCC', 'LCPC', 'LMHC', 'NCC'],
  ...['PMHNP', 'PMHCNS', 'PSYD', 'LP', 'PSYCHIATRIST', 'PSYCHOLOGIST'],
])

/** By their taxonomy codes, or the codes of their credentials. */
export const isMentalHealthProvider = (of: {
  readonly taxonomy: readonly string[]
  readonly credentials: readonly string[]
}): boolean =>
  of.taxonomy.some((code) => taxonomies.some((begin) => code.startsWith(begin))) ||
  of.credentials.some((code) => credentials.has(code.replaceAll(/[^A-Za-z]/g, '').toUpperCase()))
