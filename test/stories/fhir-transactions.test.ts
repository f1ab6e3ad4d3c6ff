/** A hospital sends whole sets of resources that name each other: all of it, or none, whatever the order. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeLimits } from '../../src/http/limits.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.stop())

interface Answer {
  readonly resourceType: string
  readonly issue?: readonly { readonly code: string; readonly diagnostics: string; readonly expression?: readonly string[] }[]
  readonly entry: readonly {
    readonly fullUrl?: string
    readonly resource?: Record<string, unknown> & { entry?: { resource: { resourceType: string } }[] }
    readonly response: {
      readonly status: string
      readonly location?: string
      readonly etag?: string
      readonly outcome?: { issue: { code: string }[] }
    }
  }[]
}

async function send(type: 'transaction' | 'batch', entry: readonly object[], headers: Record<string, string> = {}, to = gateway) {
  const answer = await to.request('/fhir', {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json', ...headers },
    body: JSON.stringify({ resourceType: 'Bundle', type, entry }),
  })
  return [answer.status, (await answer.json()) as Answer] as const
}
const transaction = (...entry: readonly object[]) => send('transaction', entry)
/** `201 Patient`, `204` … of each entry. */
const statuses = ({ entry }: Answer) => entry.map(({ response }) => response.status.slice(0, 3))
const idOf = (answer: Answer, place: number) => answer.entry[place]!.response.location!.split('/')[1]!
const read = async (path: string) => (await (await gateway.request(`/fhir/${path}`)).json()) as object
const refusal = ([status, { issue }]: readonly [number, Answer]) => [status, issue?.[0]?.code]

