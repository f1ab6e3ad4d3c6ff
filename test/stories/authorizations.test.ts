/** A payer is asked beforehand; what it grants is spent line by line. */
import { describe, expect, it } from 'vitest'
import { type Agency, ack, type Body, feed, openAgency, shown, tell } from '../support/billing.ts'

describe('prior authorization', () => {
  const wanting = async (): Promise<Agency> => {
    const a = await openAgency()
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

  it('has the units of a claim that was denied again, for the line that waits', async () => {
    const a = await wanting()
    const id = await request(a, '4')
    await a.event(`authorizations/${id}`, { type: 'approve' })
    const [first] = await a.lines(await a.sign())
    const waiting = await a.sign()
    expect(await a.lines(waiting)).toMatchObject([{ state: 'held', holdReasons: ['authorization-exhausted'] }])
    const [item] = (await feed(a)).items
    await tell(a, ack(item!, 'billed', { claim: 'C-1' }))
    expect(await left(a, id)).toEqual(['exhausted', '4'])
    await tell(a, ack(item!, 'denied', { claim: 'C-1', reason: 'CO-197' }))
    expect(await a.get(`/coordination/service-lines/${first!.id}`)).toMatchObject({ state: 'denied' })
    expect(await a.lines(waiting)).toMatchObject([{ state: 'ready', authorizationId: id }])
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

  it('tells item by item what was granted and used, by when the payer decides, and may be sent back as it was read', async () => {
    const a = await wanting()
    const id = await request(a)
    const path = `/coordination/authorizations/${id}`
    const asked = await a.get(path)
    expect(Date.parse(asked.decideBy as string) - Date.parse(asked.submittedAt as string)).toBe(7 * 86_400_000)
    await a.event(`authorizations/${id}`, { type: 'approve', payerRef: 'PA-77', items: [{ sequence: 1, unitsApproved: '6' }] })
    await a.sign()
    const read = await a.get(path)
    const item = {
      sequence: 1,
      code: 'T1017',
      unitsRequested: '10',
      unitsApproved: '6',
      unitsUsed: '4',
      decision: { code: 'A2' },
    }
    expect(read).toMatchObject({ state: 'partially-approved', payerRef: 'PA-77', items: [item] })
    const put = async (body: object) => {
      const etag = (await a.gateway.request(path)).headers.get('etag')!
      return a.gateway.request(path, { method: 'PUT', headers: { 'if-match': etag }, json: body })
    }
    const where = { facility: { id: 'loc-1' }, renderer: { id: a.clinician }, documents: ['doc-1', 'doc-2'] }
    expect((await put({ ...read, ...where })).status).toBe(200)
    expect(await a.get(path)).toMatchObject(where)
    expect(await a.get(`/fhir/Claim/${id}`)).toMatchObject({
      facility: { reference: 'Location/loc-1' },
      careTeam: [{ provider: { reference: `Practitioner/${a.clinician}` } }],
      supportingInfo: [
        { valueReference: { reference: 'DocumentReference/doc-1' } },
        { valueReference: { reference: 'DocumentReference/doc-2' } },
      ],
    })
    const more = await put({ ...read, items: [{ ...item, unitsApproved: '60' }] })
    expect([more.status, await more.json()]).toMatchObject([422, { issues: [{ path: 'items.0.unitsApproved' }] }])
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
