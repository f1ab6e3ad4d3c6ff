/** Every code table, by name. Made by scripts/generate-codes.ts: run `npm run generate` after adding one. */
import type { CodeTable } from '../../src/lens/code-table.ts'
import { advocacyKind, advocacyOutcome, appealed } from './advocacy.ts'
import { appointmentKind } from './appointment-kind.ts'
import { channel, messageCategory } from './communication.ts'
import { consentPolicy, purposeOfUse } from './consent.ts'
import { coverageKind } from './coverage-kind.ts'
import { crisisLevel, disposition, riskType } from './crisis.ts'
import { disclosureBasis } from './disclosure.ts'
import { educationTopic, teachBack } from './education.ts'
import { administrativeSex } from './hl7v2-administrative-sex.ts'
import { codingSystem } from './hl7v2-coding-system.ts'
import { diagnosisType } from './hl7v2-diagnosis-type.ts'
import { dischargeDisposition } from './hl7v2-discharge-disposition.ts'
import { fillerStatus } from './hl7v2-filler-status.ts'
import { patientClass } from './hl7v2-patient-class.ts'
import { addressType, nameType, telecomEquipment, telecomUse } from './hl7v2-person.ts'
import { resultStatus } from './hl7v2-result-status.ts'
import { clinicalStatus, needDomain, severity, verificationStatus } from './need.ts'
import { participationMode } from './participation-mode.ts'
import { closures, enrolment, outcomeKind, receipt, referralKind, staleness, subjectContact } from './referral.ts'

export const codeTables: Readonly<Record<string, CodeTable<string>>> = {
  addressType,
  administrativeSex,
  advocacyKind,
  advocacyOutcome,
  appealed,
  appointmentKind,
  channel,
  clinicalStatus,
  closures,
  codingSystem,
  consentPolicy,
  coverageKind,
  crisisLevel,
  diagnosisType,
  dischargeDisposition,
  disclosureBasis,
  disposition,
  educationTopic,
  enrolment,
  fillerStatus,
  messageCategory,
  nameType,
  needDomain,
  outcomeKind,
  participationMode,
  patientClass,
  purposeOfUse,
  receipt,
  referralKind,
  resultStatus,
  riskType,
  severity,
  staleness,
  subjectContact,
  teachBack,
  telecomEquipment,
  telecomUse,
  verificationStatus,
}
