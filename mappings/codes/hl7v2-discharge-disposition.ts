/**
 * PV1-36 ↔ patient discharge status (UB-04 form locator 17): HL7 table 0112, which hospitals in the United States fill with the codes of
 * the National Uniform Billing Committee. https://terminology.hl7.org/CodeSystem-NUBCPatDischargeStatus.html
 * The labels are our own; codes of one digit have lost their zero on the way.
 */
import { codeTable } from '../../src/lens/code-table.ts'

export const nubcDischargeStatus = 'https://www.nubc.org/CodeSystem/PatDischargeStatus'

/** Code → what it means to the care team. */
export const dispositionLabels = {
  '01': 'Home',
  '02': 'Another acute hospital',
  '03': 'Skilled nursing facility',
  '04': 'Intermediate care facility',
  '05': 'Cancer centre or children’s hospital',
  '06': 'Home health care',
  '07': 'Left against advice',
  '09': 'Admitted here',
  '20': 'Died',
  '21': 'Court or law enforcement',
  '30': 'Still a patient',
  '40': 'Died at home (hospice)',
  '41': 'Died in a facility (hospice)',
  '42': 'Died, place unknown (hospice)',
  '43': 'Federal hospital',
  '50': 'Hospice at home',
  '51': 'Hospice in a facility',
  '61': 'Swing bed',
  '62': 'Rehabilitation facility',
  '63': 'Long-term care hospital',
  '64': 'Medicaid nursing facility',
  '65': 'Psychiatric hospital or unit',
  '66': 'Critical access hospital',
  '69': 'Disaster care site',
  '70': 'Another institution',
  '81': 'Home, readmission planned',
  '82': 'Another acute hospital, readmission planned',
  '83': 'Skilled nursing facility, readmission planned',
  '84': 'Custodial care, readmission planned',
  '85': 'Cancer centre or children’s hospital, readmission planned',
  '86': 'Home health care, readmission planned',
  '87': 'Court or law enforcement, readmission planned',
  '88': 'Federal hospital, readmission planned',
  '89': 'Swing bed, readmission planned',
  '90': 'Rehabilitation facility, readmission planned',
  '91': 'Long-term care hospital, readmission planned',
  '92': 'Medicaid nursing facility, readmission planned',
  '93': 'Psychiatric hospital or unit, readmission planned',
  '94': 'Critical access hospital, readmission planned',
  '95': 'Another institution, readmission planned',
} as const

type DischargeStatus = keyof typeof dispositionLabels

const codes = Object.keys(dispositionLabels) as DischargeStatus[]

export const dischargeDisposition = codeTable('http://terminology.hl7.org/CodeSystem/v2-0112', [
  ...codes.map((code) => [code, code] as const),
  ...codes.filter((code) => code.startsWith('0')).map((code) => [code.slice(1), code] as const),
])
