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
  readonly warnings: readonly string[]
  readonly serviceFrom: string
}

const list = `/coordination/service-lines?client=${rosa}`

export const line: Step = {
  title: 'The signed session is a service line',
  async play({ gateway, days, ids }) {
    const [first, ...others] = (await gateway.get<{ items: readonly ServiceLine[] }>(list)).items
    check(first && others.length === 0, 'There is not one line.')
    ids.keep('line', first.id)
    const { code, modifiers, units, unitBasis, state, holdReasons, warnings } = first
    check(state === 'ready' && warnings.length === 0, `The line is ${state}: ${[...holdReasons, ...warnings].join(', ')}.`)
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

interface Feed {
  readonly items: readonly { readonly line: string; readonly version: number; readonly state: string; readonly units: string }[]
  readonly next: string
}

const feed = '/billing/service-lines'

export const pull: Step = {
  title: 'Billing pulls, and says what became of it',
  async play({ gateway, ids }) {
    const id = ids.of('line')
    const page = await gateway.get<Feed>(feed)
    const [item, ...others] = page.items
    check(item?.line === id && item.state === 'ready' && others.length === 0, 'The feed has not this one line.')
    const again = await gateway.get<Feed>(`${feed}?after=${page.next}`)
    check(again.items.length === 0, 'After the last line there is another.')
    const table = (await gateway.ask(feed, { headers: { accept: 'text/csv' } })).text.trim().split('\r\n')
    check(table.length === 2 && table[1]!.startsWith(`${id},`), 'The table has not a heading and one line.')

    const acks = [{ line: id, version: item.version, state: 'billed', claim: 'CLM-88120' }]
    await gateway.post('/billing/acks', acks)
    const billed = await gateway.get<ServiceLine>(`/coordination/service-lines/${id}`)
    check(billed.state === 'billed', `The line is ${billed.state}.`)
    return {
      means:
        'A feed of versions that never change: the same cursor gives the same page, nothing is skipped, nothing told twice. What the billing system answers moves the line on.',
      facts: [
        `JSON: ${page.items.length} line, then nothing after it    CSV: ${table[0]!.split(',').slice(0, 6).join(', ')} …`,
        `acknowledged as billed, claim CLM-88120 → the line is ${billed.state}`,
      ],
      see: [feed, `csv:${feed}`],
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
