/** What is answered when the house itself is in trouble: no answer may promise what is not kept. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../src/flows/context.ts'
import { receiveMessage } from '../../src/flows/intake/receive-message.ts'
import { system } from '../../src/gateway.ts'
import type { Store } from '../../src/store/store.ts'
import { bytes, dischargeMessage } from '../support/hl7v2.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'

let hospital: Hospital
let ctx: Context
beforeEach(async () => {
  hospital = await openHospital()
  ctx = await hospital.gateway.context(system())
})
afterEach(() => hospital.stop())

/** The context with a store whose next commits break. */
const breaking = (times: number): Context => {
  let left = times
  const store: Store = {
    look: (ask) => ctx.store.look(ask),
    onCommit: (wake) => ctx.store.onCommit(wake),
    close: () => ctx.store.close(),
    commit: (plan) => (left-- > 0 ? Promise.reject(new Error('Rosa Quintero was here')) : ctx.store.commit(plan)),
  }
  return { ...ctx, store }
}
const answered = async (context: Context) => {
  const done = await receiveMessage(context, bytes(dischargeMessage()))
  if (!done.ok) throw new Error(done.problem.code)
  return done.value
}

test('what cannot be applied is kept, answered AE, and applied by a replay', async () => {
  const { answer, message } = await answered(breaking(1))
  expect(answer.code).toBe('AE')
  expect(await hospital.messages()).toMatchObject([{ id: message, state: 'held' }])
  expect(await hospital.list('discharges')).toEqual([])
  expect((await hospital.admin(`messages/${message}/replay`, { method: 'POST' })).status).toBe(200)
  expect(await hospital.list('discharges')).toHaveLength(1)
  // The hospital that sends it again is told that it is applied now.
  expect((await answered(ctx)).answer.code).toBe('AA')
})

test('what cannot be kept is answered AR, to be sent again', async () => {
  const { answer, message } = await answered(breaking(2))
  expect(answer.code).toBe('AR')
  expect(message).toBeUndefined()
  expect(await hospital.messages()).toEqual([])
})

test('neither the log nor the answer says what was being worked on', async () => {
  const { answer } = await answered(breaking(2))
  expect(answer.text).not.toContain('Rosa')
  expect(JSON.stringify(hospital.log)).not.toMatch(/Rosa|QUINTERO|778812/)
})

test('who may not create an Encounter may send no messages', async () => {
  const nobody: Context = { ...ctx, principal: { ...ctx.principal, kind: 'client', scopes: ['system/Encounter.r'] } }
  expect(await receiveMessage(nobody, bytes(dischargeMessage()))).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
})
