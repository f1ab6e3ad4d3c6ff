/**
 * Columbia Suicide Severity Rating Scale, screener (recent). Codes and logic only: its wording is copyrighted, fixed, and comes from the
 * Columbia Lighthouse Project. https://loinc.org/93373-9
 *
 * The triage is that of the published card, which counts intent without a plan (item 4) as high.
 */
import { type Condition, type Instrument, yesNo } from './instrument.ts'

const yes = (item: number): Condition => ({ item, atLeast: 1 })

export const cssrsScreener: Instrument = {
  id: 'c-ssrs-screener',
  name: 'C-SSRS screener (recent)',
  version: '1',
  panel: '93373-9',
  questionnaires: ['http://loinc.org/q/93373-9', 'http://hl7.org/fhir/us/core/Questionnaire/c-ssrs-example'],
  answers: yesNo,
  items: [
    { code: '93246-7', topic: 'wish to be dead' },
    { code: '93247-5', topic: 'thoughts of suicide' },
    { code: '93248-3', topic: 'thoughts of a method', askedWhen: yes(2) },
    { code: '93249-1', topic: 'some intent, no plan', askedWhen: yes(2) },
    { code: '93250-9', topic: 'plan and intent', askedWhen: yes(2) },
    { code: '93267-3', topic: 'behaviour, ever' },
    { code: '93269-9', topic: 'behaviour within three months', askedWhen: yes(6) },
  ],
  scoring: {
    method: 'triage',
    code: '93374-7',
    levels: [
      {
        level: 'high',
        answer: 'LA9193-9',
        // Behaviour of an unknown time counts as recent.
        when: { any: [yes(4), yes(5), { all: [yes(6), { any: [yes(7), { unanswered: 7 }] }] }] },
      },
      { level: 'moderate', answer: 'LA6751-7', when: { any: [yes(3), yes(6)] } },
      { level: 'low', answer: 'LA9194-7', when: { any: [yes(1), yes(2)] } },
    ],
  },
  risks: [
    {
      id: 'CSSRS-HIGH',
      when: { level: 'high' },
      level: 'high',
      action: 'crisis opened at once, acknowledged by a named clinician; safety plan, means, decision on 988 or 911 recorded',
      crisis: { level: 'high', risk: 'suicide' },
    },
    {
      id: 'CSSRS-UNK',
      when: { all: [yes(6), { unanswered: 7 }] },
      level: 'high',
      action: 'treated as high until the time of the behaviour is known',
    },
    {
      id: 'CSSRS-MOD',
      when: { level: 'moderate' },
      level: 'moderate',
      action: 'evaluation by a clinician on the same day, safety plan',
    },
    {
      id: 'CSSRS-LOW',
      when: { level: 'low' },
      level: 'low',
      action: 'referral offered, safety plan reviewed, screened again at the next contact',
    },
  ],
  needs: [
    { when: { level: 'high' }, domain: 'safety', category: 'suicide-risk', text: 'Risk of suicide', severity: 'severe' },
    { when: { level: 'moderate' }, domain: 'safety', category: 'suicide-risk', text: 'Risk of suicide', severity: 'moderate' },
  ],
  sensitivity: 'PSY',
  licence: {
    wording: false,
    notice:
      'Copyright Research Foundation for Mental Hygiene. The wording is free after registration with the Columbia Lighthouse Project.',
  },
}
