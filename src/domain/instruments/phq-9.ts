/** PHQ-9: depression, the last two weeks. https://loinc.org/44249-1 */
import type { AnswerOption, Instrument, NeedRule } from './instrument.ts'

/** How often, over the last two weeks (LL358-3): PHQ and GAD alike. */
export const frequency: readonly AnswerOption[] = [
  { code: 'LA6568-5', score: 0, text: 'Not at all' },
  { code: 'LA6569-3', score: 1, text: 'Several days' },
  { code: 'LA6570-1', score: 2, text: 'More than half the days' },
  { code: 'LA6571-9', score: 3, text: 'Nearly every day' },
]

/** The last two codes are not in the order of their numbers. */
const difficulty: readonly AnswerOption[] = [
  { code: 'LA6572-7', score: 0, text: 'Not difficult at all' },
  { code: 'LA6573-5', score: 1, text: 'Somewhat difficult' },
  { code: 'LA6575-0', score: 2, text: 'Very difficult' },
  { code: 'LA6574-3', score: 3, text: 'Extremely difficult' },
]

/** What a total of the PHQ-9 speaks of. */
export const depressive: readonly NeedRule[] = [
  { when: { total: 15 }, domain: 'clinical', category: 'depression', text: 'Depressive symptoms', severity: 'severe' },
  { when: { total: 10 }, domain: 'clinical', category: 'depression', text: 'Depressive symptoms', severity: 'moderate' },
]

export const phq9: Instrument = {
  id: 'phq-9',
  name: 'PHQ-9',
  version: '1',
  panel: '44249-1',
  questionnaires: ['http://loinc.org/q/44249-1', 'http://hl7.org/fhir/us/core/Questionnaire/phq-9-example'],
  answers: frequency,
  items: [
    { code: '44250-9', topic: 'interest and pleasure', text: 'Little interest or pleasure in doing things' },
    { code: '44255-8', topic: 'low mood', text: 'Feeling down, depressed, or hopeless' },
    { code: '44259-0', topic: 'sleep', text: 'Trouble falling or staying asleep, or sleeping too much' },
    { code: '44254-1', topic: 'energy', text: 'Feeling tired or having little energy' },
    { code: '44251-7', topic: 'appetite', text: 'Poor appetite or overeating' },
    {
      code: '44258-2',
      topic: 'worth',
      text: 'Feeling bad about yourself - or that you are a failure or have let yourself or your family down',
    },
    {
      code: '44252-5',
      topic: 'concentration',
      text: 'Trouble concentrating on things, such as reading the newspaper or watching television',
    },
    {
      code: '44253-3',
      topic: 'movement',
      text: 'Moving or speaking so slowly that other people could have noticed. Or the opposite - being so fidgety or restless that you have been moving around a lot more than usual',
    },
    {
      code: '44260-8',
      topic: 'thoughts of death or self-harm',
      text: 'Thoughts that you would be better off dead, or of hurting yourself in some way',
    },
    {
      code: '69722-7',
      topic: 'difficulty in daily life',
      text: 'If you checked off any problems, how difficult have these problems made it for you to do your work, take care of things at home, or get along with other people?',
      answers: difficulty,
      unscored: true,
    },
  ],
  scoring: {
    method: 'sum',
    code: '44261-6',
    min: 0,
    max: 27,
    bands: [
      { min: 0, code: 'minimal' },
      { min: 5, code: 'mild' },
      { min: 10, code: 'moderate' },
      { min: 15, code: 'moderately-severe' },
      { min: 20, code: 'severe' },
    ],
    positive: { total: 10 },
  },
  // The ninth item speaks for itself: the total is never waited for.
  risks: [
    {
      id: 'PHQ9-I9',
      when: { item: 9, atLeast: 1 },
      level: 'moderate',
      action: 'review of suicide risk, with the C-SSRS screener in the same contact',
    },
    {
      id: 'PHQ9-I9-3',
      when: { item: 9, atLeast: 3 },
      level: 'high',
      action: 'review by a clinician on the same day, even if the screener is refused',
    },
    { id: 'PHQ9-SEV', when: { total: 20 }, level: 'moderate', action: 'review by a clinician within one business day' },
  ],
  needs: depressive,
  change: { reliable: 5, response: 0.5, remission: 5 },
  licence: {
    wording: true,
    notice: 'The publisher (Pfizer) asks for no permission to reproduce, translate, display or distribute the PHQ screeners.',
  },
}
