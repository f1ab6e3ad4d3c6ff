/** The story, act by act. To add a step: say it in its act's file. */
import type { Act } from '../stage.ts'
import { questionnaire } from './assessment.ts'
import { line, payer, pull } from './billing.ts'
import { opening } from './connections.ts'
import { discharge } from './discharge.ts'
import { opened, satisfied } from './follow-ups.ts'
import { need } from './need.ts'
import { outage } from './outage.ts'
import { referral } from './referral.ts'
import { session } from './session.ts'
import { timeline } from './timeline.ts'

export const story: readonly Act[] = [
  opening,
  { ...discharge, steps: [...discharge.steps, opened] },
  { title: 'Dana and Rosa meet', steps: [questionnaire, need] },
  referral,
  { title: 'What counts, and what is paid', steps: [session, satisfied, line, pull, payer] },
  outage,
  timeline,
]
