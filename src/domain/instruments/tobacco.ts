/**
 * Tobacco smoking status: one question, https://loinc.org/72166-2, with the answers of US Core that say whether somebody smokes. Where nobody
 * knows (`LA18979-7`, `LA18980-5`) nothing is screened: those answers stay as they are, and the question is still to be asked.
 * https://hl7.org/fhir/us/core/StructureDefinition-us-core-smokingstatus.html
 */
import type { AnswerOption, Instrument } from './instrument.ts'

const smokes: readonly AnswerOption[] = [
  { code: 'LA18976-3', score: 1, snomed: '449868002', text: 'Every day' },
  { code: 'LA18977-1', score: 1, snomed: '428041000124106', text: 'Some days' },
  { code: 'LA18981-3', score: 1, snomed: '428071000124103', text: 'Heavily' },
  { code: 'LA18982-1', score: 1, snomed: '428061000124105', text: 'Lightly' },
]
const doesNot: readonly AnswerOption[] = [
  { code: 'LA15920-4', score: 0, snomed: '8517006', text: 'Formerly' },
  { code: 'LA18978-9', score: 0, snomed: '266919005', text: 'Never' },
]

export const smokingStatus: Instrument = {
  id: 'smoking-status',
  name: 'Tobacco smoking status',
  version: '1',
  panel: 'smoking-status',
  questionnaires: ['https://warm-handoff.example/fhir/Questionnaire/smoking-status'],
  answers: [...smokes, ...doesNot],
  items: [{ code: '72166-2', topic: 'smoking tobacco' }],
  scoring: { method: 'screen', positive: { item: 1, answered: smokes.map(({ code }) => code) } },
  risks: [],
  needs: [{ when: { result: 'positive' }, domain: 'substance', category: 'tobacco-use', text: 'Smokes tobacco' }],
  sensitivity: 'TBOO',
  licence: { wording: true, notice: 'Free to use.' },
}
