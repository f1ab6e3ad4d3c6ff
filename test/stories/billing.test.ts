/** From a session to a claim: what is billed, and what waits for what. */
import { describe, expect, it, test } from 'vitest'
import { type Agency, type Body, openAgency, type Page, shown, withMother } from '../support/billing.ts'
import { broughtWhole } from '../support/brought.ts'

const telehealth = { clientLocation: 'home' }

describe('a signed session', () => {
  it('is a ready line from the moment of its signature on, and none before', async () => {
    const { hold, event, lines, client, clinician, coverage } = await openAgency()
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
    const { hold, get, gateway, lines } = await openAgency()
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

  it('is one when an EHR brings it whole, with everybody whom it names', async () => {
    const { post, get } = await openAgency()
    await post('/fhir', broughtWhole())
    const { items } = (await get('/billing/service-lines')) as unknown as Page
    expect(items).toMatchObject([
      { code: '90834', units: '1', diagnoses: ['F41.1'], client: { family: 'Bell' }, coverage: { kind: 'commercial' } },
    ])
  })

  it('stays one line when the encounter is written again', async () => {
    const { sign, get, gateway, lines } = await openAgency()
    const session = await sign()
    const encounter = await get(`/fhir/Encounter/${session}`)
    await gateway.request(`/fhir/Encounter/${session}`, { method: 'PUT', json: { ...encounter, language: 'en' } })
    const [line, ...more] = await lines(session)
    expect(more).toEqual([])
    expect(line!.version).toBe(1)
  })

  it('cannot be signed with less than a minute', async () => {
    const { hold, gateway } = await openAgency()
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
    const { sign, lines } = await openAgency({ coverage: { kind }, rule: null })
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
      { ...withMother, participants: [...withMother.participants, { who: { id: 'x' }, role: 'client', present: false }] },
      50,
      [{ code: '90846', modifiers: [], units: '1' }],
    ],
    ['with nobody to bill', { kind: 'outreach' }, 60, []],
  ])('%s', async (_, changes, minutes, expected) => {
    const { sign, lines } = await openAgency()
    const made = await lines(await sign(changes, minutes))
    expect(made).toHaveLength(expected.length)
    for (const [i, one] of expected.entries()) expect(made[i]).toMatchObject({ ...one, state: 'ready' })
  })

  it('with an add-on is two lines, and the second waits as long as the first', async () => {
    const { sign, lines, event } = await openAgency({ coverage: { kind: 'commercial' } })
    const crisis = await sign({ procedureCode: '90839' }, 60)
    const session = await sign({ kind: 'individual-counselling', addOnCodes: ['90785'] }, 50)
    const standing = async () => (await lines(session)).map(({ code, holdReasons }) => [code, holdReasons]).toSorted()
    expect(await standing()).toEqual([
      ['90785', ['add-on-alone', 'code-conflict']],
      ['90834', ['code-conflict']],
    ])
    await event(`sessions/${crisis}`, { type: 'mark-error', reason: 'Another client' })
    expect(shown(await lines(session)).toSorted()).toEqual([
      ['90785', 'ready', '1'],
      ['90834', 'ready', '1'],
    ])
  })

  it('of a crisis is two lines', async () => {
    const { sign, lines } = await openAgency({ coverage: { kind: 'commercial' } })
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
    const a = await openAgency({ coverage: { period: { start: '2026-03-03' } } })
    const line = await held(a)
    expect(line.holdReasons).toEqual(['no-coverage'])
    expect(line.code).toBe('T1016')
    const covered = { kind: 'commercial', memberId: 'C-1', relationship: 'self', priority: 2, payerOrg: { id: 'org-x' } }
    await a.post('/coordination/coverages', { ...covered, clientId: a.client, period: { start: '2026-01-01' } })
    expect(await now(a, line)).toMatchObject({ state: 'ready', holdReasons: [], version: 2 })
  })

  it('of a code that the payer found later does not pay, which gives way to another line', async () => {
    const a = await openAgency({ coverage: null })
    const line = await held(a)
    const medicaid = { kind: 'medicaid-mco', memberId: 'M-1', relationship: 'self', priority: 1, payerOrg: { id: 'org-x' } }
    await a.post('/coordination/coverages', { ...medicaid, clientId: a.client, period: { start: '2026-01-01' } })
    expect(shown(await a.lines(line.sessionId as string)).toSorted()).toEqual([
      ['T1016', 'void', '4'],
      ['T1017', 'ready', '4'],
    ])
  })

  it('by an expired credential, until it is renewed', async () => {
    const a = await openAgency({ credential: null })
    const line = await held(a)
    expect(line.holdReasons).toEqual(['credential-invalid'])
    const person = await a.get(`/fhir/Practitioner/${a.clinician}`)
    const until = (end: string) => {
      const qualification = [{ code: { text: 'LCSW' }, period: { start: '2020-01-01', end } }]
      return a.gateway.request(`/fhir/Practitioner/${a.clinician}`, { method: 'PUT', json: { ...person, qualification } })
    }
    await until('2026-03-01')
    expect(await now(a, line)).toMatchObject({ state: 'held', holdReasons: ['credential-invalid'] })
    await until('2028-03-01')
    expect(await now(a, line)).toMatchObject({ state: 'ready', holdReasons: [] })
  })

  it('without a diagnosis, until the need is coded; and a social one alone is none', async () => {
    const a = await openAgency({ diagnosis: 'Z59.01' })
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
    const a = await openAgency()
    const line = await held(a, { renderer: { id: 'prc-unknown' } })
    expect(line.holdReasons).toEqual(['renderer-unknown'])
  })

  it('and can be checked again by hand, which says what it still lacks', async () => {
    const a = await openAgency({ diagnosis: null, coverage: null })
    const line = await held(a)
    expect(line.holdReasons).toEqual(['no-coverage', 'no-diagnosis'])
    const checked = await a.event(`service-lines/${line.id}`, { type: 'recheck' })
    expect(checked).toMatchObject({ state: 'held', holdReasons: ['no-coverage', 'no-diagnosis'] })
  })
})

describe('payer rules', () => {
  const rule = async ({ put }: Agency, key: string, body: object) => put(`/admin/payer-rules/${key}`, body)

  it('say how a payer counts, the particular before the general', async () => {
    const a = await openAgency()
    await rule(a, 'medicaid-ffs', { quarterHour: 'medicare8' })
    expect(shown(await a.lines(await a.sign({}, 53)))).toEqual([['T1017', 'ready', '4']])
    await rule(a, a.coverage, { quarterHour: 'full' })
    expect(shown(await a.lines(await a.sign({}, 53)))).toEqual([['T1017', 'ready', '3']])
    expect(await a.get('/admin/payer-rules')).toMatchObject({ items: [{ quarterHour: 'full' }, { key: 'medicaid-ffs' }] })
    expect((await a.gateway.request(`/admin/payer-rules/${a.coverage}`, { method: 'DELETE' })).status).toBe(204)
    expect(shown(await a.lines(await a.sign({}, 53)))).toEqual([['T1017', 'ready', '4']])
  })

  it('that nobody has told count full quarters, and the line says so', async () => {
    const a = await openAgency({ rule: null })
    const [line] = await a.lines(await a.sign({}, 53))
    expect(line).toMatchObject({ units: '3', state: 'ready', warnings: ['rule-unknown'] })
    const [once] = await a.lines(await a.sign({ procedureCode: 'H0031' }, 53))
    expect(once!.warnings).toEqual([])
  })

  it('may be of one code, from one day on, with modifiers of the state', async () => {
    const a = await openAgency()
    await rule(a, 'medicaid-ffs', {
      quarterHour: 'full',
      codes: { H2015: { quarterHour: 'medicare8', modifiers: ['HE', 'U1'] } },
      changes: [
        { from: '2026-03-02', codes: { T1017: { quarterHour: 'midpoint' } } },
        { from: '2026-03-03', codes: { H2015: { quarterHour: 'full' } } },
      ],
    })
    const line = async (procedureCode: string) => (await a.lines(await a.sign({ procedureCode }, 53)))[0]
    expect(await line('H2015')).toMatchObject({ units: '4', modifiers: ['HO', 'U1', 'HE'], unitBasis: { ruleId: 'medicare8' } })
    expect(await line('T1017')).toMatchObject({ units: '4', modifiers: ['HO'], unitBasis: { ruleId: 'midpoint' } })
    expect(await line('H2014')).toMatchObject({ units: '3', modifiers: ['HO'], unitBasis: { ruleId: 'full' } })
  })

  it('may add up the minutes of a day: what one session falls short of, two may reach', async () => {
    const a = await openAgency()
    await rule(a, 'medicaid-ffs', { quarterHour: 'full', sumOfDay: true })
    const first = await a.sign({}, 10)
    expect(await a.lines(first)).toMatchObject([{ state: 'held', holdReasons: ['minutes-short'] }])
    const [second] = await a.lines(await a.sign({}, 25))
    expect(second).toMatchObject({ state: 'ready', units: '2', unitBasis: { ruleId: 'full-of-day', minutes: 25 } })
    const [other] = await a.lines(await a.sign({ procedureCode: 'H2014' }, 10))
    expect(other).toMatchObject({ state: 'held' })
    const [third] = await a.lines(await a.sign({}, 10))
    expect(third).toMatchObject({ state: 'ready', units: '1' })
  })

  test.each([
    { quarterHour: 'sometimes' },
    { authorizationRequired: ['x'] },
    { other: 1 },
    { codes: { T1017: { quarterHour: 'often' } } },
    { codes: { T10: {} } },
    { changes: [{ quarterHour: 'full' }] },
    { codes: { T1017: { modifiers: ['HE', 'U1', 'U2', 'U3', 'U4'] } } },
  ])('are refused where they say %j', async (body) => {
    const a = await openAgency()
    expect((await a.gateway.request('/admin/payer-rules/medicare', { method: 'PUT', json: body })).status).toBe(400)
  })
})
