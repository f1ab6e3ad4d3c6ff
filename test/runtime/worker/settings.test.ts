/** Settings that cannot be used at the edge: every request is told what is wrong, all at once, and the object looks again by itself. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { Tenant } from '../../../src/worker.ts'

const { TENANT } = env as unknown as { TENANT: DurableObjectNamespace }

/** What an object with these settings answers, and whether an alarm is left after it was woken. */
const told = (settings: Readonly<Record<string, string>>) =>
  runInDurableObject(TENANT.getByName('misconfigured'), async (_, state) => {
    const tenant = new Tenant(state, { TENANT, HANDOFF_LOG: 'silent', ...settings } as never)
    // Goes on when the object has let go of the gate that it held while it opened.
    await scheduler.wait(1)
    const answer = await tenant.fetch(new Request('http://localhost:8787/fhir/Patient'))
    await state.storage.deleteAlarm()
    await tenant.alarm()
    const { faults } = (await answer.json()) as { faults?: string[] }
    return { status: answer.status, faults, isLeft: (await state.storage.getAlarm()) !== null }
  })

test('nobody says who may do everything, and whoever reaches it may', async () => {
  expect(await told({ HANDOFF_AUTH: 'none', HANDOFF_BASE_URL: 'https://handoff.example', HANDOFF_MLLP_PORT: '2575' })).toEqual({
    status: 503,
    faults: [
      'HANDOFF_MLLP_PORT there are no ports to listen at here',
      'HANDOFF_AUTH is none, which is allowed with a loopback HANDOFF_BASE_URL only',
    ],
    isLeft: true,
  })
})

test('nor where it is', async () => {
  const faults = ['HANDOFF_AUTH is none, which is allowed with a loopback HANDOFF_BASE_URL only']
  expect(await told({ HANDOFF_AUTH: 'none' })).toEqual({ status: 503, faults, isLeft: true })
})

test("an operators' token that nobody has seen", async () => {
  expect(await told({ HANDOFF_BASE_URL: 'https://handoff.example' })).toEqual({
    status: 503,
    faults: ['HANDOFF_ADMIN_TOKEN is needed here: a secret'],
    isLeft: true,
  })
  const seen = { HANDOFF_BASE_URL: 'https://handoff.example', HANDOFF_ADMIN_TOKEN: 'seen' }
  expect(await told(seen)).toMatchObject({ status: 401, faults: undefined })
})
