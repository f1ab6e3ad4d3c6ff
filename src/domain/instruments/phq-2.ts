/** PHQ-2: the first two questions of the PHQ-9. A positive one is followed by the whole PHQ-9 on the same day. https://loinc.org/55757-9 */
import type { Instrument } from './instrument.ts'
import { frequency, phq9 } from './phq-9.ts'

export const phq2: Instrument = {
  id: 'phq-2',
  name: 'PHQ-2',
  version: '2',
  panel: '55757-9',
  questionnaires: ['http://loinc.org/q/55757-9'],
  answers: frequency,
  items: phq9.items.slice(0, 2),
  scoring: {
    method: 'sum',
    code: '55758-7',
    min: 0,
    max: 6,
    bands: [
      { min: 0, code: 'negative' },
      { min: 3, code: 'positive' },
    ],
    positive: { total: 3 },
  },
  risks: [{ id: 'PHQ2-POS', when: { total: 3 }, level: 'low', action: 'the whole PHQ-9 on the same day' }],
  licence: phq9.licence,
}
