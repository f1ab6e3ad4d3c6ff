/** From a session to a claim: stories of billing, as an agency and its biller live them. */
import { afterEach, describe, expect, it, test } from 'vitest'
import { type Agency, type Body, openAgency, type Setting } from '../support/billing.ts'

let agency: Agency | undefined
const open = async (setting?: Setting): Promise<Agency> => {
  const opened = await openAgency(setting)
  agency = opened
  return opened
}
afterEach(() => agency?.gateway.stop())

const shown = (lines: readonly Body[]) => lines.map(({ code, state, units = null }) => [code, state, units])
const telehealth = { clientLocation: 'home' }

describe('a signed session', () => {
  it('is a ready line from the moment of its signature on, and none before', async () => {
    const { hold, event, lines, client, clinician, coverage } = await open()
    const session = await hold()
    expect(await lines(session)).toEqual([])
    await event(`sessions/${session}`, { type: 'sign' })
    const [line, ...more] = await lines(session)
    expect(more).toEqual([])
    expect(line).toMatchObject({
      clientId: client,
      sessionId: session,
      code: 'T1017',
      modifiers: ['HO'],
      units: '4',
      unitBasis: { ruleId: 'full', minutes: 60 },
      serviceFrom: '2026-03-02',
      placeOfService: '11',
      renderer: { id: clinician },
      diagnoses: ['F32.2'],
      coverageId: coverage,
      holdReasons: [],
      state: 'ready',
    })
    expect(line!.billingOrg).toMatchObject({ id: expect.stringMatching(/^org-/) })
  })

  it('is one whichever way it was signed: by event, on /fhir, or in a bundle', async () => {
    const { hold, get, gateway, lines } = await open()
    const bySession = async (write: (encounter: Body) => Promise<Response>): Promise<readonly Body[]> => {
      const session = await hold()
      const encounter = await get(`/fhir/Encounter/${session}`)
      const signed = { url: 'https://warm-handoff.example/fhir/StructureDefinition/domain-state', valueCode: 'signed' }
      const answer = await write({ ...encounter, extension: [...((encounter.extension as object[]) ?? []), signed] })
      expect(answer.status).toBe(200)
      return lines(session)
    }
    const put = await bySession((encounter) =>
      gateway.request(`/fhir/Encounter/${encounter.id}`, { method: 'PUT', json: encounter }),
    )
    expect(shown(put)).toEqual([['T1017', 'ready', '4']])
    const bundle = await bySession((encounter) =>
      gateway.request('/fhir', {
        method: 'POST',
        json: {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: [{ resource: encounter, request: { method: 'PUT', url: `Encounter/${encounter.id}` } }],
        },
      }),
    )
    expect(shown(bundle)).toEqual([['T1017', 'ready', '4']])
  })

  it('stays one line when the encounter is written again', async () => {
    const { sign, get, gateway, lines } = await open()
    const session = await sign()
    const encounter = await get(`/fhir/Encounter/${session}`)
    await gateway.request(`/fhir/Encounter/${session}`, { method: 'PUT', json: { ...encounter, language: 'en' } })
    const [line, ...more] = await lines(session)
    expect(more).toEqual([])
    expect(line!.version).toBe(1)
  })

  it('cannot be signed with less than a minute', async () => {
    const { hold, gateway } = await open()
    const short = await hold()
    const encounter = await (await gateway.request(`/fhir/Encounter/${short}`)).json()
    const period = { start: '2026-03-02T10:00:00-05:00', end: '2026-03-02T10:00:59-05:00' }
    await gateway.request(`/fhir/Encounter/${short}`, { method: 'PUT', json: { ...(encounter as object), period } })
    const refused = await gateway.request(`/coordination/sessions/${short}/events`, { method: 'POST', json: { type: 'sign' } })
    expect(refused.status).toBe(422)
  })

  test.each([
    ['medicaid-ffs', ['T1017', 'ready', '3']],
    ['medicare', ['T1016', 'ready', '4']],
  ])('of 53 minutes is counted as its payer counts: %s', async (kind, line) => {
    const { sign, lines } = await open({ coverage: { kind } })
    expect(shown(await lines(await sign({}, 53)))).toEqual([line])
  })

  test.each<[string, Body, number, readonly Body[]]>([
    ['audio only', { modality: 'audio-only', telehealth }, 60, [{ modifiers: ['HO', '93'], placeOfService: '10' }]],
    ['by video', { modality: 'video', telehealth }, 60, [{ modifiers: ['HO', 'GT'], placeOfService: '10' }]],
    [
      'in a group',
      { kind: 'group-counselling', group: { groupSessionId: 'gse-1', size: 5 } },
      60,
      [{ code: 'H0004', modifiers: ['HO', 'HQ'] }],
    ],
    [
      'with the family, without the client',
      { kind: 'family-counselling', participants: [{ who: { id: 'x' }, role: 'client', present: false }] },
      50,
      [{ code: '90846', modifiers: [], units: '1' }],
    ],
    ['with nobody to bill', { kind: 'outreach' }, 60, []],
  ])('%s', async (_, changes, minutes, expected) => {
    const { sign, lines } = await open()
    const made = await lines(await sign(changes, minutes))
    expect(made).toHaveLength(expected.length)
    for (const [i, one] of expected.entries()) expect(made[i]).toMatchObject({ ...one, state: 'ready' })
  })

  it('of a crisis is two lines', async () => {
    const { sign, lines } = await open({ coverage: { kind: 'commercial' } })
    const made = await lines(await sign({ kind: 'crisis-intervention' }, 110))
    expect(shown(made).toSorted()).toEqual([
      ['90839', 'ready', '1'],
      ['90840', 'ready', '2'],
    ])
  })
})