let numbers = 0
const patient = (more: object = {}) => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:mrn', value: `t${++numbers}` }],
  ...more,
})
const create = <R extends { readonly resourceType: string }>(fullUrl: string, resource: R, more: object = {}) => ({
  fullUrl,
  resource,
  request: { method: 'POST', url: resource.resourceType, ...more },
})
const request = (method: string, url: string, more: object = {}) => ({ request: { method, url, ...more } })
const put = async (path: string, resource: object) =>
  gateway.request(`/fhir/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  })
const flag = (subject: object, more: object = {}) => ({
  resourceType: 'Flag',
  status: 'active',
  code: { text: 'x' },
  subject,
  ...more,
})

describe('names of entries', () => {
  it('are resolved wherever a resource may name another', async () => {
    const div = '<div xmlns="http://www.w3.org/1999/xhtml"><a href="urn:uuid:p">her</a><img src="urn:uuid:b" alt="x"/></div>'
    const [status, answer] = await transaction(
      create('urn:uuid:p', patient()),
      create('urn:uuid:b', { resourceType: 'Binary', contentType: 'text/plain', data: 'eA==' }),
      create('urn:uuid:d', {
        resourceType: 'DocumentReference',
        text: { status: 'generated', div },
        status: 'current',
        subject: { reference: 'urn:uuid:p' },
        contained: [{ resourceType: 'List', id: 'l', status: 'current', mode: 'working', subject: { reference: 'urn:uuid:p' } }],
        extension: [
          { url: 'urn:x', valueReference: { reference: 'urn:uuid:p' } },
          { url: 'urn:uuid:p', valueUri: 'urn:uuid:p' },
        ],
        content: [{ attachment: { url: 'urn:uuid:b' } }],
        context: { related: [{ reference: '#l' }] },
      }),
      create('urn:uuid:c', {
        resourceType: 'NutritionOrder',
        status: 'active',
        intent: 'plan',
        dateTime: '2026-03-01',
        patient: { reference: 'urn:uuid:p' },
        instantiatesCanonical: ['urn:uuid:d'],
        instantiatesUri: ['urn:uuid:d'],
      }),
    )
    expect([status, answer.issue]).toEqual([200, undefined])
    const [p, b, d, c] = ['Patient', 'Binary', 'DocumentReference', 'NutritionOrder'].map(
      (type, i) => `${type}/${idOf(answer, i)}`,
    )
    expect(await read(d!)).toMatchObject({
      subject: { reference: p },
      contained: [{ subject: { reference: p } }],
      extension: [
        { url: 'urn:x', valueReference: { reference: p } },
        { url: 'urn:uuid:p', valueUri: p },
      ],
      content: [{ attachment: { url: b } }],
      text: { div: div.replace('urn:uuid:p', p!).replace('urn:uuid:b', b!) },
    })
    expect(await read(c!)).toMatchObject({ instantiatesCanonical: ['urn:uuid:d'], instantiatesUri: [d] })
  })

  it('may name a version of another entry: it goes on naming one', async () => {
    const there = 'https://there.example/fhir'
    const person = create(`${there}/Patient/1`, patient())
    const note = create(
      `${there}/Flag/1`,
      flag({ reference: 'Patient/1/_history/7' }, { author: { reference: `${there}/Patient/1` } }),
    )
    const report = create('urn:uuid:7d1b8b1e-58a3-4c2b-9a54-3f3f2b7f0c01', {
      ...{ resourceType: 'Provenance', recorded: '2026-03-02T10:00:00Z', agent: [{ who: { display: 'x' } }] },
      target: [{ reference: `${there}/Patient/1/_history/7` }, { reference: `${there}/Flag/1/_history/2` }],
    })
    const [, made] = await transaction(report, note, person)
    const [who, what] = [idOf(made, 2), idOf(made, 1)]
    expect(await read(`Flag/${what}`)).toMatchObject({
      subject: { reference: `Patient/${who}/_history/1` },
      author: { reference: `Patient/${who}` },
    })
    expect(await read(`Provenance/${idOf(made, 0)}`)).toMatchObject({
      target: [{ reference: `Patient/${who}/_history/1` }, { reference: `Flag/${what}/_history/1` }],
    })
  })

  it('and a version that stood before is meant as it was, whatever the transaction makes of it', async () => {
    const here = 'http://localhost/fhir'
    await put('Patient/versions', { resourceType: 'Patient', id: 'versions' })
    const send = (versionId: string, active: boolean) =>
      transaction(
        {
          fullUrl: `${here}/Patient/versions`,
          resource: { resourceType: 'Patient', id: 'versions', meta: { versionId }, active },
          request: { method: 'PUT', url: 'Patient/versions' },
        },
        create(`${here}/Flag/new`, flag({ reference: 'Patient/versions/_history/1' })),
      )
    const subjectOf = async ([, made]: Awaited<ReturnType<typeof send>>) =>
      ((await read(`Flag/${idOf(made, 1)}`)) as { subject: { reference: string } }).subject.reference
    expect(await subjectOf(await send('2', true))).toBe('Patient/versions/_history/1')
    expect(await subjectOf(await send('1', false))).toBe('Patient/versions/_history/3')
    // It brought nothing: no version was made.
    expect(await subjectOf(await send('1', false))).toBe('Patient/versions/_history/3')
  })

  it('may name a place in another entry', async () => {
    const link = 'urn:uuid:7d1b8b1e-58a3-4c2b-9a54-3f3f2b7f0c02'
    const div = (to: string) =>
      `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${to}#part">a</a><a href = "${to}">b</a></div>`
    const text = { status: 'generated', div: div(link) }
    const [, made] = await transaction(create(link, patient()), create('urn:uuid:f', flag({ reference: link }, { text })))
    const kept = (await read(`Flag/${idOf(made, 1)}`)) as { text: { div: string } }
    expect(kept.text.div).toBe(div(`Patient/${idOf(made, 0)}`))
  })

  it('are those of documents, too, below the address of the entry itself', async () => {
    const there = 'https://there.example/fhir'
    const [, made] = await transaction(
      create(`${there}/Binary/7`, { resourceType: 'Binary', contentType: 'text/plain', data: 'eA==' }),
      create(`${there}/DocumentReference/8`, {
        ...{ resourceType: 'DocumentReference', status: 'current' },
        content: [{ attachment: { url: 'Binary/7' } }, { attachment: { url: 'Binary/9' } }],
      }),
    )
    expect(await read(`DocumentReference/${idOf(made, 1)}`)).toMatchObject({
      content: [`Binary/${idOf(made, 0)}`, 'Binary/9'].map((url) => ({ attachment: { url } })),
    })
  })

  it('may lead in a circle', async () => {
    const [, answer] = await transaction(
      create('urn:uuid:a', patient({ link: [{ other: { reference: 'urn:uuid:b' }, type: 'seealso' }] })),
      create('urn:uuid:b', patient({ link: [{ other: { reference: 'urn:uuid:a' }, type: 'seealso' }] })),
    )
    const [a, b] = [idOf(answer, 0), idOf(answer, 1)]
    expect(await read(`Patient/${a}`)).toMatchObject({ link: [{ other: { reference: `Patient/${b}` } }] })
    expect(await read(`Patient/${b}`)).toMatchObject({ link: [{ other: { reference: `Patient/${a}` } }] })
  })

  it('that no entry has are refused, and nothing is kept', async () => {
    const own = patient()
    expect(
      refusal(await transaction(create('urn:uuid:p', own), create('urn:uuid:f', flag({ reference: 'urn:uuid:q' })))),
    ).toEqual([422, 'not-found'])
    expect(await read(`Patient?identifier=urn:mrn|${own.identifier[0]!.value}&_summary=count`)).toMatchObject({ total: 0 })
  })

  it('of a Bundle inside are that Bundle’s own affair', async () => {
    const inside = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ fullUrl: 'urn:uuid:i', resource: flag({ reference: 'urn:uuid:j' }) }],
    }
    expect((await transaction(create('urn:uuid:o', inside)))[0]).toBe(200)
  })
})

