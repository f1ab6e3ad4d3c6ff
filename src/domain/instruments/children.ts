/** PSC-17 and SDQ: children and youths. Items are known by what they ask about: their order differs from form to form. */
import { type Instrument, type InstrumentItem, scored } from './instrument.ts'

const byTopic = (id: string, topics: readonly string[]): readonly InstrumentItem[] =>
  topics.map((topic) => ({ code: `${id}-${topic.replaceAll(' ', '-')}`, topic }))
const upTo = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

export const psc17: Instrument = {
  id: 'psc-17',
  name: 'PSC-17',
  version: '1',
  panel: 'psc-17',
  questionnaires: ['https://warm-handoff.example/fhir/Questionnaire/psc-17'],
  answers: scored(0, 1, 2),
  items: byTopic('psc-17', [
    ...['sad', 'hopeless', 'down on self', 'less fun', 'worries'],
    ...['fidgety', 'daydreams', 'trouble concentrating', 'driven', 'distracted'],
    ...['refuses to share', 'does not see feelings', 'fights', 'blames others', 'breaks rules', 'teases', 'takes things'],
  ]),
  scoring: {
    method: 'sum',
    code: 'psc-17-total',
    min: 0,
    max: 34,
    blanksAsZero: 3,
    bands: [],
    subscales: [
      { key: 'internalizing', items: upTo(1, 5), max: 10 },
      { key: 'attention', items: upTo(6, 10), max: 10 },
      { key: 'externalizing', items: upTo(11, 17), max: 14 },
    ],
    positive: {
      any: [
        { total: 15 },
        { subscale: 'internalizing', atLeast: 5 },
        { subscale: 'attention', atLeast: 7 },
        { subscale: 'externalizing', atLeast: 7 },
      ],
    },
  },
  risks: [],
  licence: { wording: true, notice: 'The form may be reproduced freely.' },
}

/** The four scales of difficulties make the total; helpfulness stands beside them, unscored. Items that ask for strengths count the other way. */
const strengths = new Set(['obedient', 'has a friend', 'liked', 'thinks first', 'attentive'])

export const sdq: Instrument = {
  id: 'sdq',
  name: 'SDQ, parents',
  version: '1',
  panel: 'sdq',
  questionnaires: ['https://warm-handoff.example/fhir/Questionnaire/sdq'],
  answers: [
    { code: 'not-true', score: 0 },
    { code: 'somewhat-true', score: 1 },
    { code: 'certainly-true', score: 2 },
  ],
  items: byTopic('sdq', [
    ...['aches', 'worries', 'unhappy', 'clingy', 'fears'],
    ...['tempers', 'obedient', 'fights', 'lies', 'steals'],
    ...['restless', 'fidgety', 'distracted', 'thinks first', 'attentive'],
    ...['solitary', 'has a friend', 'liked', 'bullied', 'better with adults'],
    ...['considerate', 'shares', 'helps the hurt', 'kind to the young', 'volunteers'],
  ]).map((item, i) => ({
    ...item,
    ...(i >= 20 && { unscored: true as const }),
    ...(strengths.has(item.topic) && {
      answers: [
        { code: 'not-true', score: 2 },
        { code: 'somewhat-true', score: 1 },
        { code: 'certainly-true', score: 0 },
      ],
    }),
  })),
  scoring: {
    method: 'sum',
    code: 'sdq-total',
    min: 0,
    max: 40,
    bands: [
      { min: 0, code: 'normal' },
      { min: 14, code: 'borderline' },
      { min: 17, code: 'abnormal' },
    ],
    subscales: [
      { key: 'emotional', items: upTo(1, 5), max: 10 },
      { key: 'conduct', items: upTo(6, 10), max: 10 },
      { key: 'hyperactivity', items: upTo(11, 15), max: 10 },
      { key: 'peers', items: upTo(16, 20), max: 10 },
    ],
    positive: { total: 17 },
  },
  risks: [],
  licence: { wording: false, notice: 'Copyright youthinmind: electronic use needs a licence.' },
}
