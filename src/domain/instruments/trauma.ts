/** PC-PTSD-5 (https://loinc.org/102010-6) and PCL-5: what a frightening event left behind. Both are of the US Department of Veterans Affairs. */
import { type Condition, type Instrument, ownItems, scored, yesNo } from './instrument.ts'

/** Who lived through nothing of the kind is not asked further. */
const exposed: Condition = { any: [{ item: 1, atLeast: 1 }, { unanswered: 1 }] }

export const pcPtsd5: Instrument = {
  id: 'pc-ptsd-5',
  name: 'PC-PTSD-5',
  version: '1',
  panel: '102010-6',
  questionnaires: ['http://loinc.org/q/102010-6'],
  answers: yesNo,
  items: [
    { code: 'pc-ptsd-5-exposure', topic: 'exposure to such an event', unscored: true },
    { code: '102012-2', topic: 'nightmares, memories', askedWhen: exposed },
    { code: '102013-0', topic: 'avoidance', askedWhen: exposed },
    { code: '102014-8', topic: 'on guard', askedWhen: exposed },
    { code: '102015-5', topic: 'numb, detached', askedWhen: exposed },
    { code: '102016-3', topic: 'guilt, blame', askedWhen: exposed },
  ],
  scoring: { method: 'sum', code: '102017-1', min: 0, max: 5, bands: [], positive: { total: 3 } },
  risks: [],
  needs: [{ when: { total: 3 }, domain: 'clinical', category: 'trauma', text: 'Symptoms after a frightening event' }],
  licence: { wording: true, notice: 'US Department of Veterans Affairs, in the public domain.' },
}

/** Its cut point is not confirmed: the total stands alone. */
export const pcl5: Instrument = {
  id: 'pcl-5',
  name: 'PCL-5',
  version: '1',
  panel: 'pcl-5',
  questionnaires: ['https://warm-handoff.example/fhir/Questionnaire/pcl-5'],
  answers: scored(0, 1, 2, 3, 4),
  items: ownItems('pcl-5', [
    ...['memories', 'dreams', 'reliving', 'upset at reminders', 'bodily reactions', 'avoiding thoughts', 'avoiding reminders'],
    ...['gaps of memory', 'negative beliefs', 'blame', 'negative feelings', 'loss of interest', 'distance from others', 'no joy'],
    ...['irritability', 'risks', 'watchfulness', 'startling', 'concentration', 'sleep'],
  ]),
  scoring: { method: 'sum', code: 'pcl-5-total', min: 0, max: 80, bands: [] },
  risks: [],
  licence: {
    wording: false,
    notice: 'US Department of Veterans Affairs; its terms are to be confirmed before its wording is shown.',
  },
}
