/** An EHR vendor's day with `/fhir`: create, read, change, search, and whole transactions. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
})
afterEach(() => gateway.stop())

const json = (body: unknown, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/fhir+json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const patient = (family: string, mrn: string) => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:mrn', value: mrn }],
  name: [{ family }],
})

describe('one resource', () => {
  it('is created, read byte for byte, changed with If-Match, and deleted with its history kept', async () => {
    const text =
      '{ "resourceType":"Patient",  "active": true,\n "multipleBirthInteger": 2, "extension":[{"url":"urn:x","valueDecimal":1.10}] }'
    const made = await gateway.request('/fhir/Patient', json(text))
    expect(made.status).toBe(201)
    const location = made.headers.get('location')!
    const id = /Patient\/([^/]+)\/_history\/1$/.exec(location)![1]!
    expect(id).toMatch(/^cli-[0-9A-HJKMNP-TV-Z]{26}$/)

    const read = await gateway.request(`/fhir/Patient/${id}`)
    expect(read.headers.get('etag')).toBe('W/"1"')
    const stored = await read.text()
    expect(stored).toContain('"valueDecimal":1.10}')
    expect(stored).toContain('"active": true,\n "multipleBirthInteger": 2')
    expect((await gateway.request(`/fhir/Patient/${id}`, { headers: { 'if-none-match': 'W/"1"' } })).status).toBe(304)

    const changed = { resourceType: 'Patient', id, active: false }
    const put = (ifMatch: string) =>
      gateway.request(`/fhir/Patient/${id}`, { ...json(changed, { 'if-match': ifMatch }), method: 'PUT' })
    expect((await put('W/"7"')).status).toBe(412)
    expect((await put('W/"1"')).status).toBe(200)
    expect((await put('W/"2"')).headers.get('etag')).toBe('W/"2"') // nothing new: no version was made

    expect((await gateway.request(`/fhir/Patient/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await gateway.request(`/fhir/Patient/${id}`)).status).toBe(410)
    const history = async () => {
      const { entry } = (await (await gateway.request(`/fhir/Patient/${id}/_history`)).json()) as {
        entry: { request: { method: string }; response: { status: string } }[]
      }
      return entry.map(({ request, response }) => `${request.method} ${response.status}`)
    }
    const past = ['DELETE 204 No Content', 'PUT 200 OK', 'POST 201 Created']
    expect(await history()).toEqual(past)
    expect((await put('*')).status).toBe(412)
    // "201 Created if the resource was created (or brought back to life)"
    const back = await gateway.request(`/fhir/Patient/${id}`, { ...json(changed), method: 'PUT' })
    expect([back.status, await history()]).toEqual([201, ['PUT 201 Created', ...past]])
    const again = await gateway.request(`/fhir/Patient/${id}`, { ...json({ ...changed, active: true }), method: 'PUT' })
    expect([again.status, await history()]).toEqual([200, ['PUT 200 OK', 'PUT 201 Created', ...past]])
    expect((await gateway.request(`/fhir/Patient/${id}/_history/1`)).status).toBe(200)
  })

  it('is created once, however often a conditional create is sent at the same time', async () => {
    const sent = Array.from({ length: 16 }, () =>
      gateway.request('/fhir/Patient', json(patient('Rivera', '42'), { 'if-none-exist': 'identifier=urn:mrn|42' })),
    )
    const answers = await Promise.all(sent)
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(15).fill(200), 201])
    expect(new Set(answers.map((answer) => answer.headers.get('location'))).size).toBe(1)
  })

  it('is created under a condition however that is written, and under none of another type', async () => {
    const one = patient('Rivera', '43')
    const forms = [
      'identifier=urn:mrn|43',
      '?identifier=urn:mrn|43',
      'Patient?identifier=urn:mrn|43',
      'http://localhost/fhir/Patient?identifier=urn:mrn|43',
    ]
    const alone = async (condition: string) =>
      (await gateway.request('/fhir/Patient', json(one, { 'if-none-exist': condition }))).status
    const within = async (ifNoneExist: string) => {
      const entry = [{ resource: one, request: { method: 'POST', url: 'Patient', ifNoneExist } }]
      const answer = await gateway.request('/fhir', json({ resourceType: 'Bundle', type: 'transaction', entry }))
      const { entry: [{ response: { status } = { status: '' } } = {}] = [] } = (await answer.json()) as {
        entry?: { response?: { status: string } }[]
      }
      return [answer.status, status]
    }
    expect(await alone(forms[0]!)).toBe(201)
    for (const form of forms) expect([await alone(form), await within(form)]).toEqual([200, [200, '200 OK']])
    expect([await alone('Observation?identifier=urn:mrn|43'), await within('Observation?identifier=urn:mrn|43')]).toEqual([
      400,
      [400, ''],
    ])
  })

  it('is found by a condition that has a question mark in it', async () => {
    const set = (title: string) => ({ resourceType: 'ValueSet', status: 'active', url: 'urn:sets?title=b', title })
    const at = (url: string, method: string, body?: object) =>
      gateway.request(`/fhir/ValueSet?url=${url}`, { ...(body && json(body)), method })
    expect((await at('urn:sets?title=b', 'PUT', set('a'))).status).toBe(201)
    expect((await gateway.request('/fhir/ValueSet', json({ ...set('b'), url: 'urn:other' }))).status).toBe(201)
    expect((await at('urn:nothing?title=b', 'DELETE')).status).toBe(204)
    const found = (await (await gateway.request('/fhir/ValueSet?_total=accurate')).json()) as { total: number }
    expect(found.total).toBe(2)
    expect((await at('urn:sets?title=b', 'PUT', set('c'))).status).toBe(200)
  })

  it('keeps its effect once under one Idempotency-Key', async () => {
    const send = (mrn: string) => gateway.request('/fhir/Patient', json(patient('Rivera', mrn), { 'idempotency-key': 'abc' }))
    const [first, second] = [await send('1'), await send('1')]
    expect(second.status).toBe(201)
    expect(await second.text()).toBe(await first.text())
    expect((await send('2')).status).toBe(409)
  })

  it.each([
    ['what is no JSON', '{"resourceType":"Patient"', 400, 'structure'],
    ['another type', '{"resourceType":"Observation","status":"final","code":{"text":"x"}}', 400, 'invalid'],
    ['an unknown element', '{"resourceType":"Patient","nickname":"x"}', 400, 'invalid'],
    ['an unknown code', '{"resourceType":"Patient","gender":"f"}', 422, 'code-invalid'],
    ['a wrong type', '{"resourceType":"Patient","active":"yes"}', 400, 'invalid'],
    ['a duplicate key', '{"resourceType":"Patient","active":true,"active":false}', 400, 'structure'],
    ['__proto__', '{"resourceType":"Patient","__proto__":{"a":1}}', 400, 'structure'],
    ['depth', `{"resourceType":"Patient","extension":${'['.repeat(200)}${']'.repeat(200)}}`, 400, 'structure'],
  ])('refuses %s with an OperationOutcome', async (_, body, status, code) => {
    const answer = await gateway.request('/fhir/Patient', json(body))
    const outcome = (await answer.json()) as { resourceType: string; issue: { code: string }[] }
    expect([answer.status, outcome.resourceType, outcome.issue[0]?.code]).toEqual([status, 'OperationOutcome', code])
  })
})

describe('a transaction', () => {
  const transaction = (...entry: unknown[]) => json({ resourceType: 'Bundle', type: 'transaction', entry })
  const post = (fullUrl: string, resource: object, ifNoneExist?: string) => ({
    fullUrl,
    resource,
    request: { method: 'POST', url: (resource as { resourceType: string }).resourceType, ...(ifNoneExist && { ifNoneExist }) },
  })
  const encounter = (subject: string) => ({
    resourceType: 'Encounter',
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: subject },
  })

  it('resolves references between its entries, conditional ones, and to what a conditional create found', async () => {
    await gateway.request(
      '/fhir/Organization',
      json({ resourceType: 'Organization', identifier: [{ system: 'urn:org', value: 'a' }], name: 'Harbor' }),
    )
    const sent = await gateway.request(
      '/fhir',
      transaction(
        post('urn:uuid:1', patient('Okafor', '7'), 'identifier=urn:mrn|7'),
        post('urn:uuid:2', { ...encounter('urn:uuid:1'), serviceProvider: { reference: 'Organization?identifier=urn:org|a' } }),
      ),
    )
    expect(sent.status).toBe(200)
    const answer = (await sent.json()) as { entry: { response: { location: string; status: string } }[] }
    const [patientAt, encounterAt] = answer.entry.map((entry) => entry.response.location.replace(/\/_history.*/, ''))
    const stored = (await (await gateway.request(`/fhir/${encounterAt}`)).json()) as {
      subject: { reference: string }
      serviceProvider: { reference: string }
    }
    expect(stored.subject.reference).toBe(patientAt)
    expect(stored.serviceProvider.reference).toMatch(/^Organization\/org-/)

    const by = async (base: string) => {
      const serviceProvider = { reference: `${base}/Organization?identifier=urn:org|a` }
      const put = {
        resource: { ...encounter(patientAt!), id: 'whole', serviceProvider },
        request: { method: 'PUT', url: 'Encounter/whole' },
      }
      const sent = await gateway.request('/fhir', transaction(put))
      return [sent.status, await sent.text()]
    }
    expect(await by('https://other.example/fhir')).toEqual([422, expect.stringContaining('search of another server')])
    expect((await gateway.request('/fhir/Encounter/whole')).status).toBe(404)
    expect((await by('http://localhost/fhir'))[0]).toBe(200)
    const whole = await (await gateway.request('/fhir/Encounter/whole')).json()
    expect(whole).toMatchObject({ serviceProvider: stored.serviceProvider })
    await gateway.request('/fhir/Encounter/whole', { method: 'DELETE' })

    const again = (await (
      await gateway.request('/fhir', transaction(post('urn:uuid:1', patient('Okafor', '7'), 'identifier=urn:mrn|7')))
    ).json()) as typeof answer
    expect(again.entry[0]!.response).toMatchObject({ status: '200 OK', location: `${patientAt}/_history/1` })
    const found = (await (await gateway.request(`/fhir/Encounter?patient=${patientAt}&_include=Encounter:patient`)).json()) as {
      entry: { search: { mode: string } }[]
    }
    expect(found.entry.map((entry) => entry.search.mode)).toEqual(['match', 'include'])
  })

  it('is nothing at all if one entry fails', async () => {
    const sent = await gateway.request(
      '/fhir',
      transaction(post('urn:uuid:1', patient('Okafor', '8')), post('urn:uuid:2', encounter('Patient?identifier=urn:mrn|none'))),
    )
    expect(sent.status).toBe(412)
    const found = (await (await gateway.request('/fhir/Patient?identifier=urn:mrn|8&_total=accurate')).json()) as {
      total: number
    }
    expect(found.total).toBe(0)
  })

  it('answers each entry of a batch by itself', async () => {
    const sent = await gateway.request(
      '/fhir',
      json({
        resourceType: 'Bundle',
        type: 'batch',
        entry: [post('urn:uuid:1', patient('Okafor', '9')), { request: { method: 'GET', url: 'Patient/none' } }],
      }),
    )
    const answer = (await sent.json()) as { entry: { response: { status: string } }[] }
    expect(answer.entry.map((entry) => entry.response.status.slice(0, 3))).toEqual(['201', '404'])
  })
})

