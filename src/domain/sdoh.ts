/** Social needs, in the categories of SDOH Clinical Care. https://hl7.org/fhir/us/sdoh-clinicalcare/ValueSet-SDOHCC-ValueSetSDOHCategory.html */
import type { Coding } from './kernel.ts'

/** https://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem-SDOHCC-CodeSystemTemporaryCodes.html */
export const sdohCodes = 'http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes'

export const sdohCategories = [
  ...['food-insecurity', 'housing-instability', 'homelessness', 'inadequate-housing', 'transportation-insecurity'],
  ...['financial-insecurity', 'material-hardship', 'educational-attainment', 'employment-status', 'veteran-status', 'stress'],
  ...['social-connection', 'intimate-partner-violence', 'elder-abuse', 'personal-health-literacy'],
  ...['health-insurance-coverage-status', 'medical-cost-burden', 'digital-literacy', 'digital-access', 'utility-insecurity'],
  ...['language-access', 'incarceration-status', 'protective-factor', 'sdoh-category-unspecified'],
] as const

export const isSdohCategory = (code: string): boolean => sdohCategories.some((one) => one === code)

/** A code that claims to be such a category and is none; codes of other systems are their own business. */
export const isNoCategory = ({ system: from, code }: Coding): boolean => from === sdohCodes && !isSdohCategory(code ?? '')
