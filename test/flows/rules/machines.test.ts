/**
 * Every machine of every collection, walked by both doors: what an event makes of a member on `/coordination`, a changed status on `/fhir`
 * makes of its twin; and what no event does, nobody writes.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { offeredEvents } from '../../../src/domain/state-machine.ts'
import type { AnyCollection } from '../../../src/flows/collections/collection.ts'
import { collections } from '../../../src/flows/collections/index.ts'
import { reasonField } from '../../../src/flows/collections/with-reason.ts'
import { consent, marisol, put } from '../../support/coordination.ts'
import { startGateway, type TestGateway } from '../../support/gateway.ts'
import { inOtherState, inState, moveByEvent, said, standing, type Value, writeOver } from './walk.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ validation: 'mark' })
  await put(gateway, marisol)
  await put(gateway, consent)
})
afterAll(() => gateway.stop())

/** What events are told, and what a resource then says. */
const details: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  referrals: {
    complete: { outcome: { kind: 'service-provided', procedures: [] } },
    'confirm-with-client': {
      needResolved: 'yes',
      clientConfirmed: { at: '2026-03-02', saidReceived: true, stillNeeded: false },
      closure: 'confirmed',
    },
    'close-unconfirmed': { closure: 'unconfirmed' },
  },
  crises: {
    acknowledge: { acknowledgedBy: { clinician: { id: 'prc-okafor' }, at: '2026-03-02' } },
    transfer: { transferredTo: { org: { id: 'org-1' }, person: 'Ines Calloway', at: '2026-03-02' } },
  },
  discharges: { match: { clientId: marisol.id } },
  goals: { complete: { achievement: 'achieved' } },
  needs: {
    confirm: { verification: 'confirmed' },
    refute: { verification: 'refuted' },
    'mark-error': { verification: 'entered-in-error' },
  },
}
/** What only resources say: events set it. */
const consequent = ['closure', 'verification']

const walked = collections.filter((one) => one.machine && !one.sealed)

describe.each(walked.map((collection) => ({ name: collection.name, collection })))('$name', ({ collection }) => {
  const { states } = collection.machine!
  let count = 0
  const copy = (state: string) => inState(gateway, collection, `${collection.prefix}-${collection.name}-${count++}`, state)

  it('moves on /fhir as it does by events', async () => {
    let moves = 0
    for (const from of states.states) {
      for (const event of offeredEvents(states, from)) {
        const { to, reason } = states.events[event]!
        const one = to === from ? undefined : await copy(from)
        if (!one) continue
        const more = details[collection.name]?.[event] ?? {}
        const told = Object.fromEntries(Object.entries(more).filter(([field]) => !consequent.includes(field)))
        const byEvent = await moveByEvent(gateway, collection, one.id, event, { ...told, ...(reason && { reason: 'so it is' }) })
        // What one event may not, another that leads to the same state may.
        if (
          byEvent.status !== 200 &&
          offeredEvents(states, from).some((other) => other !== event && states.events[other]!.to === to)
        )
          continue
        const moved = said((await standing(gateway, collection, one.id))!)
        // The twin comes later: of some only one is active.
        const twin = (await copy(from))!
        const why = reasonField(collection)
        const next = inOtherState(collection, twin, to, { ...more, ...(reason && why !== undefined && { [why]: 'so it is' }) })
        if (!next) continue
        const onFhir = await writeOver(gateway, twin, next)
        const way = `${event}: ${from} → ${to}`
        expect([onFhir.status, onFhir.body], way).toEqual([byEvent.status === 200 ? 200 : 422, expect.anything()])
        if (byEvent.status === 200) moves++
        const written = said((await standing(gateway, collection, twin.id))!)
        // Some keep a reason elsewhere than the resource has it.
        if (why !== undefined && moved[why] === undefined) delete written[why]
        expect(written, way).toEqual(moved)
      }
    }
    expect(moves).toBeGreaterThan(0)
  })

  it('moves in no other way, and says which ways there are', async () => {
    let refused = 0
    for (const from of states.states) {
      const member = await copy(from)
      if (!member) continue
      const onward = offeredEvents(states, from)
      for (const to of states.states.filter((state) => onward.every((event) => states.events[event]!.to !== state))) {
        const next = inOtherState(collection, member, to)
        if (!next || to === from) continue
        const answer = await writeOver(gateway, member, next)
        const now = await standing(gateway, collection, member.id)
        expect(stateOf(collection, now?.value), `${from} → ${to}`).toBe(from)
        // A status that is only said less finely is no move.
        if (answer.status === 200) continue
        expect(answer.body.issue[0], `${from} → ${to}`).toMatchObject({ code: 'business-rule', expression: [expect.any(String)] })
        if (String(answer.body.issue[0].diagnostics).includes('does not lead to')) refused++
      }
    }
    expect(refused).toBeGreaterThan(0)
  })

  it('answers every other event with those that it takes', async () => {
    let refused = 0
    for (const from of states.states) {
      const member = await copy(from)
      if (!member) continue
      const allowed = offeredEvents(states, from)
      for (const event of [...Object.keys(states.events), 'no-such-event'].filter((one) => !allowed.includes(one))) {
        const answer = await moveByEvent(gateway, collection, member.id, event, { reason: 'so it is' })
        expect([answer.status, answer.body.code, answer.body.allowed], `${event} of ${from}`).toEqual([
          409,
          'illegal-event',
          allowed,
        ])
        refused++
      }
      expect((await standing(gateway, collection, member.id))?.value[collection.machine!.field]).toBe(from)
    }
    expect(refused).toBeGreaterThan(states.states.length)
  })
})

const stateOf = ({ machine }: AnyCollection, value: Value | undefined): unknown => value?.[machine!.field]
