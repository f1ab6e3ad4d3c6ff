/** PHQ-9 modified for teens, from 11 to 17 years: never in one trend with the PHQ-9. https://loinc.org/89206-7 */
import { type Instrument, ownItems, yesNo } from './instrument.ts'
import { depressive, frequency, phq9 } from './phq-9.ts'

const scored = phq9.items.slice(0, 9).map(({ topic }) => topic)
const unscored = [
  'low mood over the last year',
  'difficulty in daily life',
  'serious thoughts of suicide',
  'suicide attempt, ever',
]

export const phqA: Instrument = {
  id: 'phq-a',
  name: 'PHQ-9 modified for teens',
  version: '1',
  panel: '89206-7',
  questionnaires: ['http://loinc.org/q/89206-7'],
  answers: frequency,
  items: ownItems('phq-a', [...scored, ...unscored]).map((item, i) =>
    i < 9 ? item : { ...item, unscored: true, answers: i === 10 ? phq9.items[9]!.answers! : yesNo },
  ),
  scoring: { ...phq9.scoring, code: '89204-2' } as Instrument['scoring'],
  risks: [
    {
      id: 'PHQA-SI',
      when: {
        any: [
          { item: 9, atLeast: 1 },
          { item: 12, atLeast: 1 },
          { item: 13, atLeast: 1 },
        ],
      },
      level: 'moderate',
      action: 'review of suicide risk in the same contact; guardians as the jurisdiction has it',
    },
  ],
  needs: depressive,
  licence: { wording: false, notice: 'A modified version: see its authors’ notice.' },
}
