/** A care team looks for what it needs, from every end: searches of `/fhir` beyond one resource's own values. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerClient } from '../support/client.ts'
import { gatewayWith, part2 } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway

const loinc = (code: string, display: string) => ({ coding: [{ system: 'http://loinc.org', code, display }] })
const pressure = (id: string, patient: string, systolic: number, diastolic: number) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: loinc('85354-9', 'Blood pressure panel'),
  subject: { reference: `Patient/${patient}` },
  encounter: { reference: 'Encounter/visit' },
  component: [
    { code: loinc('8480-6', 'Systolic blood pressure'), valueQuantity: { value: systolic, unit: 'mmHg' } },
    { code: loinc('8462-4', 'Diastolic blood pressure'), valueQuantity: { value: diastolic, unit: 'mmHg' } },
  ],
})
const stayed = {
  resourceType: 'Encounter',
  id: 'visit',
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  subject: { reference: 'Patient/ann' },
  serviceProvider: { reference: 'Organization/harbor' },
}
const resources = [
  // Before what they refer to: the references are known by name alone until it comes.
  pressure('late', 'ann', 150, 95),
  stayed,
  {
    resourceType: 'Patient',
    id: 'ann',
    name: [{ family: 'Lund' }],
    generalPractitioner: [{ reference: 'Practitioner/okafor' }],
    identifier: [{ type: { coding: [{ system: 'urn:types', code: 'MR' }] }, system: 'urn:mrn', value: '7' }],
    telecom: [{ system: 'email', value: 'Ann@harbor.example' }],
  },
  { resourceType: 'Patient', id: 'bea', name: [{ family: 'Marsh', given: ['Straßer'] }], identifier: [{ value: '7' }] },
  { resourceType: 'Practitioner', id: 'okafor', name: [{ family: 'Okafor' }] },
  { resourceType: 'Organization', id: 'harbor', name: 'Harbor', partOf: { reference: 'Organization/county' } },
  { resourceType: 'Organization', id: 'county', name: 'County' },
  pressure('high', 'ann', 150, 80),
  pressure('low', 'bea', 80, 150),
  {
    resourceType: 'List',
    id: 'watched',
    status: 'current',
    mode: 'working',
    entry: [{ item: { reference: 'Observation/low' } }],
  },
]

const terminology = [
  {
    resourceType: 'CodeSystem',
    id: 'diagnoses',
    url: 'urn:diagnoses',
    status: 'active',
    content: 'complete',
    concept: [{ code: 'F3', concept: [{ code: 'F32', concept: [{ code: 'F32.1' }] }] }, { code: 'F4' }],
  },
  {
    resourceType: 'ValueSet',
    id: 'moods',
    url: 'urn:vs:moods',
    status: 'active',
    compose: { include: [{ system: 'urn:diagnoses', filter: [{ property: 'concept', op: 'is-a', value: 'F32' }] }] },
  },
  ...['F3', 'F32', 'F32.1', 'F4'].map((code) => ({
    resourceType: 'Condition',
    id: `c-${code}`,
    subject: { reference: 'Patient/ann' },
    code: { coding: [{ system: 'urn:diagnoses', code }] },
  })),
]

async function found(path: string): Promise<string[]> {
  const answer = await gateway.request(`/fhir/${path}`)
  const bundle = (await answer.json()) as { entry?: { resource: { id: string } }[]; issue?: unknown }
  if (answer.status !== 200) throw new Error(`${answer.status}: ${JSON.stringify(bundle.issue)}`)
  return (bundle.entry ?? []).map(({ resource }) => resource.id)
}

beforeAll(async () => {
  gateway = await gatewayWith(...resources, ...terminology)
})
afterAll(() => gateway.stop())

describe('from the other end of a reference', () => {
  it.each([
    ['Observation?subject:Patient.name=lund', ['late', 'high']],
    ['Observation?subject.name=lund', ['late', 'high']],
    ['Observation?patient.general-practitioner.name=okafor', ['late', 'high']],
    ['Observation?encounter.service-provider:Organization.partof.name=county', ['late', 'high', 'low']],
    ['Observation?encounter.patient._id=ann', ['late', 'high', 'low']],
    ['Observation?subject:Patient.name=nobody', []],
    ['Patient?_has:Observation:patient:code=85354-9', ['ann', 'bea']],
    ['Patient?_has:Observation:patient:component-code-value-quantity=8480-6$gt120', ['ann']],
    ['Patient?_has:Observation:patient:_id=late', ['ann']],
    ['Practitioner?_has:Patient:general-practitioner:_has:Observation:patient:status=final', ['okafor']],
    ['Organization?_has:Encounter:service-provider:patient.name=lund', ['harbor']],
    ['Observation?_list=watched', ['low']],
    ['Observation?_list=other', []],
  ])('%s', async (path, ids) => {
    expect(await found(path)).toEqual(ids)
  })
})

describe('by an id without its type', () => {
  beforeAll(async () => {
    // Of the same id as a patient, whom nobody could tell from it.
    const json = { resourceType: 'Group', id: 'bea', type: 'person', actual: true }
    expect((await gateway.request('/fhir/Group/bea', { method: 'PUT', json })).status).toBe(201)
  })
  afterAll(() => gateway.request('/fhir/Group/bea', { method: 'DELETE' }))

  it.each([
    ['Observation?subject=ann', ['late', 'high']],
    ['Observation?subject=Patient/bea', ['low']],
    ['Observation?subject:Patient=bea', ['low']],
    ['Observation?patient=bea', ['low']],
    ['Observation?subject=Patient/bea,Group/bea', ['low']],
  ])('%s', async (path, ids) => expect(await found(path)).toEqual(ids))

  it.each(['Observation?subject=bea', 'Observation?subject=ann,bea', 'Encounter?_has:Observation:encounter:subject=bea'])(
    '%s is refused: it is one of two',
    async (path) => {
      const answer = await gateway.request(`/fhir/${path}`)
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringMatching(/Patient\/\[id\]|Group\/\[id\]/)])
    },
  )

  it('once one of them is gone it is the other', async () => {
    await gateway.request('/fhir/Group/bea', { method: 'DELETE' })
    expect(await found('Observation?subject=bea')).toEqual(['low'])
  })
})

describe('beside the matches', () => {
  const beside = async (path: string) => {
    const { entry = [] } = (await (await gateway.request(`/fhir/${path}`)).json()) as {
      entry?: { search: { mode: string }; resource: { id: string } }[]
    }
    return entry.flatMap(({ search, resource }) => (search.mode === 'include' ? [resource.id] : []))
  }

  it.each([
    ['all that a type refers to them by', 'Patient?_id=bea&_revinclude=Observation:*', ['low']],
    ['all that refers to them, of whatever type', 'Patient?_id=bea&_revinclude=*', ['low']],
    ['and to that', 'Patient?_id=bea&_revinclude:iterate=*', ['low', 'watched']],
    ['of a type that cannot refer to them, nothing', 'Observation?_id=low&_revinclude=Patient:*', []],
    ['what they refer to', 'Observation?_id=high&_include=*', ['ann', 'visit']],
    [
      'and from there on, whatever it is',
      'Observation?_id=high&_include:iterate=*',
      ['ann', 'visit', 'okafor', 'harbor', 'county'],
    ],
    ['and from there on, of one type', 'Observation?_id=high&_include:iterate=Observation:*', ['ann', 'visit']],
  ])('%s', async (_, path, ids) => expect(await beside(path)).toEqual(ids))
})

describe('however it is written', () => {
  it.each([
    ['Patient?email=ANN@Harbor.example', ['ann']],
    ['Patient?telecom:not=ann@HARBOR.example', ['bea']],
    ['Patient?name=strasser', ['bea']],
    ['Patient?name=STRAẞER', ['bea']],
  ])('%s', async (path, ids) => expect(await found(path)).toEqual(ids))
})

describe('within a compartment', () => {
  it.each([
    ['Patient/ann/Observation', ['late', 'high']],
    ['Patient/ann/Observation?component-code-value-quantity=8462-4$lt90', ['high']],
    ['Encounter/visit/Observation?_sort=-_id', ['low', 'late', 'high']],
    ['Practitioner/okafor/Patient', ['ann']],
    ['Patient/ann/Patient', ['ann']],
    ['Patient/nobody/Observation', []],
  ])('%s', async (path, ids) => {
    expect(await found(path)).toEqual(ids)
  })

  it.each([
    ['Patient/ann/Observation/_search', 'component-code-value-quantity=8462-4$lt90', ['high']],
    ['Patient/ann/Observation/_search?_sort=-_id', 'status=final', ['late', 'high']],
    ['Patient/ann/_search', '_type=Observation,Condition&_id=late,c-F4', ['c-F4', 'late']],
  ])('%s with %s as a form', async (path, body, ids) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await gateway.request(`/fhir/${path}`, { method: 'POST', headers, body })
    expect(answer.status).toBe(200)
    const { entry } = (await answer.json()) as { entry: { resource: { id: string } }[] }
    expect(entry.map(({ resource }) => resource.id)).toEqual(ids)
  })

  it('a form tells how its answer is to be written, too', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const post = (body: string) => gateway.request('/fhir/Patient/_search', { method: 'POST', headers, body })
    expect(await (await post('_id=ann&_format=application/fhir+json&_pretty=true')).text()).toContain('\n  "resourceType"')
    expect(await (await post('_id=ann')).text()).not.toContain('\n')
    expect((await post('_id=ann&_format=xml')).status).toBe(406)
  })

  it('of all types at once, in pages', async () => {
    const read = async (path: string) =>
      (await (await gateway.request(path)).json()) as {
        total?: number
        link: { relation: string; url: string }[]
        entry?: { resource: { resourceType: string; id: string }; search: { mode: string } }[]
      }
    const whole = (await read('/fhir/Patient/ann/*?_count=100')).entry!.map(({ resource }) => resource)
    expect(whole.map(({ id }) => id)).toEqual(['ann', 'c-F3', 'c-F32', 'c-F32.1', 'c-F4', 'visit', 'late', 'high'])
    const paged: string[] = []
    let next: string | undefined = '/fhir/Patient/ann/*?_count=2'
    while (next !== undefined) {
      const page = await read(next)
      expect((page.entry ?? []).length).toBeLessThanOrEqual(2)
      paged.push(...(page.entry ?? []).map(({ resource }) => resource.id))
      next = page.link.find(({ relation }) => relation === 'next')?.url
    }
    expect(paged).toEqual(whole.map(({ id }) => id))
    expect(await found('Patient/ann/*?_type=Observation,Condition&_id=late,c-F4')).toEqual(['c-F4', 'late'])
    expect(await found('Patient/ann/*?_type=Observation&_id=late&_include=Observation:subject')).toEqual(['late', 'ann'])
    const counted = await read('/fhir/Patient/ann/*?_summary=count')
    expect([counted.total, counted.entry]).toEqual([whole.length, undefined])
    for (const [path, status] of [
      ['Basic/ann/*', 404],
      ['Patient/ann/*?_sort=date', 400],
      ['Patient/ann/*?value-quantity=3', 400],
      ['Patient/ann/*?_type=Nothing', 400],
      ['Patient/ann/*?_page=x', 400],
    ] as const)
      expect([path, (await gateway.request(`/fhir/${path}`)).status]).toEqual([path, status])
  })

  it('goes on from page to page, and in no other compartment', async () => {
    const first = (await (await gateway.request('/fhir/Patient/ann/Observation?_count=1')).json()) as { link: { url: string }[] }
    const [self, next] = first.link.map(({ url }) => url.replace('http://localhost/fhir/', ''))
    expect(self).toBe('Patient/ann/Observation?_count=1')
    expect(await found(next!)).toEqual(['high'])
    expect((await gateway.request(`/fhir/${next?.replace('/ann/', '/bea/')}`)).status).toBe(400)
  })

  it.each(['Patient/ann/Organization', 'Organization/harbor/Patient'])('%s is refused', async (path) => {
    expect((await gateway.request(`/fhir/${path}`)).status).toBeOneOf([400, 404])
  })
})

describe('by what every resource has', () => {
  it.each([
    ['Patient?_id:not=ann', ['bea']],
    ['Patient?_id:not=ann,bea', []],
    ['Patient?_id:not=ann&_id:not=other', ['bea']],
    ['Patient?_id:missing=true', []],
    ['Patient?_id:missing=false', ['ann', 'bea']],
    ['Patient?_lastUpdated:missing=true', []],
    ['Patient?_lastUpdated:missing=false&_sort=-_id', ['bea', 'ann']],
    ['Observation?subject:Patient._id:not=bea', ['late', 'high']],
    ['Patient?_has:Observation:patient:_id:not=late', ['ann', 'bea']],
    ['Patient/ann/Observation?_id:not=late', ['high']],
  ])('%s', async (path, ids) => expect(await found(path)).toEqual(ids))

  it.each(['_id:exact=ann', '_id:not=x_y', '_id:missing=maybe', '_lastUpdated:not=2026', '_list:not=watched'])(
    '%s is refused',
    async (query) => expect((await gateway.request(`/fhir/Patient?${query}`)).status).toBe(400),
  )

  it('it is no condition that is met by everything', async () => {
    for (const method of ['PUT', 'DELETE']) {
      const json = method === 'PUT' ? { resourceType: 'List', status: 'current', mode: 'working' } : undefined
      const answer = await gateway.request('/fhir/List?_id:missing=false', { method, json })
      expect([method, answer.status]).toEqual([method, 400])
    }
  })
})

describe('in a batch and in a transaction', () => {
  it.each(['batch', 'transaction'])('%s: with includes, and a link to the next page', async (type) => {
    const entry = [{ request: { method: 'GET', url: 'Observation?_count=1&_include=Observation:subject' } }]
    const answer = await gateway.request('/fhir', { method: 'POST', json: { resourceType: 'Bundle', type, entry } })
    const bundle = (await answer.json()) as {
      entry: { resource: { link: { relation: string; url: string }[]; entry: { resource: { id: string } }[] } }[]
    }
    const page = bundle.entry[0]!.resource
    expect(page.entry.map(({ resource }) => resource.id)).toEqual(['late', 'ann'])
    const next = page.link.find(({ relation }) => relation === 'next')
    expect(await found(next!.url.replace('http://localhost/fhir/', ''))).toEqual(['high', 'ann'])
  })
})

describe('by several values of one item', () => {
  it.each([
    ['component-code-value-quantity=8480-6$150', ['late', 'high']],
    ['component-code-value-quantity=8480-6$gt140,8462-4$gt140', ['late', 'high', 'low']],
    ['combo-code-value-quantity=http://loinc.org|8462-4$lt90', ['high']],
    ['code-value-quantity=8480-6$150', []],
  ])('%s', async (query, ids) => {
    expect(await found(`Observation?${query}`)).toEqual(ids)
  })
})

describe('by what people read, and by what an identifier is', () => {
  it.each([
    ['Observation?component-code:text=systolic', ['late', 'high', 'low']],
    ['Observation?component-code:text=pressure', []],
    ['Patient?identifier:of-type=urn:types|MR|7', ['ann']],
    ['Patient?identifier:of-type=urn:types|MR|8', []],
  ])('%s', async (path, ids) => {
    expect(await found(path)).toEqual(ids)
  })
})

describe('by what codes mean', () => {
  it.each([
    ['code:below=urn:diagnoses|F32', ['c-F32', 'c-F32.1']],
    ['code:above=urn:diagnoses|F32', ['c-F3', 'c-F32']],
    ['code:in=urn:vs:moods', ['c-F32', 'c-F32.1']],
    ['code:in=ValueSet/moods', ['c-F32', 'c-F32.1']],
    ['code:not-in=urn:vs:moods', ['c-F3', 'c-F4']],
    ['patient._has:Condition:patient:code:in=urn:vs:moods', ['c-F3', 'c-F32', 'c-F32.1', 'c-F4']],
  ])('%s', async (query, ids) => {
    expect(await found(`Condition?${query}`)).toEqual(ids)
  })

  it.each(['code:in=urn:vs:other', 'code:below=urn:other|x', 'code:below=x'])('%s is refused', async (query) => {
    const answer = await gateway.request(`/fhir/Condition?${query}`)
    expect([answer.status, ((await answer.json()) as { resourceType: string }).resourceType]).toEqual([400, 'OperationOutcome'])
  })
})

describe('what cannot be asked', () => {
  it('is refused by name, or left out and told', async () => {
    const path = '/fhir/Patient?name=lund&nickname=x&colour=blue'
    const strict = await gateway.request(path)
    expect(strict.status).toBe(400)
    const { issue } = (await strict.json()) as { issue: { expression: string[] }[] }
    expect(issue.map(({ expression }) => expression[0])).toEqual(['nickname', 'colour'])

    const lenient = await gateway.request(path, { headers: { prefer: 'handling=lenient' } })
    const bundle = (await lenient.json()) as {
      link: { url: string }[]
      entry: { search: { mode: string }; resource: { id?: string; issue?: { severity: string; expression: string[] }[] } }[]
    }
    expect(bundle.link[0]?.url).toBe('http://localhost/fhir/Patient?name=lund')
    expect(bundle.entry.map(({ search }) => search.mode)).toEqual(['outcome', 'match'])
    expect(bundle.entry[0]?.resource.issue?.map(({ severity, expression }) => [severity, expression[0]])).toEqual([
      ['warning', 'nickname'],
      ['warning', 'colour'],
    ])
  })
})

it('an id that somebody hidden has, too, is that of the other one to whoever does not see them', async () => {
  const other = await startGateway({ auth: 'smart' })
  const scope = 'system/*.cruds'
  const all = await (await registerClient(other, scope, { protected_records: true })).bearer(scope)
  const some = await (await registerClient(other, scope)).bearer(scope)
  const narrow = 'system/Observation.rs system/Patient.rs'
  const few = await (await registerClient(other, narrow, { protected_records: true })).bearer(narrow)
  for (const json of [
    { resourceType: 'Patient', id: 'one' },
    { resourceType: 'Group', id: 'one', meta: part2, type: 'person', actual: true },
    { resourceType: 'Observation', id: 'of', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/one' } },
  ])
    await other.request(`/fhir/${json.resourceType}/${json.id}`, { method: 'PUT', headers: all, json })
  const status = async (headers: Record<string, string>) =>
    (await other.request('/fhir/Observation?subject=one', { headers })).status
  // Nor to whoever may not read what the other one is.
  expect([await status(all), await status(some), await status(few)]).toEqual([400, 200, 200])
  await other.stop()
})