describe('a conditional reference', () => {
  it('leads to the one that matches; to none or several the transaction fails', async () => {
    const twice = patient()
    await transaction(create('urn:uuid:a', twice), create('urn:uuid:b', { ...twice }))
    const value = twice.identifier[0]!.value
    expect(refusal(await transaction(create('urn:uuid:f', flag({ reference: `Patient?identifier=urn:mrn|${value}` }))))).toEqual([
      412,
      'multiple-matches',
    ])
    expect(refusal(await transaction(create('urn:uuid:f', flag({ reference: 'Patient?identifier=urn:mrn|nobody' }))))).toEqual([
      412,
      'conflict',
    ])
    const fresh = patient()
    const [status] = await transaction(
      create('urn:uuid:f', flag({ reference: `Patient?identifier=urn:mrn|${fresh.identifier[0]!.value}` })),
      create('urn:uuid:p', fresh),
    )
    expect(status).toBe(200)
  })

  it('names what will stand, not what stood before', async () => {
    const named = (id: string) => ({ ...patient(), id })
    const [one, other] = [named('now-one'), named('now-other')]
    const written = (resource: typeof one) => ({ resource, request: { method: 'PUT', url: `Patient/${resource.id}` } })
    await transaction(written(one), written(other))
    const to = ({ identifier }: typeof one) => flag({ reference: `Patient?identifier=urn:mrn|${identifier[0]!.value}` })
    const [, swapped] = await transaction(
      create('urn:uuid:f', to(one)),
      written({ ...one, identifier: other.identifier }),
      written({ ...other, identifier: one.identifier }),
    )
    expect(await read(`Flag/${idOf(swapped, 0)}`)).toMatchObject({ subject: { reference: 'Patient/now-other' } })
    // From here on the other is the one that has it.
    const gone = written({ ...other, identifier: patient().identifier })
    expect(refusal(await transaction(create('urn:uuid:f', to(one)), gone))).toEqual([412, 'conflict'])
    const again = create('urn:uuid:p', { resourceType: 'Patient', identifier: one.identifier })
    expect(refusal(await transaction(create('urn:uuid:f', to(one)), again))).toEqual([412, 'multiple-matches'])
    const [, same] = await transaction(create('urn:uuid:f', to(one)), written({ ...other, identifier: one.identifier }))
    expect(await read(`Flag/${idOf(same, 0)}`)).toMatchObject({ subject: { reference: 'Patient/now-other' } })
  })
})

