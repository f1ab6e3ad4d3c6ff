/** Act 6: the EHR has a bad day. */
import { addDays } from '../../domain/calendar.ts'
import { instant } from '../days.ts'
import type { Act } from '../stage.ts'
import { check, eventually } from '../talk.ts'
import { dana, rosa } from './people.ts'
import { copiesOf } from './referral.ts'

export const outage: Act = {
  title: 'The EHR has a bad day',
  steps: [
    {
      title: 'It answers 503, then takes what it is sent and loses the answer',
      async play({ gateway, ehr, days, spoilWrites }) {
        spoilWrites({ kind: 'status', status: 503, when: 'before' }, { kind: 'cut', when: 'after' })
        const before = ehr.requests.length
        const next = addDays(days.today, 7)
        const { id } = await gateway.post<{ id: string }>('/coordination/sessions', {
          clientId: rosa,
          kind: 'individual-counselling',
          modality: 'in-person',
          renderer: { id: dana },
          scheduled: { start: instant(next, '10:00'), end: instant(next, '11:00') },
          state: 'planned',
        })
        await eventually('the next session did not reach the EHR', async () => {
          const { items } = await gateway.get<{ items: readonly { resource: string }[] }>(
            '/admin/deliveries?connection=northwind-ehr&state=delivered&limit=200',
          )
          return items.find(({ resource }) => resource === id)
        })
        const writes = ehr.requests.slice(before).filter(({ method, body }) => method === 'POST' && body.includes(id))
        check(writes.length >= 2, 'The EHR took it at once; nothing went wrong that was to go wrong.')
        check(copiesOf(ehr, 'Encounter', id).length === 1, `The EHR has ${copiesOf(ehr, 'Encounter', id).length} copies.`)
        const dead = await gateway.get<{ items: readonly object[] }>('/admin/deliveries?state=dead')
        check(dead.items.length === 0, `${dead.items.length} deliveries are dead.`)
        return {
          means:
            'Rosa’s next appointment is kept here at once, and tried again until it is there. An answer that never came may hide a write that was done: each try is conditional on our identifier, so it stands there exactly once.',
          facts: [`tries: ${writes.length} (503, connection cut after it was applied, found)    copies in the EHR: 1`],
          see: [`${ehr.baseUrl}/Encounter?identifier=${id}`, '/console/deliveries'],
        }
      },
    },
  ],
}
