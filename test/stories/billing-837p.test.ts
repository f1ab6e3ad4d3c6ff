/** Signed sessions as professional claims: what a billing system downloads, hands to its clearinghouse, and is told where it cannot. */
import { describe, expect, it, test } from 'vitest'
import { complete, price } from '../support/billable.ts'
import { type Agency, ack, type Body, feed, openAgency, tell } from '../support/billing.ts'
import { broughtWhole } from '../support/brought.ts'
import { registerClient } from '../support/client.ts'
import { startGateway } from '../support/gateway.ts'
import { only, readInterchange } from '../support/x12.ts'

interface Told {
  readonly x12: string | null
  readonly claims: readonly { claim: string; frequency: string; lines: readonly { line: string; version: number }[] }[]
  readonly left: readonly { line: string; version: number; code: string; path: string }[]
  readonly passed: readonly { line: string; version: number; code: string }[]
  readonly next: string | null
}

const asJson = async (a: Agency, query = ''): Promise<Told> =>
  (await (await a.gateway.request(`/billing/837p${query}`, { headers: { accept: 'application/json' } })).json()) as Told
const asX12 = (a: Agency, query = ''): Promise<Response> => a.gateway.request(`/billing/837p${query}`)
const segment = (x12: string | null, id: string): readonly string[] => only(readInterchange(x12!).segments, id)

/** A session that is signed, with all on record and at a price; answers with its line. */
async function billable(a: Agency, changes?: Body): Promise<string> {
  await complete(a)
  await price(a, { T1017: '30.00' })
  const [line] = await a.lines(await a.sign(changes))
  return line!.id as string
}