it('a transaction names the entry for which it failed', async () => {
  const { resource, request: asked } = create('urn:uuid:x', { resourceType: 'Patient', id: 'named' })
  const there = { resource, request: { ...asked, method: 'PUT', url: 'Patient/named' } }
  await transaction(there)
  const patch = { resourceType: 'Parameters', parameter: [] }
  for (const wrong of [
    { ...there, request: { ...there.request, ifMatch: 'W/"9"' } },
    { ...there, request: { ...there.request, ifNoneMatch: '*' } },
    { resource: { resourceType: 'Patient' }, request: { method: 'PUT', url: 'Patient?_id=named,named2', ifMatch: 'W/"9"' } },
    { resource: { ...resource, id: 'other' }, request: { method: 'PUT', url: 'Patient?_id=named' } },
    { resource: patch, request: { method: 'PATCH', url: 'Patient/nobody' } },
    create('urn:uuid:f', flag({ reference: 'urn:uuid:nobody-000' })),
    create('urn:uuid:f', flag({ reference: 'Patient?identifier=urn:mrn|nobody' })),
  ]) {
    const [status, { issue }] = await transaction(create('urn:uuid:p', patient()), create('urn:uuid:q', patient()), wrong)
    expect([status >= 400 && status < 500, issue?.[0]?.expression?.[0]]).toEqual([
      true,
      expect.stringMatching(/^Bundle\.entry\[2\]/),
    ])
  }
})

describe('the order of entries', () => {
  it('does not matter: deletions, creations, changes, then reads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), async (order) => {
        const key = `o${++numbers}`
        await put(`Patient/${key}`, { ...patient(), id: key, identifier: [{ system: 'urn:key', value: key }] })
        const entries = [
          request('DELETE', `Patient/${key}`),
          create('urn:uuid:n', { ...patient(), identifier: [{ system: 'urn:key', value: key }] }),
          {
            resource: { resourceType: 'Basic', id: key, code: { text: 'x' }, subject: { reference: 'urn:uuid:n' } },
            request: { method: 'PUT', url: `Basic/${key}` },
          },
          request('GET', `Basic?_id=${key}&_include=Basic:subject`),
        ]
        const [status, answer] = await transaction(...order.map((i) => entries[i]!))
        expect(status).toBe(200)
        expect(statuses(answer)).toEqual(order.map((i) => ['204', '201', '201', '200'][i]))
        const found = answer.entry[order.indexOf(3)]!.resource!
        expect(found.entry!.map(({ resource }) => resource.resourceType)).toEqual(['Basic', 'Patient'])
      }),
      { numRuns: 12 },
    )
  })

  it.each([
    [
      'PUT and PUT',
      (id: string) => [
        { resource: { resourceType: 'Patient', id }, request: { method: 'PUT', url: `Patient/${id}` } },
        { resource: { resourceType: 'Patient', id }, request: { method: 'PUT', url: `Patient/${id}` } },
      ],
    ],
    [
      'PUT and DELETE',
      (id: string) => [
        { resource: { resourceType: 'Patient', id }, request: { method: 'PUT', url: `Patient/${id}` } },
        request('DELETE', `Patient/${id}`),
      ],
    ],
    [
      'PUT and a conditional one',
      (id: string) => [
        {
          resource: { resourceType: 'Patient', id, identifier: [{ value: id }] },
          request: { method: 'PUT', url: `Patient/${id}` },
        },
        { resource: { resourceType: 'Patient' }, request: { method: 'PUT', url: `Patient?identifier=${id}` } },
      ],
    ],
  ])('has no place for two that are about one: %s', async (_, entries) => {
    const id = `same${++numbers}`
    await put(`Patient/${id}`, { resourceType: 'Patient', id, identifier: [{ value: id }] })
    expect(refusal(await transaction(...entries(id)))).toEqual([400, 'invalid'])
  })
})

