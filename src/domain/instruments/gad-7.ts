/** GAD-7: anxiety, the last two weeks. https://loinc.org/69737-5 */
import type { Instrument } from './instrument.ts'
import { frequency } from './phq-9.ts'

export const gad7: Instrument = {
  id: 'gad-7',
  name: 'GAD-7',
  version: '1',
  panel: '69737-5',
  questionnaires: ['http://loinc.org/q/69737-5'],
  answers: frequency,
  items: [
    { code: '69725-0', topic: 'nervousness', text: 'Feeling nervous, anxious, or on edge' },
    { code: '68509-9', topic: 'control of worry', text: 'Not being able to stop or control worrying' },
    { code: '69733-4', topic: 'amount of worry', text: 'Worrying too much about different things' },
    { code: '69734-2', topic: 'relaxing', text: 'Trouble relaxing' },
    { code: '69735-9', topic: 'restlessness', text: 'Being so restless that it is hard to sit still' },
    { code: '69689-8', topic: 'irritability', text: 'Becoming easily annoyed or irritable' },
    { code: '69736-7', topic: 'fear', text: 'Feeling afraid, as if something awful might happen' },
  ],
  scoring: {
    method: 'sum',
    code: '70274-6',
    min: 0,
    max: 21,
    bands: [
      { min: 0, code: 'minimal' },
      { min: 5, code: 'mild' },
      { min: 10, code: 'moderate' },
      { min: 15, code: 'severe' },
    ],
    positive: { total: 10 },
  },
  risks: [],
  needs: [
    { when: { total: 15 }, domain: 'clinical', category: 'anxiety', text: 'Symptoms of anxiety', severity: 'severe' },
    { when: { total: 10 }, domain: 'clinical', category: 'anxiety', text: 'Symptoms of anxiety', severity: 'moderate' },
  ],
  licence: {
    wording: true,
    notice: 'The publisher (Pfizer) asks for no permission to reproduce, translate, display or distribute the PHQ screeners.',
  },
}
