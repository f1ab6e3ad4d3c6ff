/** What Rosa needs besides treatment. */
import { sdohCodes } from '../../domain/sdoh.ts'
import { instant } from '../days.ts'
import type { Stage, Step } from '../stage.ts'
import { check } from '../talk.ts'
import { rosa } from './people.ts'

export const foodInsecurity = { system: sdohCodes, code: 'food-insecurity' }

interface Need {
  readonly id: string
  readonly state: string
}

export const needState = async ({ gateway, ids }: Stage): Promise<string> =>
  (await gateway.get<Need>(`/coordination/needs/${ids.of('need')}`)).state

export const need: Step = {
  title: 'A need: there is no food in the house',
  async play({ gateway, days, ids }) {
    const suspected = await gateway.post<Need>('/coordination/needs', {
      clientId: rosa,
      domain: 'sdoh',
      category: foodInsecurity,
      code: { codings: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'Z59.41' }], text: 'Food insecurity' },
      assertedBy: 'client',
      clientView: 'agrees',
      evidence: [{ id: ids.of('assessment') }],
      onset: days.discharged,
    })
    ids.keep('need', suspected.id)
    const confirmed = await gateway.post<Need>(`/coordination/needs/${suspected.id}/events`, {
      type: 'confirm',
      at: instant(days.met, '10:40'),
    })
    check(confirmed.state === 'confirmed', `The need is ${confirmed.state}.`)
    return {
      means:
        'Rosa came home to an empty kitchen, and says so herself. A need is suspected until somebody confirms it; as FHIR it is a Condition, of the category food insecurity of SDOH Clinical Care.',
      facts: [`food insecurity (Z59.41): ${suspected.state} → ${confirmed.state}`],
      see: [`/coordination/needs/${confirmed.id}`, `/fhir/Condition/${confirmed.id}`],
    }
  },
}