describe('claims', () => {
  it('are one interchange, the same for the same lines', async () => {
    const a = await openAgency()
    const line = await billable(a)
    const answer = await asX12(a)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/edi-x12'])
    const text = await answer.text()
    expect(await (await asX12(a)).text()).toBe(text)
    const { segments } = readInterchange(text)
    expect(segments.filter(([id]) => /^(CLM|HI|SV1|DTP)$/.test(id!))).toEqual([
      ['CLM', expect.stringMatching(/^[0-9A-Z]{20}$/), '120', '', '', '11:B:1', 'Y', 'A', 'Y', 'Y'],
      ['HI', 'ABK:F322'],
      ['SV1', 'HC:T1017:HO', '120', 'UN', '4', '', '', '1'],
      ['DTP', '472', 'D8', '20260302'],
    ])
    expect(segments.filter(([id, kind]) => id === 'REF' && kind === '6R')).toEqual([['REF', '6R', line]])
    const { claims, left, passed, x12 } = await asJson(a)
    expect({ x12, claims, left, passed }).toEqual({
      x12: text,
      claims: [{ claim: segment(text, 'CLM')[1], frequency: '1', lines: [{ line, version: 1 }] }],
      left: [],
      passed: [],
    })
    const link = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')![1]!
    expect((await a.gateway.request(link)).status).toBe(204)
  })

  it('are refused whole where a line lacks something; as JSON the others are told, and what it lacks', async () => {
    const a = await openAgency()
    const [line] = await a.lines(await a.sign())
    const answer = await asX12(a)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
    const { code, issues } = (await answer.json()) as { code: string; issues: { path: string; message: string }[] }
    expect(code).toBe('rule-broken')
    expect(issues).toContainEqual({ path: `${line!.id}.billingProvider.taxId`, message: 'is missing' })
    expect(JSON.stringify(issues)).not.toContain('Quintero')
    const { x12, left, next } = await asJson(a)
    expect(x12).toBeNull()
    expect(left.map(({ path }) => path)).toEqual([
      ...['billingProvider.address.lines', 'billingProvider.address.city', 'billingProvider.address.state'],
      ...['billingProvider.address.postalCode', 'billingProvider.taxId'],
      ...['client.address.lines', 'client.address.city', 'client.address.state', 'client.address.postalCode'],
      ...['coverage.payer.identifiers', 'charge'],
    ])
    // The line is beyond the cursor now: once it is in order it is asked for by its id.
    await complete(a)
    await price(a, { T1017: '20.00' })
    const named = await asX12(a, `?lines=${line!.id}`)
    expect([named.status, named.headers.get('link')]).toEqual([200, null])
    expect(segment(await named.text(), 'CLM')[2]).toBe('80')
    expect(next).toEqual(expect.any(String))
  })

  it('tell of two sessions whatever the third lacks', async () => {
    const a = await openAgency()
    const [first, second] = [await billable(a), await billable(a)]
    const [third] = await a.lines(await a.sign({ procedureCode: 'H2015' }))
    const { claims, left } = await asJson(a)
    expect(claims.map(({ lines }) => lines.map(({ line }) => line))).toEqual([[first], [second]])
    expect(left).toEqual([{ line: third!.id, version: 1, code: 'missing', path: 'charge' }])
  })

  it('go out once: what is billed, taken back or held needs none', async () => {
    const a = await openAgency()
    const [billed, gone] = [await billable(a), await billable(a)]
    const [held] = await a.lines(await a.sign({ renderer: { id: 'prc-unknown' } }))
    expect(await tell(a, ack({ line: billed, version: 1 }, 'billed', { claim: 'ICN-1' }))).toMatchObject([{ result: 'applied' }])
    await a.event(`service-lines/${gone}`, { type: 'void', reason: 'Paid by a grant.' })
    const { x12, claims, left, passed } = await asJson(a)
    expect({ x12, claims, left }).toEqual({ x12: null, claims: [], left: [] })
    expect(passed.map(({ line, code }) => [line, code])).toEqual([
      ...[
        [billed, 'overtaken'],
        [gone, 'overtaken'],
        [gone, 'never-claimed'],
      ],
    ])
    const named = await asJson(a, `?lines=${held!.id},${billed}`)
    expect(named.passed.map(({ line, code }) => [line, code])).toEqual([
      [held!.id, 'not-ready'],
      [billed, 'not-ready'],
    ])
    expect(named.next).toBeNull()
  })

  it('of an amended session replace the one that went out', async () => {
    const a = await openAgency()
    const line = await billable(a)
    const [session] = (await feed(a)).items.map((item) => item.session as string)
    await tell(a, ack({ line, version: 1 }, 'billed', { claim: 'ICN-1' }))
    const { next } = await asJson(a)
    const path = `/coordination/sessions/${session}`
    await a.event(`sessions/${session}`, { type: 'amend', reason: 'The clock was wrong.' })
    const { etag } = Object.fromEntries((await a.gateway.request(path)).headers)
    const actual = { start: '2026-03-02T10:00:00-05:00', end: '2026-03-02T10:31:00-05:00' }
    const headers = { 'content-type': 'application/merge-patch+json', 'if-match': etag! }
    expect((await a.gateway.request(path, { method: 'PATCH', headers, json: { actual } })).status).toBe(200)
    await a.event(`sessions/${session}`, { type: 'sign' })
    const renewed = (await a.lines(session!)).find(({ corrects }) => corrects === line)!
    const { x12, claims, passed } = await asJson(a, `?after=${next}`)
    expect(claims).toMatchObject([{ frequency: '7', lines: [{ line: renewed.id }] }])
    expect(passed.map(({ code }) => code)).toEqual(['corrected'])
    const { segments } = readInterchange(x12!)
    expect(segments.filter(([id, kind]) => id === 'CLM' || (id === 'REF' && kind === 'F8'))).toEqual([
      ['CLM', expect.any(String), '60', '', '', '11:B:7', 'Y', 'A', 'Y', 'Y'],
      ['REF', 'F8', 'ICN-1'],
    ])
  })

  it('write nothing but one line of the audit', async () => {
    const a = await openAgency()
    const line = await billable(a)
    const { store } = await a.gateway.gateway.context({
      kind: 'local',
      id: 'local',
      tenant: 'default',
      scopes: [],
      purpose: 'TREAT',
      visible: 'everything',
    })
    const sizes = async () => ({
      versions: (await store.look({ ask: 'history', count: 1000, visible: 'everything' })).items.length,
      audit: (await store.look({ ask: 'audit', count: 1000 })).items.length,
    })
    const before = await sizes()
    await asX12(a)
    expect(await sizes()).toEqual({ ...before, audit: before.audit + 1 })
    const { entry } = (await store.look({ ask: 'audit', count: 1 })).items[0]!
    expect(entry).toMatchObject({
      action: 'pull-claims',
      entities: [`ChargeItem/${line}/_history/1`],
    })
  })
})

