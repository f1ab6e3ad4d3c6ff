/** An agency for stories of billing: a client with Medicaid, a licensed clinician, a need with a diagnosis. Everybody is invented. */
import { onTestFinished } from 'vitest'
import { startGateway, type TestGateway } from './gateway.ts'

export type Body = Record<string, unknown>

export interface Agency {
  readonly gateway: TestGateway
  readonly client: string
  readonly clinician: string
  readonly coverage: string
  readonly need: string
  post(path: string, body: object, headers?: Record<string, string>): Promise<Body>
  get(path: string): Promise<Body>
  put(path: string, body: object): Promise<Body>
  /** Moves a member by an event and answers with it. */
  event(path: string, body: object): Promise<Body>
  /** A session from planning to completion on 2 March 2026: the first from 10:00 in New York, each for `minutes` after the one before. */
  hold(changes?: Body, minutes?: number): Promise<string>
  /** The same, signed. */
  sign(changes?: Body, minutes?: number): Promise<string>
  /** Lines of a session, oldest first. */
  lines(session: string): Promise<readonly Body[]>
}

const medicaid = { kind: 'medicaid-ffs', memberId: 'MCD-100', relationship: 'self', priority: 1 }

export interface Setting {
  /** `null`: none. */
  readonly coverage?: Body | null
  readonly credential?: Body | null
  readonly diagnosis?: string | null
  readonly staffLevel?: string
  /** Since when a care plan is in force; `null`: there is none. */
  readonly plan?: string | null
  /** Of the kind of its coverage. */
  readonly rule?: Body | null
  /** Where it is; a gateway of its own by default. */
  readonly at?: TestGateway
}

