/** A gateway whose care team signs in by the sandbox's identity provider: Dana, who coordinates Rosa, and whoever a story adds. */
import { expect } from 'vitest'
import type { SignIn } from '../../src/access/sign-in.ts'
import {
  type IdentityProvider,
  type Manners,
  type Person,
  startIdentityProvider,
} from '../../src/demo/sandbox/identity-provider.ts'
import { keySetBy } from '../../src/net/key-set.ts'
import { createSafeFetch } from '../../src/net/safe-fetch.ts'
import { parseTarget } from '../../src/net/target.ts'
import { consent, hunger, make, marisol, put, say } from './coordination.ts'
import { type Options, start, startGateway, type TestGateway } from './gateway.ts'

export const home = '/console/work'
export const staff = 'https://harbor.example/staff'

export const people: readonly Person[] = [
  { sub: 'dana', name: 'Dana Whitfield', email: 'dana@harbor.example', email_verified: true },
  { sub: 'omar', name: 'Omar Haddad', email: 'omar@harbor.example' },
  { sub: 'nobody', name: 'Nobody Known' },
]

/** What a coordinator of the stories may do. */
export const scope = 'system/*.rs system/Task.u system/ServiceRequest.u system/Encounter.u'

/** A browser, as far as a story needs one: it keeps cookies, and sends them. */
export interface Visitor {
  readonly cookies: Map<string, string>
  get(path: string): Promise<Response>
  /** A form of a page of ours. */
  post(path: string, fields: Readonly<Record<string, string>>, origin?: string): Promise<Response>
  /** Signs in; where it led in the end, and the answer there. */
  signIn(who: string, to?: string): Promise<Response>
}

export interface DeskGateway extends TestGateway {
  readonly provider: IdentityProvider
  visitor(): Visitor
}

export async function openDesk(signIn: Partial<SignIn> = {}, options: Options = {}, manners: Manners = {}): Promise<DeskGateway> {
  let now = () => start
  const provider = await startIdentityProvider(people, () => now(), manners)
  const base: SignIn = {
    ...{ issuer: provider.issuer, clientId: provider.clientId, clientSecret: provider.clientSecret },
    ...{ claim: 'sub', identifierSystem: staff, idleMinutes: 30 },
    roles: [{ code: 'coordinator', scope, purpose: 'TREAT', protected_records: false }],
  }
  const gateway = await startGateway({
    allowTargets: [provider.target],
    getKeySet: keySetBy(createSafeFetch({ allowed: [parseTarget(provider.target)!] })),
    ofTenants: new Map(['default', ...(options.tenants ?? [])].map((name) => [name, { signIn: { ...base, ...signIn } }])),
    ...options,
  })
  now = () => gateway.clock.now
  return {
    ...gateway,
    provider,
    visitor: () => visitor(gateway),
    async stop() {
      await gateway.stop()
      await provider.close()
    },
  }
}

function visitor(gateway: TestGateway): Visitor {
  const cookies = new Map<string, string>()
  const { origin } = new URL(gateway.gateway.settings.baseUrl)
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const answer = await gateway.request(new URL(path, origin).href, { ...init, headers })
    for (const text of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? []
      if (/max-age=0/i.test(text)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  const get = (path: string) => send(path)
  return {
    cookies,
    get,
    post: (path, fields, from = origin) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...(from !== '' && { origin: from }) },
        body: new URLSearchParams(fields).toString(),
      }),
    async signIn(who, to) {
      const back = await get(
        await ledBack(await get(`${home}/sign-in${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`), who),
      )
      return back.status === 303 ? get(back.headers.get('location')!) : back
    },
  }
}

/** What the provider sends somebody back to, who was sent there and says who they are. */
export async function ledBack(sent: Response, who: string): Promise<string> {
  expect(sent.status, await sent.clone().text()).toBe(303)
  const answer = await fetch(`${sent.headers.get('location')}&login=${who}`, { redirect: 'manual' })
  expect(answer.status, await answer.clone().text()).toBe(303)
  return answer.headers.get('location')!
}

/** Dana, coordinator in a role, with Marisol on her caseload; Dev is somebody else's. */
export async function staffed(gateway: TestGateway): Promise<void> {
  await put(gateway, {
    ...{ resourceType: 'Practitioner', id: 'pra-dana', active: true },
    identifier: [
      { system: staff, value: 'dana' },
      { system: 'mailto', value: 'dana@harbor.example' },
    ],
    name: [{ use: 'official', family: 'Whitfield', given: ['Dana'] }],
  })
  await put(gateway, {
    ...{ resourceType: 'PractitionerRole', id: 'prl-dana', active: true, practitioner: { reference: 'Practitioner/pra-dana' } },
    code: [{ coding: [{ system: 'https://harbor.example/roles', code: 'coordinator' }] }],
  })
  await put(gateway, marisol)
  await put(gateway, { ...marisol, id: 'cli-dev', name: [{ use: 'official', family: 'Anand', given: ['Dev'] }] })
  const assigned = { clientId: 'cli-marisol', episodeId: 'epi-marisol', role: 'primary', acuity: 3 }
  const made = await gateway.request('/coordination/caseloads', {
    method: 'POST',
    json: { name: 'Dana', coordinatorId: 'prl-dana', capacityWeighted: 40, assignments: [assigned] },
  })
  expect(made.status, await made.clone().text()).toBe(201)
}

/** Marisol’s crisis, and what she wants. */
export async function marisols(desk: TestGateway): Promise<void> {
  const clientId = 'cli-marisol'
  await put(desk, hunger)
  await put(desk, { ...consent, dateTime: '2026-02-01' })
  await make(desk, 'crises', { clientId, trigger: 'call-988', riskTypes: ['suicide'], level: 'moderate' })
  const goal = {
    statement: { text: 'Eat every day' },
    clientWords: 'I want to cook again',
    addresses: [hunger.id],
    expressedBy: 'client',
  }
  await make(desk, 'goals', { clientId, ...goal })
}

/** A psychiatric stay that ended that day: the follow-ups that it opens, by their measure. */
export async function left(desk: TestGateway, client: string, day: string): Promise<Readonly<Record<string, string>>> {
  const id = `${client}-${day}`
  const subject = { reference: `Patient/${client}` }
  await put(desk, {
    ...{ resourceType: 'Condition', id: `con-${id}`, subject },
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F32.2' }] },
  })
  await put(desk, {
    ...{ resourceType: 'Encounter', id: `dis-${id}`, status: 'finished', subject },
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    period: { start: `${day}T10:00:00Z`, end: `${day}T18:00:00Z` },
    diagnosis: [{ condition: { reference: `Condition/con-${id}` }, rank: 1 }],
  })
  const { items } = (await say(desk, 'GET', `/coordination/follow-ups?client=${client}`)).body
  const own = items.filter((one: { dischargeId: string }) => one.dischargeId === `dis-${id}`)
  return Object.fromEntries(own.map((one: { id: string; policyId: string }) => [one.policyId.replace(/@.*/, ''), one.id]))
}