describe('conditions of entries', () => {
  it('hold, or nothing is done', async () => {
    const id = `c${++numbers}`
    await put(`Patient/${id}`, { resourceType: 'Patient', id })
    const change = (more: object) => ({
      resource: { resourceType: 'Patient', id, active: true },
      request: { method: 'PUT', url: `Patient/${id}`, ...more },
    })
    const other = create('urn:uuid:o', patient())
    expect(refusal(await transaction(change({ ifMatch: 'W/"7"' }), other))).toEqual([412, 'conflict'])
    expect(refusal(await transaction(change({ ifNoneMatch: '*' }), other))).toEqual([412, 'conflict'])
    expect(refusal(await transaction(request('DELETE', `Patient/${id}`, { ifMatch: 'W/"7"' }), other))).toEqual([412, 'conflict'])
    expect(await read(`Patient?identifier=urn:mrn|${other.resource.identifier[0]!.value}&_summary=count`)).toMatchObject({
      total: 0,
    })
    const [, done] = await transaction(change({ ifMatch: 'W/"1"' }), other)
    expect(statuses(done)).toEqual(['200', '201'])
    const [, again] = await transaction(
      create('urn:uuid:o', other.resource, { ifNoneExist: `identifier=urn:mrn|${other.resource.identifier[0]!.value}` }),
      create('urn:uuid:f', flag({ reference: 'urn:uuid:o' })),
    )
    expect(statuses(again)).toEqual(['200', '201'])
    expect(await read(`Flag/${idOf(again, 1)}`)).toMatchObject({ subject: { reference: `Patient/${idOf(again, 0)}` } })
  })
})