describe('asked wrongly', () => {
  test.each([
    ['?lines=chg-none', 404],
    ['?lines=', 400],
    ['?lines=a%20b', 400],
    ['?lines=chg-1&limit=3', 400],
    [`?lines=${Array.from({ length: 101 }, (_, i) => `chg-${i}`).join(',')}`, 400],
    ['?after=hello', 400],
    ['?limit=0', 400],
    ['?explain=true', 400],
  ])('%s', async (query, status) => {
    const a = await openAgency()
    expect((await asX12(a, query)).status).toBe(status)
  })

  it('in another form', async () => {
    const a = await openAgency()
    expect((await a.gateway.request('/billing/837p', { headers: { accept: 'text/csv' } })).status).toBe(406)
  })
})

describe('the file is addressed', () => {
  it('from the agency to its payer where nothing is agreed, as a trial; and to nobody where that does not follow', async () => {
    const a = await openAgency()
    await billable(a)
    const { x12 } = await asJson(a)
    const [isa, gs] = [segment(x12, 'ISA'), segment(x12, 'GS')]
    expect([isa[5], isa[6], isa[8], isa[15]]).toEqual(['30', '123456789      ', '12345          ', 'T'])
    expect(gs.slice(2, 4)).toEqual(['123456789', '12345'])
    const { entry } = (await a.get('/fhir/Organization?name=Harbor')) as { entry: { resource: Body & { id: string } }[] }
    const { telecom: _, ...silent } = entry[0]!.resource
    await a.put(`/fhir/Organization/${silent.id}`, silent)
    const answer = await asX12(a)
    expect(answer.status).toBe(422)
    expect(((await answer.json()) as Body).issues).toMatchObject([{ path: expect.stringMatching(/^claims\.submitter\.contact/) }])
  })
})

describe('whoever pulls', () => {
  it('needs the scopes that the feed needs, and finds missing what they may not read', async () => {
    const gateway = await startGateway({ auth: 'smart' })
    try {
      const client = await registerClient(gateway, 'system/*.cruds')
      const get = async (scope?: string) =>
        gateway.request('/billing/837p', { headers: scope === undefined ? {} : await client.bearer(scope) })
      expect((await get()).status).toBe(401)
      expect((await get('system/Patient.rs')).status).toBe(403)
      expect((await get('system/ChargeItem.rs')).status).toBe(204)

      const staffed = await client.bearer('system/*.cruds')
      const brought = await gateway.request('/fhir', { method: 'POST', headers: staffed, json: broughtWhole() })
      expect(brought.status).toBe(200)
      const lacks = async (scope: string) =>
        ((await (await get(scope)).json()) as { issues: { path: string }[] }).issues.map(({ path }) =>
          path.replace(/^[^.]*\./, ''),
        )
      const lines = 'system/ChargeItem.rs'
      expect(await lacks(lines)).toEqual(expect.arrayContaining(['client.family', 'coverage.memberId', 'renderer.family']))
      const named = await lacks(`${lines} system/Patient.r system/Practitioner.r`)
      expect(named).toEqual(expect.arrayContaining(['coverage.memberId', 'client.birthDate']))
      expect(named).not.toEqual(expect.arrayContaining(['client.family']))
      expect(named).not.toEqual(expect.arrayContaining(['renderer.family']))
    } finally {
      await gateway.stop()
    }
  })
})
