/** What Rosa needs besides treatment. */
import { instant } from '../days.ts'
import type { Step } from '../stage.ts'
import { rosa } from './people.ts'

export const need: Step = {
  title: 'A need: there is no food in the house',
  async play({ gateway, days, ids }) {
    const made = await gateway.post<{ id: string }>('/fhir/Condition', {
      resourceType: 'Condition',
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
      category: [{ coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/condition-category', code: 'health-concern' }] }],
      code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'Z59.41' }], text: 'Food insecurity' },
      subject: { reference: `Patient/${rosa}` },
      recordedDate: instant(days.met, '10:40'),
    })
    ids.keep('need', made.id)
    return {
      means:
        'Rosa came home to an empty kitchen. The need is recorded in the care team’s words, and is a FHIR Condition at the same time.',
      facts: ['food (Z59.41), active'],
      see: [`/fhir/Condition/${made.id}`],
    }
  },
}