describe('one condition in several entries', () => {
  const numbered = () => {
    const one = patient()
    return { one, sought: `identifier=urn:mrn|${one.identifier[0]!.value}` }
  }
  const found = async (sought: string) => ((await read(`Patient?${sought}&_total=accurate`)) as { total: number }).total

  it('is met by one resource: two updates of what is not there yet are refused', async () => {
    const { one, sought } = numbered()
    const update = { resource: one, request: { method: 'PUT', url: `Patient?${sought}` } }
    expect(refusal(await transaction(update, { ...update, resource: { ...one, active: true } }))).toEqual([400, 'invalid'])
    expect(await found(sought)).toBe(0)
  })

  it('nor is it made by a create and an update, however the two are ordered and written', async () => {
    for (const reversed of [false, true]) {
      const { one, sought } = numbered()
      const [name, value] = sought.split('=') as [string, string]
      const update = { resource: one, request: { method: 'PUT', url: `Patient?${name}=${encodeURIComponent(value)}` } }
      const entries = [create('urn:uuid:6a1b0c4e-8f0d-4a55-9d5f-2f8f1f6a0001', one, { ifNoneExist: sought }), update]
      expect(refusal(await transaction(...(reversed ? entries.toReversed() : entries)))).toEqual([400, 'invalid'])
      expect(await found(sought)).toBe(0)
    }
  })

  it('may be that of each of many entries, by whatever is looked up', async () => {
    const family = (i: number) => `Conditioned-${i}`
    const people = Array.from({ length: 1100 }, (_, i) => ({
      resource: { resourceType: 'Patient', name: [{ family: family(i) }] },
      request: { method: 'PUT', url: `Patient?family:exact=${family(i)}` },
    }))
    const [status, answer] = await transaction(...people)
    expect([status, answer.entry?.length]).toEqual([200, 1100])
  })

  it('is asked without what the transaction deletes: a new one is made in its place', async () => {
    const { one, sought } = numbered()
    const [, first] = await transaction(create('urn:uuid:6a1b0c4e-8f0d-4a55-9d5f-2f8f1f6a0002', one))
    const [status, answer] = await transaction(
      request('DELETE', `Patient?${sought}`),
      create('urn:uuid:6a1b0c4e-8f0d-4a55-9d5f-2f8f1f6a0003', one, { ifNoneExist: sought }),
    )
    expect([status, statuses(answer)]).toEqual([200, ['204', '201']])
    expect(idOf(answer, 1)).not.toBe(idOf(first, 0))
    expect(await found(sought)).toBe(1)
  })

  it('is met by the one that is left of many', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `left-${i}`)
    for (const id of ids) await put(`Patient/${id}`, { resourceType: 'Patient', id, name: [{ family: 'Leftover' }] })
    const [status, made] = await transaction(
      ...ids.slice(0, -1).map((id) => request('DELETE', `Patient/${id}`)),
      create('urn:uuid:left', flag({ reference: 'Patient?family=Leftover' })),
    )
    expect(status).toBe(200)
    expect(await read(`Flag/${idOf(made, 11)}`)).toMatchObject({ subject: { reference: 'Patient/left-11' } })
  })

  it('is met by several, though one of three is deleted', async () => {
    const { one, sought } = numbered()
    const [, made] = await transaction(...[4, 5, 6].map((n) => create(`urn:uuid:6a1b0c4e-8f0d-4a55-9d5f-2f8f1f6a000${n}`, one)))
    const refused = await transaction(request('DELETE', `Patient/${idOf(made, 0)}`), {
      resource: one,
      request: { method: 'PUT', url: `Patient?${sought}` },
    })
    expect(refused[0]).toBe(412)
    expect(await found(sought)).toBe(3)
  })
})

describe('reads', () => {
  it('see what the transaction has written, in every form', async () => {
    const id = `r${++numbers}`
    const [, answer] = await transaction(
      request('GET', `Patient/${id}`),
      request('HEAD', `Patient/${id}`),
      request('GET', `Patient/${id}/_history`),
      request('GET', `Patient/${id}/_history/1`),
      request('GET', `Patient/${id}`, { ifNoneMatch: 'W/"1"' }),
      request('GET', `Patient/${id}?_elements=active`),
      request('GET', `Patient?_id=${id}&_summary=count`),
      {
        resource: { resourceType: 'Patient', id, active: true, gender: 'female' },
        request: { method: 'PUT', url: `Patient/${id}` },
      },
    )
    expect(statuses(answer)).toEqual(['200', '200', '200', '200', '304', '200', '200', '201'])
    const [whole, head, history, version, known, part, count] = answer.entry.map(({ resource }) => resource)
    expect(whole).toMatchObject({ id, gender: 'female' })
    expect([head, known]).toEqual([undefined, undefined])
    expect(history).toMatchObject({ type: 'history', entry: [{ response: { etag: 'W/"1"' } }] })
    expect(version).toEqual(whole)
    expect([part!.active, part!.gender]).toEqual([true, undefined])
    expect(count).toMatchObject({ total: 1 })
  })

  it('of what is not there undo the writes', async () => {
    const own = patient()
    expect(refusal(await transaction(create('urn:uuid:p', own), request('GET', 'Patient/nobody')))).toEqual([404, 'not-found'])
    expect(await read(`Patient?identifier=urn:mrn|${own.identifier[0]!.value}&_summary=count`)).toMatchObject({ total: 0 })
  })
})