it('pages through a search without a gap or a double', async () => {
  for (let i = 0; i < 25; i++) await gateway.request('/fhir/Patient', json(patient(`Name${i}`, String(i))))
  const seen: string[] = []
  let next: string | undefined = '/fhir/Patient?_count=10&_sort=-_lastUpdated'
  while (next) {
    const page = (await (await gateway.request(next)).json()) as {
      entry: { resource: { id: string } }[]
      link: { relation: string; url: string }[]
    }
    seen.push(...page.entry.map((entry) => entry.resource.id))
    next = page.link.find((link) => link.relation === 'next')?.url.replace(gateway.gateway.settings.baseUrl, '')
  }
  expect(new Set(seen).size).toBe(25)
  expect(seen.length).toBe(25)
})

it('names an unknown search parameter', async () => {
  const answer = await gateway.request('/fhir/Patient?favourite-colour=blue')
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('favourite-colour')
})

describe('references in a transaction', () => {
  it('mean the server’s own resource where no entry has that name', async () => {
    await gateway.request('/fhir/Patient/1', { ...json({ resourceType: 'Patient', id: '1' }), method: 'PUT' })
    const sent = await gateway.request(
      '/fhir',
      json({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          {
            fullUrl: 'https://other.example/Patient/1',
            resource: { resourceType: 'Patient' },
            request: { method: 'POST', url: 'Patient' },
          },
          {
            fullUrl: 'urn:uuid:1',
            resource: { resourceType: 'Flag', status: 'active', code: { text: 'x' }, subject: { reference: 'Patient/1' } },
            request: { method: 'POST', url: 'Flag' },
          },
          {
            fullUrl: 'https://other.example/Flag/2',
            resource: { resourceType: 'Flag', status: 'active', code: { text: 'x' }, subject: { reference: 'Patient/1' } },
            request: { method: 'POST', url: 'Flag' },
          },
        ],
      }),
    )
    const answer = (await sent.json()) as { entry: { response: { location: string } }[] }
    const at = answer.entry.map((entry) => entry.response.location.replace(/\/_history.*/, ''))
    const subject = async (flag: string) =>
      ((await (await gateway.request(`/fhir/${flag}`)).json()) as { subject: { reference: string } }).subject.reference
    expect(await subject(at[1]!)).toBe('Patient/1')
    expect(await subject(at[2]!)).toBe(at[0])
  })
})
