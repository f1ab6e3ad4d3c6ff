/**
 * Two sessions at one time are billed once, whoever may see both. Where one of them is under 42 CFR Part 2, the line of the other one waits for
 * it, and names neither it nor its line to anybody. Everybody is invented.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Agency, type Body, feed, openAgency } from '../support/billing.ts'
import { registerClient } from '../support/client.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

const scope = 'system/*.cruds'
const at = { start: '2026-03-02T15:00:00-05:00', end: '2026-03-02T16:00:00-05:00' }

interface Side {
  /** As whoever may see all. */
  readonly agency: Agency
  /** What whoever may not is answered, without what no two gateways have alike. */
  look(path: string): Promise<string>
}

const speaking = (gateway: TestGateway, who: Record<string, string>): TestGateway => ({
  ...gateway,
  request: (path, init = {}) => {
    const headers = path.startsWith('/admin') ? { authorization: `Bearer ${adminToken}` } : who
    return gateway.request(path, { ...init, headers: { ...headers, ...(init.headers as Record<string, string>) } })
  },
})

async function open(): Promise<Side> {
  const gateway = await startGateway({ auth: 'smart' })
  const all = await (await registerClient(gateway, scope, { protected_records: true })).bearer(scope)
  const some = speaking(gateway, await (await registerClient(gateway, scope)).bearer(scope))
  return {
    agency: await openAgency({ at: speaking(gateway, all) }),
    look: async (path) => {
      const said = await some.request(path)
      return `${said.status} ${await said.text()}`
    },
  }
}

async function signed({ agency }: Side, more: Body, secret = ''): Promise<string> {
  const { id } = await agency.post('/coordination/sessions', {
    ...{ clientId: agency.client, kind: 'case-management', modality: 'in-person' },
    ...{ renderer: { id: agency.clinician }, needIds: [agency.need] },
    ...more,
  })
  for (const type of ['book', 'start']) await agency.event(`sessions/${id}`, { type })
  await agency.event(`sessions/${id}`, { type: 'complete', actual: at, note: { plan: `To meet again ${secret}` } })
  await agency.event(`sessions/${id}`, { type: 'sign' })
  return id as string
}

const part2 = { legalBasis: ['42CFRPart2'] }
let side: Side
let [hidden, shown]: string[] = []
let [secretLine, line]: Body[] = []
beforeAll(async () => {
  side = await open()
  hidden = await signed(side, part2, 'about drinking')
  shown = await signed(side, {})
  ;[secretLine] = await side.agency.lines(hidden)
  ;[line] = await side.agency.lines(shown)
})
afterAll(() => side.agency.gateway.stop())

describe('the line of a session at the time of a hidden one', () => {
  it('waits, for a time is billed once', () => {
    expect([secretLine, line]).toMatchObject([{ state: 'ready' }, { state: 'held', holdReasons: ['times-overlap'] }])
  })

  it.each<[string, () => string]>([
    ['the line', () => `/coordination/service-lines/${line!.id}`],
    ['the list of lines', () => `/coordination/service-lines?client=${side.agency.client}`],
    ['its resource', () => `/fhir/ChargeItem/${line!.id}`],
    ['its history', () => `/fhir/ChargeItem/${line!.id}/_history`],
    ['all of the client', () => `/fhir/Patient/${side.agency.client}/$everything`],
    ['the feed', () => '/billing/service-lines'],
    ['claims', () => `/billing/837p?lines=${line!.id}`],
    ['the session', () => `/coordination/sessions/${shown}`],
    ['the timeline', () => `/coordination/clients/${side.agency.client}/timeline`],
  ])('names neither the one nor its line: %s', async (_, path) => {
    const said = await side.look(path())
    expect(said).toMatch(/^(200|204|422) /)
    expect(said).not.toContain(hidden)
    expect(said).not.toContain(secretLine!.id)
    expect(said).not.toContain('drinking')
  })

  it('goes once the hidden one is taken back, and is billed then', async () => {
    await side.agency.event(`sessions/${hidden}`, { type: 'mark-error', reason: 'Another day' })
    expect((await feed(side.agency)).items.map((one) => one.line)).toContain(line!.id)
    expect(await side.look('/billing/service-lines')).toContain(String(line!.id))
  })
})
