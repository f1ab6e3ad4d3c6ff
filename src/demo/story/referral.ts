/** Act 4: a referral goes out, stands in the EHR, and comes to its end. */
import type { SandboxResource, SandboxServer } from '../sandbox/fhir-server.ts'
import type { Act } from '../stage.ts'
import { check, eventually } from '../talk.ts'
import { foodInsecurity, needState } from './need.ts'
import { consent, dana, pantry, rosa } from './people.ts'

const ours = 'https://warm-handoff.example/fhir/NamingSystem/handoff-id'

interface Referral {
  readonly id: string
  readonly state: string
  readonly respondBy?: string
}

/** What stands there under our identifier. */
export const copiesOf = (partner: SandboxServer, type: string, id: string): readonly SandboxResource[] =>
  partner.all(type).filter((one) => (one.identifier ?? []).some(({ system, value }) => system === ours && value === id))

const referenceIn = (value: unknown): string | undefined => (value as { reference?: string } | undefined)?.reference

export const referral: Act = {
  title: 'A warm handoff',
  steps: [
    {
      title: 'Rosa is referred to the food pantry',
      async play(stage) {
        const { gateway, ids } = stage
        const drafted = await gateway.post<Referral>('/coordination/referrals', {
          clientId: rosa,
          kind: 'community-service',
          category: foodInsecurity,
          service: { codings: [{ system: 'http://snomed.info/sct', code: '467771000124109' }], text: 'Food pantry' },
          reasons: [ids.of('need')],
          priority: 'urgent',
          intent: 'order',
          requester: { id: dana },
          target: { id: pantry, type: 'Organization' },
          doNotContact: 'no',
        })
        const events = `/coordination/referrals/${drafted.id}/events`
        const unconsented = await gateway.ask(events, { method: 'POST', body: { type: 'send' } })
        check(unconsented.status === 422, `Sending without a consent was answered ${unconsented.status}.`)
        await gateway.patch(`/coordination/referrals/${drafted.id}`, { consentId: consent })
        const sent = await gateway.post<Referral>(events, { type: 'send' })
        check(sent.state === 'requested', `The referral is ${sent.state}.`)
        ids.keep('referral', drafted.id)
        const need = await needState(stage)
        check(need === 'being-addressed', `The need is ${need}.`)
        return {
          means:
            'To send a referral is to tell somebody something about Rosa. Without her consent on record it is refused; with it, it goes out. Urgent: an answer is due within one business day.',
          facts: [
            'send without consent: 422',
            `send with consent: ${sent.state}, answer due ${sent.respondBy}`,
            `the need, without anybody touching it: ${need}`,
          ],
          see: [`/coordination/referrals/${drafted.id}`, `/fhir/Task?focus=ServiceRequest/${drafted.id}`],
        }
      },
    },
    {
      title: 'It stands in the EHR',
      async play({ ehr, ids }) {
        const id = ids.of('referral')
        const [request, task] = await eventually('the EHR did not get the referral', () => {
          const [order] = copiesOf(ehr, 'ServiceRequest', id)
          const work = ehr.all('Task').find((one) => order && referenceIn(one.focus) === `ServiceRequest/${order.id}`)
          return order?.status === 'active' && work?.status === 'requested' ? ([order, work] as const) : undefined
        })
        const [patient] = copiesOf(ehr, 'Patient', rosa)
        check(patient && patient.id !== rosa, 'Rosa is not in the EHR under its own id.')
        check(referenceIn(request.subject) === `Patient/${patient.id}`, 'The request is not about Rosa as the EHR knows her.')
        check(referenceIn(task.for) === `Patient/${patient.id}`, 'The task is not for Rosa as the EHR knows her.')
        return {
          means:
            'ServiceRequest and Task are there under ids of the EHR, refer to each other and to Rosa by those, and carry our identifier: whoever looks can tell that each arrived once. The number that the EHR gave them stays.',
          facts: [
            ...[request, task].map(
              ({ resourceType, id: theirs, identifier }) =>
                `${resourceType.padEnd(14)} ${theirs}   ${(identifier ?? []).map(({ value }) => value).join(', ')}`,
            ),
            `both for Patient/${patient.id}   ${(patient.identifier ?? []).map(({ value }) => value).join(', ')}`,
          ],
          see: [`${ehr.baseUrl}/ServiceRequest/${request.id}`, `${ehr.baseUrl}/Task/${task.id}`, '/console/deliveries'],
        }
      },
    },
    {
      title: 'The loop closes',
      async play(stage) {
        const { gateway, ehr, ids } = stage
        const id = ids.of('referral')
        const events = `/coordination/referrals/${id}/events`
        const moves = [
          { type: 'accept' },
          { type: 'start' },
          { type: 'complete', outcome: { kind: 'service-provided', note: 'Two parcels, and a place on the weekly list.' } },
          {
            type: 'confirm-with-client',
            needResolved: 'partly',
            clientConfirmed: { saidReceived: true, stillNeeded: true },
          },
        ]
        const states = ['requested']
        for (const move of moves) states.push((await gateway.post<Referral>(events, move)).state)
        check(states.at(-1) === 'closed-confirmed', `The referral is ${states.at(-1)}.`)
        await eventually('the EHR did not learn of the end', () =>
          copiesOf(ehr, 'ServiceRequest', id)[0]?.status === 'completed' ? true : undefined,
        )
        check(copiesOf(ehr, 'ServiceRequest', id).length === 1, 'The EHR has the request more than once.')
        const need = await needState(stage)
        check(need === 'confirmed', `The need is ${need}.`)
        return {
          means:
            'The pantry took her on; and because "completed" is what the helper says, the loop is closed by asking Rosa: the food came, and she still needs more. The EHR follows each step on the same resource.',
          facts: [states.join(' → '), `the need stands, since it was met in part: ${need}`],
          see: [`/coordination/referrals/${id}`],
        }
      },
    },
  ],
}