/** A gateway of its own stops after the test. */
export async function openAgency({
  coverage,
  credential,
  diagnosis = 'F32.2',
  staffLevel = 'master',
  plan = '2026-01-01',
  rule = { quarterHour: 'full' },
  at,
}: Setting = {}): Promise<Agency> {
  const gateway = at ?? (await startGateway())
  if (at === undefined) onTestFinished(() => gateway.stop())
  const send = async (method: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Body> => {
    const answer = await gateway.request(path, { method, headers, json: body })
    const value = (await answer.json()) as Body
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(value)}`)
    return value
  }
  const post: Agency['post'] = (path, body, headers) => send('POST', path, body, headers)
  const get: Agency['get'] = async (path) => (await (await gateway.request(path)).json()) as Body
  const event: Agency['event'] = (path, body) => post(`/coordination/${path}/events`, body)

  const agency = await post('/coordination/organizations', {
    name: 'Harbor Street Counseling',
    npi: '1234567893',
    timeZone: 'America/New_York',
    hipaaCovered: true,
    part2Programme: false,
  })
  const payer = await post('/fhir/Organization', { resourceType: 'Organization', name: 'State Medicaid' })
  const client = await post('/fhir/Patient', {
    resourceType: 'Patient',
    name: [{ family: 'Quintero', given: ['Rosa'] }],
    birthDate: '1984-02-19',
    gender: 'female',
  })
  const person = await post('/coordination/practitioners', {
    names: [{ family: 'Okafor', given: ['Nnamdi'] }],
    npi: '1871500009',
    staffLevel,
    credentials:
      credential === null
        ? []
        : [{ code: 'LCSW', status: 'active', validFrom: '2020-01-01', validTo: '2027-12-31', ...credential }],
    roles: [
      {
        organizationId: agency.id,
        roles: [{ text: 'counselor' }],
        specialties: [{ system: 'http://nucc.org/provider-taxonomy', code: '1041C0700X' }],
      },
    ],
  })
  const covered =
    coverage === null
      ? {}
      : await post('/coordination/coverages', {
          ...medicaid,
          clientId: client.id,
          payerOrg: { id: payer.id },
          period: { start: '2026-01-01' },
          ...coverage,
        })
  const kind = String(coverage?.kind ?? medicaid.kind)
  if (rule !== null) await send('PUT', `/admin/payer-rules/${kind}`, rule)
  const need =
    diagnosis === null
      ? {}
      : await post('/fhir/Condition', {
          resourceType: 'Condition',
          subject: { reference: `Patient/${client.id}` },
          code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: diagnosis }] },
        })

  if (plan !== null) await post('/fhir/CarePlan', carePlan(client.id as string, plan))

  let next = Date.UTC(2026, 2, 2, 15)
  const hold: Agency['hold'] = async (changes = {}, minutes = 60) => {
    const last = inNewYork(next + minutes * 60_000).slice(0, 10)
    // What would go on after midnight is held on the next morning.
    const start = inNewYork(next).startsWith(last) ? next : Date.parse(`${last}T10:00:00-05:00`)
    const end = start + minutes * 60_000
    next = end
    const actual = { start: inNewYork(start), end: inNewYork(end) }
    const { id } = await post('/coordination/sessions', {
      clientId: client.id,
      kind: 'case-management',
      modality: 'in-person',
      renderer: { id: person.id },
      needIds: need.id === undefined ? [] : [need.id],
      ...changes,
    })
    for (const type of ['book', 'start']) await event(`sessions/${id}`, { type })
    await event(`sessions/${id}`, { type: 'complete', actual, note: { plan: 'To meet again in a week' } })
    return id as string
  }

  return {
    gateway,
    client: client.id as string,
    clinician: person.id as string,
    coverage: covered.id as string,
    need: need.id as string,
    post,
    get,
    event,
    put: (path, body) => send('PUT', path, body),
    hold,
    async sign(changes, minutes) {
      const id = await hold(changes, minutes)
      await event(`sessions/${id}`, { type: 'sign' })
      return id
    },
    async lines(session) {
      const { entry = [] } = (await get(`/fhir/ChargeItem?context=Encounter/${session}&_sort=_lastUpdated`)) as {
        entry?: { resource: { id: string } }[]
      }
      return Promise.all(entry.map(({ resource }) => get(`/coordination/service-lines/${resource.id}`)))
    },
  }
}

/** Counselling with the client's mother. */
export const withMother = {
  kind: 'family-counselling',
  participants: [{ who: { id: 'rel-mother' }, role: 'family', present: true }],
}

/** A time of that winter as it was written there. */
const inNewYork = (time: number): string => new Date(time - 5 * 3600_000).toISOString().replace('Z', '-05:00')

/** A plan in force since this day. */
export const carePlan = (client: string, start: string): Body => ({
  resourceType: 'CarePlan',
  status: 'active',
  intent: 'plan',
  subject: { reference: `Patient/${client}` },
  period: { start },
})

/** The client's word on care management, and the visit it begins with, as an EHR tells of it. */
export async function agreed(agency: Agency): Promise<void> {
  const { id } = await agency.post('/coordination/consents', {
    clientId: agency.client,
    kind: 'care-management',
    grantedBy: { who: { id: agency.client }, capacity: 'self' },
    signature: { party: `Patient/${agency.client}`, role: 'client', method: 'verbal-witnessed', at: '2026-02-20T09:00:00-05:00' },
    content: {},
  })
  await agency.event(`consents/${id}`, { type: 'activate' })
}
export const visited = (agency: Agency, code: string): Promise<Body> =>
  agency.post('/fhir/Encounter', {
    resourceType: 'Encounter',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    type: [{ coding: [{ system: 'http://www.ama-assn.org/go/cpt', code }] }],
    subject: { reference: `Patient/${agency.client}` },
    period: { start: '2026-02-20T09:00:00-05:00', end: '2026-02-20T09:40:00-05:00' },
  })

export interface Page {
  readonly items: readonly (Body & { line: string; version: number; state: string; client: Body })[]
  readonly next: string
}

export const feed = async ({ get }: Agency, query = ''): Promise<Page> =>
  (await get(`/billing/service-lines${query}`)) as unknown as Page
export const tell = async ({ post }: Agency, ...acks: readonly object[]): Promise<readonly Body[]> =>
  ((await post('/billing/acks', acks)) as { items: Body[] }).items
export const ack = ({ line, version }: { line: string; version: number }, state: string, more: object = {}): object => ({
  line,
  version,
  state,
  ...more,
})

/** Amends a signed session and has it signed again. */
export async function amend({ event, gateway }: Agency, session: string, changes: Body = {}): Promise<void> {
  await event(`sessions/${session}`, { type: 'amend', reason: 'It was written down wrongly.' })
  const path = `/coordination/sessions/${session}`
  const etag = (await gateway.request(path)).headers.get('etag')!
  const headers = { 'content-type': 'application/merge-patch+json', 'if-match': etag }
  const patched = await gateway.request(path, { method: 'PATCH', headers, json: changes })
  if (!patched.ok) throw new Error(`PATCH ${path}: ${patched.status} ${await patched.text()}`)
  await event(`sessions/${session}`, { type: 'sign' })
}

export const shown = (lines: readonly Body[]) => lines.map(({ code, state, units = null }) => [code, state, units])
