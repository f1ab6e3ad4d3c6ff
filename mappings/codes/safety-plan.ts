/** Codes of safety plans. No standard has a code for such a plan: the note on suicide prevention is the nearest. */
import type { CarePlan } from '@medplum/fhirtypes'
import { loinc } from '../../src/domain/loinc.ts'
import { localSystem } from '../shared/extension.ts'

export const safetyPlanCategory = { coding: [{ system: loinc, code: '87626-8' }] }
export const safetySectionSystem = localSystem('safety-plan-section')

export const isSafetyPlan = ({ category }: CarePlan): boolean =>
  category?.some(({ coding }) => coding?.some(({ code }) => code === '87626-8')) === true
