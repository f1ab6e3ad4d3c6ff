/**
 * Which social need an ICD-10-CM code of Z55–Z65 speaks of, in the categories of SDOH Clinical Care. The choice of categories is ours: neither
 * of the two systems makes it. A code that is not here reads as the code that it is a part of.
 */
import type { sdohCategories } from './sdoh.ts'

/** ICD-10-CM by its URL, or by its OID. */
const icd10: ReadonlySet<string | undefined> = new Set(['http://hl7.org/fhir/sid/icd-10-cm', 'urn:oid:2.16.840.1.113883.6.90'])
export const isIcd10 = ({ system }: { readonly system?: string | undefined }): boolean => icd10.has(system)

type Category = (typeof sdohCategories)[number]

const table: Readonly<Record<string, Category>> = {
  Z55: 'educational-attainment',
  'Z55.6': 'personal-health-literacy',
  Z56: 'employment-status',
  'Z56.82': 'veteran-status',
  Z57: 'sdoh-category-unspecified',
  Z58: 'sdoh-category-unspecified',
  Z59: 'sdoh-category-unspecified',
  'Z59.0': 'homelessness',
  'Z59.1': 'inadequate-housing',
  'Z59.12': 'utility-insecurity',
  'Z59.2': 'housing-instability',
  'Z59.3': 'housing-instability',
  'Z59.4': 'food-insecurity',
  'Z59.5': 'financial-insecurity',
  'Z59.6': 'financial-insecurity',
  'Z59.7': 'financial-insecurity',
  'Z59.71': 'health-insurance-coverage-status',
  'Z59.81': 'housing-instability',
  'Z59.82': 'transportation-insecurity',
  'Z59.86': 'financial-insecurity',
  'Z59.861': 'utility-insecurity',
  'Z59.87': 'material-hardship',
  Z60: 'social-connection',
  'Z60.0': 'stress',
  'Z60.3': 'language-access',
  Z62: 'sdoh-category-unspecified',
  Z63: 'social-connection',
  'Z63.31': 'veteran-status',
  'Z63.4': 'stress',
  'Z63.5': 'stress',
  'Z63.6': 'stress',
  'Z63.7': 'stress',
  'Z63.71': 'veteran-status',
  Z64: 'stress',
  Z65: 'sdoh-category-unspecified',
  'Z65.0': 'incarceration-status',
  'Z65.1': 'incarceration-status',
  'Z65.2': 'incarceration-status',
  'Z65.3': 'incarceration-status',
  'Z65.5': 'stress',
}

/** Codes are written with their dot, or without it as on claims. */
export function socialCategoryOf(icd10: string): Category | undefined {
  const bare = icd10.replace('.', '')
  const dotted = bare.length > 3 ? `${bare.slice(0, 3)}.${bare.slice(3)}` : bare
  for (let code = dotted; code.length >= 3; code = code.slice(0, -1)) {
    if (Object.hasOwn(table, code)) return table[code]
  }
  return undefined
}
