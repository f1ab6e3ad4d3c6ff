/** The visit itself, from the booking to the signature. */
import { instant, spoken } from '../days.ts'
import type { Step } from '../stage.ts'
import { check } from '../talk.ts'
import { dana, rosa } from './people.ts'

interface Session {
  readonly id: string
  readonly state: string
}

const note = {
  presentation: 'Sleeps four hours a night; worried about the rent.',
  response: 'Made a list for the landlord and rehearsed the call.',
  plan: 'Calls the landlord by Friday; we meet again in a week.',
}

export const session: Step = {
  title: 'A session, from the booking to the signature',
  async play({ gateway, days, ids }) {
    const at = (time: string) => instant(days.met, time)
    const planned = await gateway.post<Session>('/coordination/sessions', {
      clientId: rosa,
      kind: 'individual-counselling',
      focus: ['mental-health'],
      modality: 'in-person',
      placeOfService: '11',
      renderer: { id: dana },
      scheduled: { start: at('10:00'), end: at('11:00') },
      needIds: [ids.of('need')],
      diagnoses: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F32.2' }],
      state: 'planned',
    })
    ids.keep('session', planned.id)
    const events = `/coordination/sessions/${planned.id}/events`
    const states = [planned.state]
    const moves = [
      { type: 'book', at: instant(days.discharged, '15:00') },
      { type: 'arrive', at: at('09:56') },
      { type: 'start', at: at('10:00') },
      { type: 'complete', at: at('10:56'), actual: { start: at('10:00'), end: at('10:56') }, note },
      { type: 'sign', actor: { type: 'Practitioner', id: dana } },
    ]
    for (const move of moves) states.push((await gateway.post<Session>(events, move)).state)
    check(states.at(-1) === 'signed', `The session is ${states.at(-1)}.`)
    const early = await gateway.ask(events, { method: 'POST', body: { type: 'complete' } })
    check(early.status === 409, `What a signed session does not allow was answered ${early.status}.`)
    return {
      means: `Dana met Rosa on ${spoken(days.met)}, 56 minutes. State moves by events alone; one that does not fit is refused, and the answer names those that do. Until the signature nothing counts.`,
      facts: [states.join(' → '), `"complete" once more: 409, ${short(early.text)}`],
      see: [`/coordination/sessions/${planned.id}`, `/fhir/Encounter/${planned.id}`],
    }
  },
}

function short(text: string): string {
  const { code, allowed } = JSON.parse(text) as { code: string; allowed?: readonly string[] }
  return `${code}; allowed: ${allowed?.join(', ')}`
}
