/** ASQ of the NIMH: suicide risk, from 8 years. A refused answer counts like a yes; whoever says yes is asked about now. */
import { type Condition, type Instrument, ownItems, yesNo } from './instrument.ts'

const anyOfFour: Condition = { any: [1, 2, 3, 4].flatMap((item) => [{ item, atLeast: 1 }, { declined: item }]) }

export const asq: Instrument = {
  id: 'asq',
  name: 'ASQ',
  version: '1',
  panel: 'asq',
  questionnaires: ['https://warm-handoff.example/fhir/Questionnaire/asq'],
  answers: yesNo,
  items: [
    ...ownItems('asq', ['wish to be dead', 'better off without', 'thoughts of suicide', 'attempt, ever']),
    { code: 'asq-5', topic: 'thoughts of suicide now', askedWhen: anyOfFour },
  ],
  scoring: {
    method: 'triage',
    code: 'asq-level',
    levels: [
      { level: 'acute', answer: 'acute-positive', when: { item: 5, atLeast: 1 } },
      // Answered, and not with yes.
      { level: 'moderate', answer: 'non-acute-positive', when: { all: [anyOfFour, { item: 5, atLeast: 0 }] } },
      { level: 'high', answer: 'positive-acuity-unknown', when: anyOfFour },
    ],
  },
  risks: [
    {
      id: 'ASQ-ACUTE',
      when: { level: 'acute' },
      level: 'acute',
      action: 'crisis opened at once: not left alone until a clinician has evaluated safety',
      crisis: { level: 'acute', risk: 'suicide' },
    },
    {
      id: 'ASQ-UNK',
      when: { level: 'high' },
      level: 'high',
      action: 'treated as acute until it is known whether the thoughts are there now',
      crisis: { level: 'high', risk: 'suicide' },
    },
    {
      id: 'ASQ-POS',
      when: { level: 'moderate' },
      level: 'moderate',
      action: 'brief safety assessment by a clinician on the same day',
    },
  ],
  needs: [
    {
      when: { any: [{ level: 'acute' }, { level: 'high' }, { level: 'moderate' }] },
      ...{ domain: 'safety', category: 'suicide-risk', text: 'Risk of suicide' },
    },
  ],
  sensitivity: 'PSY',
  licence: { wording: true, notice: 'National Institute of Mental Health, in the public domain.' },
}
