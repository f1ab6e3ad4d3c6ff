/** Act 3: Dana and Rosa meet. A questionnaire, and what it uncovers. */
import { answersOf, linkIdOf } from '../../domain/instruments/instrument.ts'
import { phq9 } from '../../domain/instruments/phq-9.ts'
import { instant } from '../days.ts'
import type { Step } from '../stage.ts'
import { check } from '../talk.ts'
import { dana, rosa } from './people.ts'

/** Rosa's answers to the nine items, 0 (not at all) to 3 (nearly every day); the ninth asks about thoughts of death. */
const answers = [2, 3, 2, 2, 1, 2, 1, 0, 1]

interface Assessment {
  readonly id: string
  readonly band?: { readonly code: string }
  readonly scores: readonly { readonly key: string; readonly value?: string }[]
  readonly riskFindings: readonly { readonly ruleId: string; readonly level: string }[]
}

export const questionnaire: Step = {
  title: 'PHQ-9: the ninth answer speaks at once',
  async play({ gateway, days, ids }) {
    const items = phq9.items
      .filter((item) => item.unscored !== true)
      .map((item, i) => {
        const { code } = answersOf(phq9, item).find(({ score }) => score === answers[i])!
        return { linkId: linkIdOf(item), answers: [{ coding: { system: 'http://loinc.org', code } }] }
      })
    const planned = await gateway.post<Assessment>('/coordination/assessments', {
      clientId: rosa,
      kind: 'instrument',
      instrument: { id: phq9.id },
      administeredAt: instant(days.met, '10:05'),
      administeredBy: { id: dana },
      mode: 'in-person',
      respondent: 'client',
      items,
    })
    const events = `/coordination/assessments/${planned.id}/events`
    await gateway.post(events, { type: 'start', at: instant(days.met, '10:05') })
    const assessed = await gateway.post<Assessment>(events, { type: 'complete', at: instant(days.met, '10:12') })
    ids.keep('assessment', assessed.id)
    const total = assessed.scores.find(({ key }) => key === 'total')?.value
    const sum = answers.reduce((all, score) => all + score, 0)
    check(total === String(sum), `The total is ${total}, not ${sum}.`)
    const finding = assessed.riskFindings.find(({ ruleId }) => ruleId === 'PHQ9-I9')
    check(finding, 'The answer to item 9 raised no finding.')
    const rule = phq9.risks.find(({ id }) => id === finding.ruleId)!
    return {
      means: `Score, band and risk are computed from the answers, in the very answer to "complete". Item 9 was "several days": whatever the total, Rosa is not sent home with a number. Due: ${rule.action}.`,
      facts: [
        `total ${total} of ${phq9.scoring.method === 'sum' ? phq9.scoring.max : ''}    band ${assessed.band?.code}    risk ${finding.level} (rule ${finding.ruleId})`,
      ],
      see: [
        `/coordination/assessments/${assessed.id}`,
        `/fhir/QuestionnaireResponse/${assessed.id}`,
        `/fhir/Observation?derived-from=QuestionnaireResponse/${assessed.id}`,
      ],
    }
  },
}
