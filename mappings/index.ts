/** Every mapping. Made by scripts/generate-mappings.ts: run `npm run generate` after adding a file to this folder. */
export { default as assessmentQuestionnaireResponse } from './assessment.questionnaire-response.ts'
export { default as clientPatient } from './client.patient.ts'
export { default as dischargeEncounter } from './discharge.encounter.ts'
export { default as followUpTask } from './follow-up.task.ts'
export { default as referralServiceRequest } from './referral.service-request.ts'
export { default as serviceLineChargeItem } from './service-line.charge-item.ts'
export { default as sessionEncounter } from './session.encounter.ts'
