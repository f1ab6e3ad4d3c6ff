/** Act 5: what was signed is billed. */
import { procedureCode } from '../../billing/code-table.ts'
import type { Step } from '../stage.ts'
import { check, eventually } from '../talk.ts'
import { payerOrg, rosa } from './people.ts'
import { copiesOf } from './referral.ts'

interface ServiceLine {
  readonly id: string
  readonly state: string
  readonly code: string
  readonly modifiers: readonly string[]
  readonly units?: string
  readonly unitBasis?: { readonly ruleId: string; readonly minutes: number }
  readonly holdReasons: readonly string[]
  readonly serviceFrom: string
}

const list = `/coordination/service-lines?client=${rosa}`

export const line: Step = {
  title: 'The signed session is a service line',
  async play({ gateway, days, ids }) {
    const [first, ...others] = (await gateway.get<{ items: readonly ServiceLine[] }>(list)).items
    check(first && others.length === 0, 'There is not one line.')
    ids.keep('line', first.id)
    const { code, modifiers, units, unitBasis, state, holdReasons } = first
    check(state === 'ready', `The line is ${state}: ${holdReasons.join(', ')}.`)
    check(code === 'H0004' && units === '3', `The line is ${units} × ${code}.`)
    return {
      means:
        'Counted by the payer’s rules: 56 minutes are three full quarter hours for a Medicaid plan. Ready means: covered on that day, a valid licence, a diagnosis that is more than social; otherwise the line would be held, and say why.',
      facts: [
        `${[code, ...modifiers].join(' ')}   ${procedureCode(code, days.met)?.label ?? ''}`,
        `${units} units from ${unitBasis?.minutes} minutes (rule ${unitBasis?.ruleId})   ${first.serviceFrom}   ${state}`,
      ],
      see: [list, `/fhir/ChargeItem/${first.id}`],
    }
  },
}

export const payer: Step = {
  title: 'The payer learns what it pays for, and no more',
  async play({ payer: plan, ids }) {
    const [charge] = await eventually('the payer did not get the line', () => {
      const found = copiesOf(plan, 'ChargeItem', ids.of('line'))
      return found.length > 0 ? found : undefined
    })
    const [patient] = copiesOf(plan, 'Patient', rosa)
    check(patient && copiesOf(plan, 'Organization', payerOrg).length === 1, 'The payer has not got Rosa and itself, once each.')
    const types = [...new Set(plan.all().map(({ resourceType }) => resourceType))].sort()
    check(types.join() === 'ChargeItem,Coverage,Organization,Patient', `The payer has ${types.join(', ')}.`)
    return {
      means:
        'Of the questionnaire, the need, the referral and the notes nothing was sent. References to what a partner is never sent go as identifiers, so that nothing points at an address that means nothing there.',
      facts: [
        ...types.map((type) => `${type.padEnd(14)} ${plan.all(type).length}`),
        `the session, as the payer sees it: ${JSON.stringify(charge?.context ?? {})}`,
      ],
      see: [`${plan.baseUrl}/ChargeItem`],
    }
  },
}
