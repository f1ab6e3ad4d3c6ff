/** The care team signs in at either runtime, and records what they did there. */
import { afterEach, expect, test } from 'vitest'
import { type IdentityProvider, startIdentityProvider } from '../../../src/demo/sandbox/identity-provider.ts'
import { ledBack, people, scope, staff } from '../../support/desk.ts'
import { type Opened, openEdge, openNode } from './gateways.ts'

const base = 'http://localhost:8787'
const opened: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of opened.splice(0).reverse()) await end()
})

const settingsFor = ({ issuer, target, clientId, clientSecret }: IdentityProvider) => ({
  ...{ HANDOFF_AUTH: 'none', HANDOFF_BASE_URL: base, HANDOFF_ALLOW_TARGETS: target },
  HANDOFF_CONFIG: JSON.stringify({
    tenants: [{ name: 'default', signIn: { issuer, clientId, clientSecret, identifierSystem: staff, roles: [{ scope }] } }],
  }),
})

const runtimes = [
  ['at the edge', openEdge],
  ['in a Node process', openNode],
] as const

test.each(runtimes)('%s', async (_, open) => {
  const provider = await startIdentityProvider(people)
  opened.push(provider.close)
  const gateway: Opened = await open(settingsFor(provider))
  opened.push(gateway.stop)
  const send = (path: string, init: RequestInit = {}) => fetch(gateway.url + path, { redirect: 'manual', ...init })
  const put = async (type: string, id: string, more: object) => {
    const body = JSON.stringify({ resourceType: type, id, ...more })
    const answer = await send(`/fhir/${type}/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body,
    })
    expect(answer.status, await answer.text()).toBe(201)
  }
  await put('Practitioner', 'pra-dana', { identifier: [{ system: staff, value: 'dana' }] })
  await put('Patient', 'cli-rosa', { name: [{ family: 'Quintero', given: ['Rosa'] }] })

  const cookieOf = (answer: Response) =>
    answer.headers
      .getSetCookie()
      .find((text) => !/max-age=0/i.test(text))!
      .split(';')[0]!
  const sent = await send('/console/work/sign-in')
  const back = (await ledBack(sent, 'dana')).replace(base, '')
  const signedIn = await send(back, { headers: { cookie: cookieOf(sent) } })
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/console/work'])
  const cookie = cookieOf(signedIn)
  const page = await send('/console/work/clients/cli-rosa', { headers: { cookie } })
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<h1>Rosa Quintero</h1>')])
  const out = await send('/console/work/sign-out', { method: 'POST', headers: { cookie, origin: gateway.url } })
  expect(out.status).toBe(303)
  expect((await send('/console/work', { headers: { cookie } })).status).toBe(401)
})