describe('what is returned', () => {
  it('is what Prefer asks for', async () => {
    const entries = [create('urn:uuid:p', patient())]
    expect((await send('transaction', entries, { prefer: 'return=minimal' }))[1].entry[0]!.resource).toBeUndefined()
    const [, whole] = await send('transaction', entries, { prefer: 'return=representation' })
    expect(whole.entry[0]!.resource).toMatchObject({ resourceType: 'Patient', meta: { versionId: '1' } })
    expect(whole.entry[0]!.fullUrl).toBe(`http://localhost/fhir/Patient/${whole.entry[0]!.resource!.id}`)
    const [, told] = await send('batch', entries, { prefer: 'return=OperationOutcome' })
    expect(told.entry[0]!.response.outcome!.issue[0]!.code).toBe('informational')
    const [, gone] = await send('batch', [request('DELETE', 'Patient/nobody')], { prefer: 'return=OperationOutcome' })
    expect([statuses(gone), gone.entry[0]!.response.outcome!.issue.length]).toEqual([['200'], 1])
    const claiming = [create('urn:uuid:p', patient({ meta: { profile: ['https://guide.example/p'] } }))]
    for (const type of ['transaction', 'batch'] as const) {
      const [, found] = await send(type, claiming, { prefer: 'return=OperationOutcome' })
      expect(found.entry[0]!.response.outcome!.issue).toMatchObject([{ severity: 'warning' }])
    }
  })
})

it('tells by a FHIRPath where something is wrong, and by its name what has none', async () => {
  const wrong = { name: [{ given: ['x', 7] }], contained: [{ resourceType: 'Basic', id: 'b', code: 7 }] }
  const [, structure] = await transaction(create('urn:uuid:p', patient(wrong)))
  expect(structure.issue?.map(({ expression }) => expression?.[0])).toEqual([
    'Bundle.entry[0].resource.name[0].given[1]',
    'Bundle.entry[0].resource.contained[0].code',
  ])
  const [, condition] = await transaction(create('urn:uuid:p', patient(), { ifNoneExist: 'colour=blue' }))
  expect(condition.issue).toMatchObject([{ expression: ['Bundle.entry[0]'], diagnostics: expect.stringMatching(/^colour: /) }])
  const [, empty] = await transaction(create('urn:uuid:p', patient()), create('urn:uuid:f', flag({ reference: 'Patient?' })))
  expect(empty.issue).toMatchObject([{ expression: ['Bundle.entry[1]'] }])
})

it('answers each entry of a batch by itself', async () => {
  const id = `b${++numbers}`
  const [status, answer] = await send('batch', [
    request('GET', 'Patient/nobody'),
    create('urn:uuid:p', patient()),
    { resource: { resourceType: 'Patient', id, gender: 'f' }, request: { method: 'PUT', url: `Patient/${id}` } },
    create('urn:uuid:f', flag({ reference: 'Patient?identifier=urn:mrn|nobody' })),
    request('DELETE', 'Patient?_count=1'),
    request('GET', 'Patient?colour=blue'),
    request('GET', '_history?_count=1'),
    request('POST', 'Patient/$everything'),
    { resource: patient(), request: { method: 'PATCH', url: `Patient/${id}` } },
  ])
  expect([status, ...statuses(answer)]).toEqual([200, '404', '201', '422', '412', '400', '400', '200', '404', '400'])
})

describe('a bundle', () => {
  it('of nothing is answered with nothing', async () => {
    expect(await transaction()).toEqual([200, { resourceType: 'Bundle', type: 'transaction-response' }])
  })

  it('has as many entries as are announced, and not one more', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => create(`urn:uuid:${i}`, { resourceType: 'Basic', code: { text: 'x' } }))
    const [status, answer] = await send('transaction', many(nodeLimits.entries))
    expect([status, answer.entry.length]).toEqual([200, 10_000])
    const [refused, outcome] = await send('transaction', many(nodeLimits.entries + 1))
    expect([refused, outcome.issue![0]!.code]).toEqual([413, 'too-long'])
    expect(outcome.issue![0]!.diagnostics).toContain('10000')
  })
})
