/** MDQ: bipolar disorder (https://loinc.org/85102-2). EPDS: depression around a birth (https://loinc.org/71354-5). */
import { type Instrument, ownItems, scored, yesNo } from './instrument.ts'

export const mdq: Instrument = {
  id: 'mdq',
  name: 'MDQ',
  version: '1',
  panel: '85102-2',
  questionnaires: ['http://loinc.org/q/85102-2'],
  answers: yesNo,
  items: [
    ...ownItems('mdq', [
      ...['elation', 'irritability', 'self-confidence', 'less sleep', 'talkative', 'racing thoughts', 'distracted'],
      ...['energy', 'activity', 'sociable', 'interest in sex', 'unusual or risky acts', 'spending'],
    ]),
    { code: 'mdq-together', topic: 'several at the same time', unscored: true },
    /** None, minor, moderate, serious. */
    { code: 'mdq-impairment', topic: 'how much of a problem', unscored: true, answers: scored(0, 1, 2, 3) },
  ],
  scoring: {
    method: 'sum',
    code: '84773-1',
    min: 0,
    max: 13,
    bands: [],
    positive: { all: [{ total: 7 }, { item: 14, atLeast: 1 }, { item: 15, atLeast: 2 }] },
  },
  risks: [],
  licence: { wording: false, notice: 'Copyright R. Hirschfeld: ask for permission.' },
}

/** Answers are coded by their score, whichever end of the printed list that is. */
export const epds: Instrument = {
  id: 'epds',
  name: 'EPDS',
  version: '1',
  panel: '71354-5',
  questionnaires: ['http://loinc.org/q/71354-5'],
  answers: scored(0, 1, 2, 3),
  items: ownItems('epds', [
    ...['laughter', 'looking forward', 'blame', 'worry', 'panic', 'coping', 'sleep', 'sadness', 'crying', 'self-harm'],
  ]),
  scoring: { method: 'sum', code: 'epds-total', mistaken: ['99046-5'], min: 0, max: 30, bands: [], positive: { total: 10 } },
  risks: [
    {
      id: 'EPDS-10',
      when: { item: 10, atLeast: 1 },
      level: 'moderate',
      action: 'review of suicide risk in the same contact, and of the infant’s safety',
    },
  ],
  needs: [{ when: { total: 10 }, domain: 'clinical', category: 'depression', text: 'Depressive symptoms around a birth' }],
  licence: { wording: false, notice: 'Copyright Royal College of Psychiatrists: may be copied with its citation.' },
}
