/** PHQ-4: the first two questions of the PHQ-9 and of the GAD-7. Cut points are not agreed on: the total stands alone. https://loinc.org/69724-3 */
import { gad7 } from './gad-7.ts'
import type { Instrument } from './instrument.ts'
import { frequency, phq9 } from './phq-9.ts'

export const phq4: Instrument = {
  id: 'phq-4',
  name: 'PHQ-4',
  version: '1',
  panel: '69724-3',
  questionnaires: ['http://loinc.org/q/69724-3'],
  answers: frequency,
  items: [...phq9.items.slice(0, 2), ...gad7.items.slice(0, 2)],
  scoring: { method: 'sum', code: '70272-0', min: 0, max: 12, bands: [] },
  risks: [],
  licence: phq9.licence,
}