describe('a line is held', () => {
  const held = async ({ sign, lines }: Agency, changes?: Body): Promise<Body> => {
    const [line] = await lines(await sign(changes))
    expect(line).toMatchObject({ state: 'held' })
    return line!
  }
  const now = async ({ get }: Agency, line: Body): Promise<Body> => get(`/coordination/service-lines/${line.id}`)

  it('without coverage on the day, until there is one', async () => {
    const a = await open({ coverage: { period: { start: '2026-03-03' } } })
    const line = await held(a)
    expect(line.holdReasons).toEqual(['no-coverage'])
    expect(line.code).toBe('T1016')
    const covered = { kind: 'commercial', memberId: 'C-1', relationship: 'self', priority: 2, payerOrg: { id: 'org-x' } }
    await a.post('/coordination/coverages', { ...covered, clientId: a.client, period: { start: '2026-01-01' } })
    expect(await now(a, line)).toMatchObject({ state: 'ready', holdReasons: [], version: 2 })
  })

  it('of a code that the payer found later does not pay, which gives way to another line', async () => {
    const a = await open({ coverage: null })
    const line = await held(a)
    const medicaid = { kind: 'medicaid-mco', memberId: 'M-1', relationship: 'self', priority: 1, payerOrg: { id: 'org-x' } }
    await a.post('/coordination/coverages', { ...medicaid, clientId: a.client, period: { start: '2026-01-01' } })
    expect(shown(await a.lines(line.sessionId as string)).toSorted()).toEqual([
      ['T1016', 'void', '4'],
      ['T1017', 'ready', '4'],
    ])
  })

  it('by an expired credential, until it is renewed', async () => {
    const a = await open({ credential: { validTo: '2026-03-01' } })
    const line = await held(a)
    expect(line.holdReasons).toEqual(['credential-invalid'])
    const person = await a.get(`/fhir/Practitioner/${a.clinician}`)
    const [title] = person.qualification as Body[]
    const renewed = { ...person, qualification: [{ ...title, period: { start: '2020-01-01', end: '2028-03-01' } }] }
    await a.gateway.request(`/fhir/Practitioner/${a.clinician}`, { method: 'PUT', json: renewed })
    expect(await now(a, line)).toMatchObject({ state: 'ready', holdReasons: [] })
  })

  it('without a diagnosis, until the need is coded; and a social one alone is none', async () => {
    const a = await open({ diagnosis: 'Z59.01' })
    const line = await held(a)
    expect(line.holdReasons).toEqual(['diagnosis-social-only'])
    const need = await a.get(`/fhir/Condition/${a.need}`)
    const icd10 = 'http://hl7.org/fhir/sid/icd-10-cm'
    const coded = {
      ...need,
      code: {
        coding: [
          { system: icd10, code: 'Z59.01' },
          { system: icd10, code: 'F33.1' },
        ],
      },
    }
    await a.gateway.request(`/fhir/Condition/${a.need}`, { method: 'PUT', json: coded })
    expect(await now(a, line)).toMatchObject({ state: 'ready', diagnoses: ['F33.1', 'Z59.01'] })
  })

  it('by a renderer whom nobody knows here', async () => {
    const a = await open()
    const line = await held(a, { renderer: { id: 'prc-unknown' } })
    expect(line.holdReasons).toEqual(['renderer-unknown'])
  })

  it('and can be checked again by hand, which says what it still lacks', async () => {
    const a = await open({ diagnosis: null, coverage: null })
    const line = await held(a)
    expect(line.holdReasons).toEqual(['no-coverage', 'no-diagnosis'])
    const checked = await a.event(`service-lines/${line.id}`, { type: 'recheck' })
    expect(checked).toMatchObject({ state: 'held', holdReasons: ['no-coverage', 'no-diagnosis'] })
  })
})

