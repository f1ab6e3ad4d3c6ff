/** What a billing system pulls, and what it tells back. */
import { describe, expect, it, test } from 'vitest'
import { ack, type Body, feed, openAgency, type Page, tell } from '../support/billing.ts'
import { broughtWhole } from '../support/brought.ts'
import { registerClient } from '../support/client.ts'
import { startGateway } from '../support/gateway.ts'

const local = { kind: 'local', id: 'local', tenant: 'default', scopes: [], purpose: 'TREAT' } as const

describe('the feed', () => {
  it('tells all that a claim needs', async () => {
    const a = await openAgency()
    const session = await a.sign()
    const { items } = await feed(a)
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({
      version: 1,
      state: 'ready',
      frequency: '1',
      session,
      codeSystem: 'HCPCS',
      code: 'T1017',
      units: '4',
      minutes: 60,
      unitRule: 'full',
      client: { id: a.client, family: 'Quintero', given: 'Rosa', birthDate: '1984-02-19', gender: 'female' },
      coverage: {
        id: a.coverage,
        kind: 'medicaid-ffs',
        memberId: 'MCD-100',
        relationship: 'self',
        payer: { name: 'State Medicaid' },
      },
      renderer: { id: a.clinician, family: 'Okafor', npi: '1871500009', taxonomy: '1041C0700X' },
      billingProvider: { name: 'Harbor Street Counseling', npi: '1234567893' },
    })
  })

  it('tells what a line costs, once its payer’s rule says it: for the day of the service', async () => {
    const a = await openAgency()
    await a.sign()
    const charge = async () => (await feed(a)).items[0]!.charge
    expect(await charge()).toBeUndefined()
    const rule = { quarterHour: 'full', codes: { T1017: { fee: '22.75' } } }
    await a.put('/admin/payer-rules/medicaid-ffs', {
      ...rule,
      changes: [{ from: '2026-04-01', codes: { T1017: { fee: '23.50' } } }],
    })
    expect(await charge()).toEqual({ amount: '91.00', currency: 'USD' })
    await a.put('/admin/payer-rules/medicaid-ffs', {
      ...rule,
      changes: [{ from: '2026-03-02', codes: { T1017: { fee: '23.5' } } }],
    })
    expect(await charge()).toEqual({ amount: '94.00', currency: 'USD' })
    const wrong = { codes: { T1017: { fee: '22.755' } } }
    expect((await a.gateway.request('/admin/payer-rules/medicaid-ffs', { method: 'PUT', json: wrong })).status).toBe(400)
  })

  it('is read by threes without gap or double, while a writer goes on', async () => {
    const a = await openAgency()
    const expected: string[] = []
    const seen: string[] = []
    let after: string | undefined
    for (let round = 0; round < 12; round++) {
      if (round < 6) {
        for (const session of [await a.sign(), await a.sign({ procedureCode: 'H2015' })]) expected.push(session)
        // a line that is not ready is not in the feed
        await a.sign({ renderer: { id: 'prc-unknown' } })
      }
      const page = await feed(a, `?limit=3${after === undefined ? '' : `&after=${after}`}`)
      expect(page.items.length).toBeLessThanOrEqual(3)
      if (after !== undefined) expect(await feed(a, `?limit=3&after=${after}`)).toEqual(page)
      seen.push(...page.items.map(({ session }) => session as string))
      after = page.next
    }
    expect(seen).toEqual(expected)
  })

  it('shows each line once, whoever writes while it is read', async () => {
    const a = await openAgency()
    const held = await Promise.all(Array.from({ length: 12 }, () => a.hold()))
    let waiting = held.length
    const writing = held.map(async (session) => {
      await a.event(`sessions/${session}`, { type: 'sign' })
      waiting--
    })
    const seen: string[] = []
    for (let after: string | undefined; ; ) {
      const isLast = waiting === 0
      const page = await feed(a, `?limit=2${after === undefined ? '' : `&after=${after}`}`)
      seen.push(...page.items.map(({ session }) => session as string))
      after = page.next
      if (isLast && page.items.length === 0) break
    }
    await Promise.all(writing)
    expect(seen.toSorted()).toEqual(held.toSorted())
  })

  it('goes on from its end later', async () => {
    const a = await openAgency()
    const { items, next } = await feed(a)
    expect(items).toEqual([])
    const session = await a.sign()
    expect((await feed(a, `?after=${next}`)).items.map((item) => item.session)).toEqual([session])
  })

  it('changes nothing but the audit: one line for each page', async () => {
    const a = await openAgency()
    await a.sign()
    const { store } = await a.gateway.gateway.context({ ...local, visible: 'everything' })
    const sizes = async () => ({
      sequence: (await store.look({ ask: 'history', count: 1000, visible: 'everything' })).items.length,
      audit: (await store.look({ ask: 'audit', count: 1000 })).items.length,
    })
    const before = await sizes()
    const { items } = await feed(a)
    expect(await sizes()).toEqual({ ...before, audit: before.audit + 1 })
    const { entry } = (await store.look({ ask: 'audit', count: 1 })).items[0]!
    expect(entry).toMatchObject({
      action: 'pull-billing',
      principal: 'local',
      entities: [`ChargeItem/${items[0]!.line}/_history/1`],
    })
  })

  test.each([
    ['no cursor at all', 'hello', 400],
    ["another's cursor", btoa(JSON.stringify(['someone-else', 'x'])), 400],
    ['a cursor of another list', btoa(JSON.stringify(['local', 'x'])), 400],
  ])('refuses %s', async (_, cursor, status) => {
    const a = await openAgency()
    expect((await a.gateway.request(`/billing/service-lines?after=${cursor}`)).status).toBe(status)
  })

  it('knows a cursor of a store that was restored since', async () => {
    const a = await openAgency()
    const { next } = await feed(a)
    const inner = JSON.parse(atob(next.replaceAll('-', '+').replaceAll('_', '/'))) as [string, string]
    const [, kind, row] = JSON.parse(atob(inner[1].replaceAll('-', '+').replaceAll('_', '/'))) as [string, string, number]
    const older = btoa(JSON.stringify([inner[0], btoa(JSON.stringify(['an-earlier-life', kind, row]))])).replaceAll('=', '')
    expect((await a.gateway.request(`/billing/service-lines?after=${older}`)).status).toBe(410)
  })

  it('is a table for those who want one, and no spreadsheet takes a name for a formula', async () => {
    const a = await openAgency()
    await a.sign()
    const patient = await a.get(`/fhir/Patient/${a.client}`)
    const renamed = { ...patient, name: [{ family: '=HYPERLINK("http://evil.example","x")', given: ['Ann, "Nan"'] }] }
    await a.gateway.request(`/fhir/Patient/${a.client}`, { method: 'PUT', json: renamed })
    const answer = await a.gateway.request('/billing/service-lines', { headers: { accept: 'text/csv' } })
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/)
    const text = await answer.text()
    const [header, row, end] = text.split('\r\n')
    expect(end).toBe('')
    expect(header!.split(',').slice(0, 3)).toEqual(['line', 'version', 'state'])
    expect(row).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")","Ann, ""Nan"""`)
    const link = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')![1]!
    expect(await (await a.gateway.request(link)).json()).toEqual({ items: [], next: expect.any(String) })
    expect((await a.gateway.request('/billing/service-lines', { headers: { accept: 'application/xml' } })).status).toBe(406)
  })
})

describe('acknowledgements', () => {
  it('lead a line to its payment', async () => {
    const a = await openAgency()
    await a.sign()
    const [line] = (await feed(a)).items
    for (const state of ['billed', 'accepted', 'paid'])
      expect(await tell(a, ack(line!, state, { claim: 'CLM-1' }))).toMatchObject([{ line: line!.line, result: 'applied', state }])
    expect(await a.get(`/coordination/service-lines/${line!.line}`)).toMatchObject({
      state: 'paid',
      claimRef: 'CLM-1',
      billedVersion: 1,
    })
  })

  it('or to its denial, with the reason; and a repeat is fine', async () => {
    const a = await openAgency()
    await a.sign()
    const [line] = (await feed(a)).items
    const news = [ack(line!, 'billed', { claim: 'CLM-1' }), ack(line!, 'denied', { claim: 'CLM-1', reason: 'CO-197' })]
    expect((await tell(a, ...news)).map(({ result }) => result)).toEqual(['applied', 'applied'])
    expect((await tell(a, ...news)).map(({ result, state }) => [result, state])).toEqual([
      ['repeated', 'denied'],
      ['repeated', 'denied'],
    ])
    expect(await a.get(`/coordination/service-lines/${line!.line}`)).toMatchObject({ version: 3, adjudicationReason: 'CO-197' })
  })

  it('are each answered by itself', async () => {
    const a = await openAgency()
    await a.sign()
    const [line] = (await feed(a)).items
    const answers = await tell(
      a,
      ack(line!, 'paid'),
      ack({ line: 'chg-none', version: 1 }, 'billed'),
      { line: line!.line, state: 'lost' },
      ack({ ...line!, version: 7 }, 'billed'),
      ack(line!, 'billed', { claim: 'CLM-1' }),
      ack(line!, 'accepted', { claim: 'CLM-2' }),
    )
    expect(answers.map(({ result, problem }) => (result === 'refused' ? (problem as Body).code : result))).toEqual([
      'illegal-event',
      'not-found',
      'invalid',
      'conflict',
      'applied',
      'conflict',
    ])
    expect(answers[0]!.problem).toMatchObject({ allowed: ['bill', 'override', 'void'] })
  })

  it('have their effect once under one Idempotency-Key', async () => {
    const a = await openAgency()
    await a.sign()
    const [line] = (await feed(a)).items
    const key = { 'idempotency-key': 'acks-1' }
    const first = await a.post('/billing/acks', [ack(line!, 'billed')], key)
    expect(await a.post('/billing/acks', [ack(line!, 'billed')], key)).toEqual(first)
    const other = await a.gateway.request('/billing/acks', { method: 'POST', headers: key, json: [ack(line!, 'paid')] })
    expect(other.status).toBe(409)
  })

  it('are a list, not too long a one', async () => {
    const a = await openAgency()
    const status = async (json: unknown) => (await a.gateway.request('/billing/acks', { method: 'POST', json })).status
    expect(await status({ line: 'x' })).toBe(400)
    expect(await status(Array.from({ length: 1001 }, () => ({})))).toBe(400)
    expect(await status([])).toBe(200)
  })
})

describe('whoever pulls', () => {
  const scopes = 'system/*.cruds'

  it('has cursors of their own, and sees of people what they may read', async () => {
    const gateway = await startGateway({ auth: 'smart' })
    try {
      const [staff, biller, other] = await Promise.all(
        [scopes, scopes, 'system/ChargeItem.rus'].map((scope) => registerClient(gateway, scope)),
      )
      const staffed = await staff!.bearer(scopes)
      const brought = await gateway.request('/fhir', { method: 'POST', headers: staffed, json: broughtWhole() })
      expect(brought.status).toBe(200)

      const pull = async (headers: Record<string, string>, query = ''): Promise<Response> =>
        gateway.request(`/billing/service-lines${query}`, { headers })
      const bearer = await biller!.bearer(scopes)
      const full = (await (await pull(bearer)).json()) as Page
      expect(full.items[0]!.client).toMatchObject({ family: 'Bell' })
      const narrow = await other!.bearer('system/ChargeItem.rus')
      const spare = (await (await pull(narrow)).json()) as Page
      expect(spare.items[0]!.client).toEqual({ id: full.items[0]!.client.id })
      expect((await pull(narrow, `?after=${full.next}`)).status).toBe(400)
      expect((await pull(narrow, `?after=${spare.next}`)).status).toBe(200)
      expect((await pull({})).status).toBe(401)
      const unscoped = await biller!.bearer('system/Patient.rs')
      expect((await pull(unscoped)).status).toBe(403)
      const acks = await gateway.request('/billing/acks', { method: 'POST', headers: unscoped, json: [] })
      expect(acks.status).toBe(403)
    } finally {
      await gateway.stop()
    }
  })
})

describe('service lines', () => {
  it('are listed and read, made void with a reason, and made by nobody', async () => {
    const a = await openAgency()
    await a.sign()
    const { items } = (await a.get(`/coordination/service-lines?client=${a.client}&state=ready`)) as { items: Body[] }
    expect(items).toHaveLength(1)
    const path = `/coordination/service-lines/${items[0]!.id}`
    const status = async (method: string, to: string, json: object): Promise<number> =>
      (await a.gateway.request(to, { method, json, headers: { 'if-match': '*' } })).status
    expect(await status('POST', '/coordination/service-lines', items[0]!)).toBe(405)
    expect(await status('PUT', path, items[0]!)).toBe(405)
    expect(await status('POST', `${path}/events`, { type: 'void' })).toBe(422)
    expect(await status('POST', `${path}/events`, { type: 'release' })).toBe(409)
    expect(await status('POST', `${path}/events`, { type: 'void', reason: 'Paid by a grant.' })).toBe(200)
    expect((await feed(a)).items.map(({ state, reason = null }) => [state, reason])).toEqual([
      ['ready', null],
      ['void', 'Paid by a grant.'],
    ])
  })
})
