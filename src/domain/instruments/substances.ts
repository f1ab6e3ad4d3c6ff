/** DAST-10 (https://loinc.org/82666-9), CAGE-AID, and the single question about heavy drinking. What they tell is about substance use. */
import { type Instrument, ownItems, yesNo } from './instrument.ts'

const reversed = yesNo.map((option) => ({ ...option, score: 1 - option.score }))

export const dast10: Instrument = {
  id: 'dast-10',
  name: 'DAST-10',
  version: '1',
  panel: '82666-9',
  questionnaires: ['http://loinc.org/q/82666-9'],
  answers: yesNo,
  items: ownItems('dast-10', [
    ...['use other than medical', 'more than one at a time', 'able to stop', 'blackouts or flashbacks', 'guilt'],
    ...['complaints of family', 'neglect of family', 'illegal activities', 'withdrawal', 'medical problems'],
  ]).map((item, i) => (i === 2 ? { ...item, answers: reversed } : item)),
  scoring: {
    method: 'sum',
    code: '82667-7',
    min: 0,
    max: 10,
    bands: [
      { min: 0, code: 'none' },
      { min: 1, code: 'low' },
      { min: 3, code: 'moderate' },
      { min: 6, code: 'substantial' },
      { min: 9, code: 'severe' },
    ],
    positive: { total: 3 },
  },
  risks: [],
  needs: [{ when: { total: 3 }, domain: 'substance', category: 'drug-use', text: 'Harmful use of drugs' }],
  sensitivity: 'SUD',
  licence: {
    wording: false,
    notice:
      'Copyright 1982 H. A. Skinner and CAMH; free for clinical, research and training use that is not commercial, with credit.',
  },
}

export const cageAid: Instrument = {
  id: 'cage-aid',
  name: 'CAGE-AID',
  version: '1',
  panel: 'cage-aid',
  questionnaires: ['https://warm-handoff.example/fhir/Questionnaire/cage-aid'],
  answers: yesNo,
  items: ownItems('cage-aid', ['ought to cut down', 'annoyed by criticism', 'guilt', 'first thing in the morning']),
  scoring: { method: 'sum', code: 'cage-aid-total', min: 0, max: 4, bands: [], positive: { total: 1 } },
  risks: [],
  needs: [{ when: { total: 1 }, domain: 'substance', category: 'substance-use', text: 'Harmful use of alcohol or drugs' }],
  sensitivity: 'SUD',
  licence: { wording: true, notice: 'Reported as free of copyright; R. Brown permits its use.' },
}

/** Men are asked one question, women and everybody from 65 another: one of the two is enough. The answer is a number of days. */
export const alcoholSingle: Instrument = {
  id: 'alcohol-single',
  name: 'Single alcohol question',
  version: '1',
  panel: 'alcohol-single',
  questionnaires: ['https://warm-handoff.example/fhir/Questionnaire/alcohol-single'],
  answers: [],
  items: [
    { code: '88037-7', topic: 'days of five drinks or more', counted: true, askedWhen: { unanswered: 2 } },
    { code: '75889-6', topic: 'days of four drinks or more', counted: true, askedWhen: { unanswered: 1 } },
  ],
  scoring: {
    method: 'screen',
    positive: {
      any: [
        { item: 1, atLeast: 1 },
        { item: 2, atLeast: 1 },
      ],
    },
  },
  risks: [],
  needs: [{ when: { result: 'positive' }, domain: 'substance', category: 'alcohol-use', text: 'Days of heavy drinking' }],
  sensitivity: 'ETHUD',
  licence: { wording: true, notice: 'Free to use.' },
}
