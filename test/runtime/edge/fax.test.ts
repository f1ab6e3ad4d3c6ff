/** At the edge no mail leaves; a sheet is printed all the same, and the address on it is answered, in workerd as in a Node process. */
import { expect, test } from 'vitest'
import { registerClient } from '../../support/client.ts'
import { event, say } from '../../support/coordination.ts'
import { adminToken, type TestGateway } from '../../support/gateway.ts'
import { answers, bearer, code, meet, opens, refers, signs, toPantry } from '../../support/link-story.ts'
import { openEdge } from './gateways.ts'

test('a faxed referral is accepted on its page', async () => {
  const edge = await openEdge({ HANDOFF_AUTH: 'smart', HANDOFF_ADMIN_TOKEN: adminToken })
  const request: TestGateway['request'] = async (path, { json, ...init } = {}) => {
    const type = json === undefined ? {} : { 'content-type': 'application/json' }
    const body = json === undefined ? init.body : JSON.stringify(json)
    const headers = { ...type, ...Object.fromEntries(new Headers(init.headers)) }
    return fetch(edge.url + path, { ...init, headers, ...(body !== undefined && { body }) })
  }
  const baseUrl = 'http://localhost:8787'
  try {
    const scope = 'system/*.cruds'
    const client = await registerClient({ request, gateway: { settings: { baseUrl } }, clock: { now: Date.now() } }, scope)
    const token = await client.bearer(scope)
    const anyone = { request } as TestGateway
    const coordinator = {
      request: (path, init = {}) =>
        request(path, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), ...token } }),
    } as TestGateway
    await meet(coordinator)
    const referral = await refers(coordinator, await signs(coordinator, { expires: { event: 'the end of the season' } }))
    const fax = await bearer(coordinator, `ServiceRequest/${referral}`, { ...toPantry, channel: 'fax', classification: 'phi' })
    await event(coordinator, fax, 'queue', { code })
    const sheet = await (await coordinator.request(`/coordination/${fax}/sheet`)).text()
    const path = sheet.split(`${baseUrl}`)[1]!.split('<')[0]!
    const opened = await opens(anyone, path)
    expect([opened.status, opened.text.includes('Rosa Quintero')]).toEqual([200, true])
    expect((await opens(anyone, path, 'a-guess')).status).toBe(403)
    expect((await answers(anyone, path, opened, { event: 'accept' })).status).toBe(200)
    expect((await say(coordinator, 'GET', `/coordination/referrals/${referral}`)).body.state).toBe('accepted')
  } finally {
    await edge.stop()
  }
})