interface Page {
  readonly items: readonly (Body & { line: string; version: number; state: string; client: Body })[]
  readonly next: string
}

const feed = async ({ get }: Agency, query = ''): Promise<Page> =>
  (await get(`/billing/service-lines${query}`)) as unknown as Page
const tell = async ({ post }: Agency, ...acks: readonly object[]): Promise<readonly Body[]> =>
  ((await post('/billing/acks', acks)) as { items: Body[] }).items
const ack = ({ line, version }: { line: string; version: number }, state: string, more: object = {}): object => ({
  line,
  version,
  state,
  ...more,
})

describe('signed again', () => {
  const amend = async ({ event, get, gateway }: Agency, session: string, minutes: number): Promise<void> => {
    await event(`sessions/${session}`, { type: 'amend', reason: 'The end was written down wrongly.' })
    const { etag, body } = await gateway.request(`/coordination/sessions/${session}`).then(async (answer) => ({
      etag: answer.headers.get('etag')!,
      body: (await answer.json()) as Body,
    }))
    const actual = { ...(body.actual as object), end: new Date(Date.UTC(2026, 2, 2, 15, minutes)).toISOString() }
    const patched = await gateway.request(`/coordination/sessions/${session}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json', 'if-match': etag },
      body: JSON.stringify({ actual }),
    })
    expect(patched.status).toBe(200)
    expect((await get(`/coordination/sessions/${session}`)).state).toBe('amended')
    await event(`sessions/${session}`, { type: 'sign' })
  }

  it('an unbilled line gets a new version', async () => {
    const a = await open()
    const session = await a.sign()
    await amend(a, session, 80)
    const [line, ...more] = await a.lines(session)
    expect(more).toEqual([])
    expect(line).toMatchObject({ version: 2, units: '5', state: 'ready' })
    expect((await feed(a)).items.map(({ version, units, frequency }) => [version, units, frequency])).toEqual([
      [1, '4', '1'],
      [2, '5', '1'],
    ])
  })

  it('a billed line is answered by one that corrects it', async () => {
    const a = await open()
    const session = await a.sign()
    const first = await feed(a)
    await tell(a, ack(first.items[0]!, 'billed', { claim: 'CLM-1' }))
    await amend(a, session, 80)
    const { items } = await feed(a, `?after=${first.next}`)
    expect(items).toMatchObject([
      { state: 'corrected', line: first.items[0]!.line, units: '4' },
      { state: 'ready', corrects: first.items[0]!.line, correctsClaim: 'CLM-1', frequency: '7', units: '5' },
    ])
  })

  it('a session that was an error takes back what was not billed, and says so of what was', async () => {
    const a = await open()
    const [unbilled, billed] = [await a.sign(), await a.sign({ procedureCode: 'H2015' })]
    const first = await feed(a)
    const claimed = first.items.find(({ code }) => code === 'H2015')!
    await tell(a, ack(claimed, 'billed', { claim: 'CLM-2' }))
    for (const session of [unbilled, billed])
      await a.event(`sessions/${session}`, { type: 'mark-error', reason: 'Another client.' })
    const { items } = await feed(a, `?after=${first.next}`)
    expect(
      items.map(({ code, state, frequency = null, correctsClaim = null }) => [code, state, frequency, correctsClaim]),
    ).toEqual([
      ['T1017', 'void', null, null],
      ['H2015', 'corrected', null, null],
      ['H2015', 'void', '8', 'CLM-2'],
    ])
  })
})

describe('the feed', () => {
  it('tells all that a claim needs', async () => {
    const a = await open()
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

  it('is read by threes without gap or double, while a writer goes on', async () => {
    const a = await open()
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

  it('goes on from its end later', async () => {
    const a = await open()
    const { items, next } = await feed(a)
    expect(items).toEqual([])
    const session = await a.sign()
    expect((await feed(a, `?after=${next}`)).items.map((item) => item.session)).toEqual([session])
  })

  it('changes nothing but the audit: one line for each page', async () => {
    const a = await open()
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
    const a = await open()
    expect((await a.gateway.request(`/billing/service-lines?after=${cursor}`)).status).toBe(status)
  })

  it('knows a cursor of a store that was restored since', async () => {
    const a = await open()
    const { next } = await feed(a)
    const inner = JSON.parse(atob(next.replaceAll('-', '+').replaceAll('_', '/'))) as [string, string]
    const [, kind, row] = JSON.parse(atob(inner[1].replaceAll('-', '+').replaceAll('_', '/'))) as [string, string, number]
    const older = btoa(JSON.stringify([inner[0], btoa(JSON.stringify(['an-earlier-life', kind, row]))])).replaceAll('=', '')
    expect((await a.gateway.request(`/billing/service-lines?after=${older}`)).status).toBe(410)
  })

  it('is a table for those who want one, and no spreadsheet takes a name for a formula', async () => {
    const a = await open()
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
    const a = await open()
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
    const a = await open()
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
    const a = await open()
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
    expect(answers[0]!.problem).toMatchObject({ allowed: ['bill', 'void'] })
  })

  it('are a list, not too long a one', async () => {
    const a = await open()
    const status = async (json: unknown) => (await a.gateway.request('/billing/acks', { method: 'POST', json })).status
    expect(await status({ line: 'x' })).toBe(400)
    expect(await status(Array.from({ length: 1001 }, () => ({})))).toBe(400)
    expect(await status([])).toBe(200)
  })
})

describe('service lines', () => {
  it('are listed and read, made void with a reason, and made by nobody', async () => {
    const a = await open()
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

describe('payer rules', () => {
  const rule = async ({ put }: Agency, key: string, body: object) => put(`/admin/payer-rules/${key}`, body)

  it('say how a payer counts, the particular before the general', async () => {
    const a = await open()
    await rule(a, 'medicaid-ffs', { quarterHour: 'medicare8' })
    expect(shown(await a.lines(await a.sign({}, 53)))).toEqual([['T1017', 'ready', '4']])
    await rule(a, a.coverage, { quarterHour: 'full' })
    expect(shown(await a.lines(await a.sign({}, 53)))).toEqual([['T1017', 'ready', '3']])
    expect(await a.get('/admin/payer-rules')).toMatchObject({ items: [{ quarterHour: 'full' }, { key: 'medicaid-ffs' }] })
    expect((await a.gateway.request(`/admin/payer-rules/${a.coverage}`, { method: 'DELETE' })).status).toBe(204)
    expect(shown(await a.lines(await a.sign({}, 53)))).toEqual([['T1017', 'ready', '4']])
  })

  test.each([{ quarterHour: 'sometimes' }, { authorizationRequired: ['x'] }, { other: 1 }])(
    'are refused where they say %j',
    async (body) => {
      const a = await open()
      expect((await a.gateway.request('/admin/payer-rules/medicare', { method: 'PUT', json: body })).status).toBe(400)
    },
  )
})

describe('prior authorization', () => {
  const wanting = async (): Promise<Agency> => {
    const a = await open()
    await a.put('/admin/payer-rules/medicaid-ffs', { authorizationRequired: ['T1017'] })
    return a
  }
  const request = async (a: Agency, unitsRequested = '10'): Promise<string> => {
    const { id } = await a.post('/coordination/authorizations', {
      clientId: a.client,
      coverageId: a.coverage,
      provider: { id: 'org-x' },
      period: { start: '2026-01-01', end: '2026-06-30' },
      items: [{ sequence: 1, code: 'T1017', unitsRequested }],
    })
    await a.event(`authorizations/${id}`, { type: 'submit' })
    return id as string
  }
  const left = async (a: Agency, id: string): Promise<unknown> => {
    const { state, items } = (await a.get(`/coordination/authorizations/${id}`)) as { state: string; items: Body[] }
    return [state, items[0]!.unitsUsed ?? null]
  }

  it('is waited for: a line is held until the payer approves', async () => {
    const a = await wanting()
    const [line] = await a.lines(await a.sign())
    expect(line).toMatchObject({ state: 'held', holdReasons: ['no-authorization'] })
    const id = await request(a)
    expect(await a.get(`/coordination/service-lines/${line!.id}`)).toMatchObject({ state: 'held' })
    await a.event(`authorizations/${id}`, { type: 'approve', payerRef: 'PA-77', items: [{ sequence: 1, unitsApproved: '10' }] })
    expect(await a.get(`/coordination/service-lines/${line!.id}`)).toMatchObject({ state: 'ready', authorizationId: id })
    expect((await feed(a)).items[0]).toMatchObject({ authorization: { id, number: 'PA-77' } })
    expect(await left(a, id)).toEqual(['approved', '4'])
  })

  it('is spent line by line, and never below zero', async () => {
    const a = await wanting()
    const id = await request(a)
    await a.event(`authorizations/${id}`, { type: 'approve' })
    const sessions = [await a.sign(), await a.sign(), await a.sign()]
    const states = await Promise.all(sessions.map(async (session) => shown(await a.lines(session))))
    expect(states).toEqual([[['T1017', 'ready', '4']], [['T1017', 'ready', '4']], [['T1017', 'held', '4']]])
    const [third] = await a.lines(sessions[2]!)
    expect(third!.holdReasons).toEqual(['authorization-exhausted'])
    // a line that is void leaves its units to the one that waits
    const [first] = await a.lines(sessions[0]!)
    await a.event(`service-lines/${first!.id}`, { type: 'void', reason: 'Paid by a grant.' })
    expect(await a.lines(sessions[2]!)).toMatchObject([{ state: 'ready', authorizationId: id }])
    expect(await left(a, id)).toEqual(['approved', '8'])
    expect(shown(await a.lines(await a.sign({}, 30)))).toEqual([['T1017', 'ready', '2']])
    expect(await left(a, id)).toEqual(['exhausted', '10'])
  })

  it('counts as the payer answers it in FHIR, of whatever profile', async () => {
    const a = await wanting()
    const [line] = await a.lines(await a.sign())
    const id = await request(a)
    const pas = (name: string): string => `http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-${name}`
    const certified = { system: 'https://codesystem.x12.org/005010/306', code: 'A6' }
    await a.post('/fhir/ClaimResponse', {
      resourceType: 'ClaimResponse',
      status: 'active',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }] },
      use: 'preauthorization',
      patient: { reference: `Patient/${a.client}` },
      created: '2026-03-01',
      insurer: { display: 'State Medicaid' },
      request: { reference: `Claim/${id}` },
      outcome: 'complete',
      item: [
        {
          itemSequence: 1,
          extension: [{ url: pas('itemAuthorizedDetail'), extension: [{ url: 'quantity', valueQuantity: { value: 6 } }] }],
          adjudication: [
            {
              category: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/adjudication', code: 'submitted' }] },
              extension: [
                {
                  url: pas('reviewAction'),
                  extension: [
                    { url: 'number', valueString: 'AUTH-1' },
                    { url: pas('reviewActionCode'), valueCodeableConcept: { coding: [certified] } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    })
    expect(await left(a, id)).toEqual(['modified', '4'])
    expect(await a.get(`/coordination/service-lines/${line!.id}`)).toMatchObject({ state: 'ready' })
    expect((await feed(a)).items[0]).toMatchObject({ authorization: { number: 'AUTH-1' } })
  })

  it('that was denied, or is of another time, is none', async () => {
    const a = await wanting()
    const denied = await request(a)
    await a.event(`authorizations/${denied}`, { type: 'deny', reason: 'Not medically necessary.' })
    expect(await left(a, denied)).toEqual(['denied', null])
    const past = await request(a)
    await a.event(`authorizations/${past}`, { type: 'approve', period: { start: '2025-01-01', end: '2025-12-31' } })
    expect(await left(a, past)).toEqual(['expired', '0'])
    const [line] = await a.lines(await a.sign())
    expect(line).toMatchObject({ state: 'held', holdReasons: ['no-authorization'] })
  })

  it('keeps what was asked, and is not approved by whoever asks', async () => {
    const a = await wanting()
    const id = await request(a)
    const path = `/coordination/authorizations/${id}`
    const patch = async (body: object): Promise<number> => {
      const headers = { 'content-type': 'application/merge-patch+json', 'if-match': '*' }
      return (await a.gateway.request(path, { method: 'PATCH', headers, body: JSON.stringify(body) })).status
    }
    expect(await patch({ urgency: 'expedited' })).toBe(200)
    expect(await patch({ items: [{ sequence: 1, code: 'T1017', unitsRequested: '99' }] })).toBe(422)
    expect(await patch({ answer: { payerRef: 'PA-1' } })).toBe(422)
    expect(await a.get(path)).toMatchObject({ state: 'submitted', urgency: 'expedited' })
  })
})

const local = { kind: 'local', id: 'local', tenant: 'default', scopes: [], purpose: 'TREAT' } as const
