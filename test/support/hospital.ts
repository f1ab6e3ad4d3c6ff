/** A gateway with a hospital connected to it: St. Brendan's in New York, which knows Rosa Quintero as 778812. */
import { adminToken, type Options, startGateway, type TestGateway } from './gateway.ts'
import { type Changes, dischargeMessage } from './hl7v2.ts'

export const authority = 'urn:oid:2.16.840.1.113883.19.5'
const admin = { authorization: `Bearer ${adminToken}` }

export interface Item {
  readonly id: string
  readonly state?: string
  readonly [field: string]: unknown
}

export interface Hospital extends TestGateway {
  /** Registers Rosa; the id of her record. */
  register(changes?: object): Promise<string>
  /** Sends a discharge message of hers with some fields changed (or any text); the acknowledgement's text. */
  post(message?: Changes | string): Promise<string>
  /** The same; the acknowledgement's code. */
  send(message?: Changes | string): Promise<string>
  /** All of a list under /coordination. */
  list(path: string): Promise<readonly Item[]>
  /** A resource, by `Type/id`. */
  resource<T = Record<string, unknown>>(reference: string): Promise<T>
  /** Resources of a search. */
  search<T = Record<string, unknown>>(query: string): Promise<readonly T[]>
  /** Follow-ups by policy: their window and state. */
  owed(): Promise<Record<string, string>>
  event(path: string, json: object): Promise<Response>
  /** The inbox. */
  messages(
    query?: string,
  ): Promise<readonly { id: string; state: string; issues: { path?: string; message: string }[]; wrote: string[]; raw: string }[]>
  admin(path: string, init?: RequestInit & { readonly json?: unknown }): Promise<Response>
}

/** A quarter to midnight on 10 March 2025 in New York: the usual message is five minutes old. */
export const night = Date.UTC(2025, 2, 11, 3, 50)

export async function openHospital(options: Options & { readonly connection?: object | null } = {}): Promise<Hospital> {
  const gateway = await startGateway(options)
  gateway.clock.now = night
  const hospital: Hospital = {
    ...gateway,
    admin: (path, init = {}) =>
      gateway.request(`/admin/${path}`, { ...init, headers: { ...admin, ...(init.headers as object) } }),
    async register(changes = {}) {
      const rosa = {
        resourceType: 'Patient',
        identifier: [{ system: authority, value: '778812' }],
        name: [{ use: 'official', family: 'Quintero', given: ['Rosa'] }],
        gender: 'female',
        birthDate: '1984-02-19',
        ...changes,
      }
      const answer = await gateway.request('/fhir/Patient', { method: 'POST', json: rosa })
      if (answer.status !== 201) throw new Error(await answer.text())
      return ((await answer.json()) as { id: string }).id
    },
    async post(message = {}) {
      const body = typeof message === 'string' ? message : dischargeMessage(message)
      const answer = await gateway.request('/hl7v2', { method: 'POST', headers: { 'content-type': 'application/hl7-v2' }, body })
      if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
      return answer.text()
    },
    send: async (message) => /\rMSA.([A-Z]{2})/.exec(await hospital.post(message))![1]!,
    async list(path) {
      const answer = await gateway.request(`/coordination/${path}`)
      if (answer.status !== 200) throw new Error(await answer.text())
      return ((await answer.json()) as { items: Item[] }).items
    },
    resource: async <T>(reference: string) => (await (await gateway.request(`/fhir/${reference}`)).json()) as T,
    async search<T>(query: string) {
      const bundle = (await (await gateway.request(`/fhir/${query}`)).json()) as { entry?: { resource: T }[] }
      return (bundle.entry ?? []).map((one) => one.resource)
    },
    async owed() {
      const all = await hospital.list('follow-ups')
      return Object.fromEntries(all.map((one) => [one.policyId as string, `${one.dueFrom}…${one.dueTo} ${one.state}`]))
    },
    event: (path, json) => gateway.request(`/coordination/${path}/events`, { method: 'POST', json }),
    async messages(query = '') {
      const answer = await hospital.admin(`messages${query}`)
      return ((await answer.json()) as { items: Awaited<ReturnType<Hospital['messages']>> }).items
    },
  }
  if (options.connection !== null) {
    const connection = {
      name: 'st-brendan',
      kind: 'hospital',
      timeZone: 'America/New_York',
      senders: [{ application: 'CAREADT', facility: 'STBRENDAN' }, { endpoint: 'https://stbrendan.example/fhir' }],
      assigningAuthorities: { STB: authority },
      ...options.connection,
    }
    const answer = await hospital.admin('connections', { method: 'POST', json: connection })
    if (answer.status !== 201 && answer.status !== 409) throw new Error(await answer.text())
  }
  return hospital
}
