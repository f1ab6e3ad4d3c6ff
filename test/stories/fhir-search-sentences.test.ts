/** Sentences of https://hl7.org/fhir/R4/search.html that a search by its own values can break, each asked as it stands there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayWith } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway

const measured = (id: string, version: string) => ({
  ...{ resourceType: 'MeasureReport', id, status: 'complete', type: 'individual' },
  ...{ measure: `http://acme.example/Measure/m|${version}`, period: { start: '2026', end: '2027' } },
})
const attached = (id: string, contentType: string) => ({
  ...{ resourceType: 'DocumentReference', id, status: 'current' },
  content: [{ attachment: { contentType, url: 'https://acme.example/a' } }],
})
const resources = [
  { resourceType: 'Patient', id: 'ann', active: true, telecom: [{ system: 'phone', value: '+1 716 555|0100' }] },
  { resourceType: 'Patient', id: 'bea', name: [{ family: 'back\\slash' }] },
  { resourceType: 'ValueSet', id: 'first', url: 'http://acme.example/vs', version: '1.0', status: 'active' },
  { resourceType: 'ValueSet', id: 'second', url: 'http://acme.example/vs', version: '2.0', status: 'active' },
  ...[measured('m1', '1'), measured('m1.0', '1.0'), measured('m1.1', '1.1'), measured('m10', '10'), measured('m2.0', '2.0')],
  attached('plain', 'text/xml'),
  attached('utf8', 'text/xml; charset=UTF-8'),
  attached('other', 'text/xml-external-parsed-entity'),
]

beforeAll(async () => {
  gateway = await gatewayWith(...resources)
})
afterAll(() => gateway.stop())

async function search(path: string, parameters: Record<string, string>, headers: Record<string, string> = {}) {
  const answer = await gateway.request(`/fhir/${path}?${new URLSearchParams(parameters)}`, { headers })
  const {
    entry = [],
    link = [],
    issue,
  } = (await answer.json()) as {
    entry?: { resource: { id: string } }[]
    link?: { relation: string; url: string }[]
    issue?: { expression?: string[] }[]
  }
  const self = link.find(({ relation }) => relation === 'self')?.url
  return { status: answer.status, ids: entry.map(({ resource }) => resource.id).sort(), self, at: issue?.[0]?.expression?.[0] }
}
const ids = async (path: string, parameters: Record<string, string>) => (await search(path, parameters)).ids

describe('empty parameters are not an error, they are just ignored', () => {
  it('and the self link tells what was searched by', async () => {
    const found = await search('Patient', { name: '', _id: 'ann', telecom: '', _count: '' })
    expect(found).toMatchObject({ status: 200, ids: ['ann'], self: 'http://localhost/fhir/Patient?_id=ann' })
  })

  it('those that shape the answer among them', async () => {
    for (const name of ['_sort', '_total', '_summary', '_elements', '_include', '_revinclude', '_contained', '_containedType'])
      expect(await search('Patient', { [name]: '', _id: 'ann' })).toMatchObject({ status: 200, ids: ['ann'] })
    expect(await search('Patient', { '_sort:nearly': '', _id: 'ann' })).toMatchObject({ status: 400 })
  })

  it('over several types, too', async () => {
    const found = await search('', { _type: 'Patient,ValueSet', _id: 'ann,first', _lastUpdated: '' })
    expect(found).toMatchObject({ ids: ['ann', 'first'], self: 'http://localhost/fhir?_type=Patient%2CValueSet&_id=ann%2Cfirst' })
    expect((await search('', { _type: '', _id: 'ann' })).ids).toEqual(['ann'])
  })

  it('if there are such at all', async () => {
    expect(await search('Patient', { nam: '', _id: 'ann' })).toMatchObject({ status: 400, at: 'nam' })
    expect((await search('', { nam: '', _id: 'ann' })).status).toBe(400)
  })

  it('but a write is not done to all that there is', async () => {
    const deleted = await gateway.request('/fhir/Patient?identifier=', { method: 'DELETE' })
    expect(deleted.status).toBe(400)
    expect(await ids('Patient', {})).toEqual(['ann', 'bea'])
  })
})

describe('of telephones, booleans and URIs "the presence of the pipe symbol SHALL NOT be used"', () => {
  it.each([
    ['Patient', 'telecom', 'phone|+1 716 555'],
    ['Patient', 'phone', '|+1 716 555'],
    ['Patient', 'active', 'http://hl7.org/fhir/special-values|true'],
  ])('%s?%s=%s is refused, not found empty', async (type, name, value) => {
    expect(await search(type, { [name]: value })).toMatchObject({ status: 400, at: name })
  })

  it('one that is part of the value is escaped', async () => {
    expect(await ids('Patient', { telecom: '+1 716 555\\|0100' })).toEqual(['ann'])
    expect(await ids('Patient', { active: 'true' })).toEqual(['ann'])
  })
})

it('xx\\xx is illegal, and xx\\\\xx indicates a literal value of xx\\xx', async () => {
  expect(await search('Patient', { 'name:exact': 'back\\slash' })).toMatchObject({ status: 400, at: 'name:exact' })
  expect(await search('Patient', { name: 'back\\' })).toMatchObject({ status: 400, at: 'name' })
  expect(await ids('Patient', { 'name:exact': 'back\\\\slash' })).toEqual(['bea'])
})

describe('what is asked is text in UTF-8', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const posted = (body: BodyInit) => gateway.request('/fhir/Patient/_search', { method: 'POST', headers: form, body })

  it.each(['name=M%FCller', 'name=%C3', 'n%E4me=x'])('%s is refused, not found empty', async (query) => {
    for (const answer of [await gateway.request(`/fhir/Patient?${query}`), await posted(query)]) {
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] })
    }
  })

  it('in a form, too, whether it is encoded or not', async () => {
    expect((await posted(new Uint8Array([...'name=M'].map((sign) => sign.charCodeAt(0)).concat(0xfc)))).status).toBe(400)
    expect((await posted('name=Müller')).status).toBe(200)
  })

  it('and the sign for what is none may be asked for', async () =>
    expect((await gateway.request('/fhir/Patient?name=%EF%BF%BD%C3%BC')).status).toBe(200))
})

describe('whoever prefers lenient handling', () => {
  const prefer = { prefer: 'handling=lenient' }
  it('has unknown parameters ignored', async () => {
    expect(await search('Patient', { nickname: 'x', _id: 'ann' }, prefer)).toMatchObject({
      status: 200,
      self: expect.stringMatching(/Patient\?_id=ann$/),
    })
  })

  it.each([
    ['name:text-like', 'x'],
    ['_id:exact', 'ann'],
    ['general-practitioner.name:nearly', 'x'],
    ['_has:Observation:patient:code:nearly', 'x'],
    ['_sort:nearly', '_id'],
    ['_query', 'current-high-risk'],
    ['birthdate', '23 May 2009'],
  ])('has a modifier, a query or a value that is not known refused all the same: %s=%s', async (name, value) => {
    expect(await search('Patient', { [name]: value }, prefer)).toMatchObject({ status: 400 })
  })
})

describe('"for robust search, servers should search the parts of a family name independently"', () => {
  beforeAll(async () => {
    const json = { resourceType: 'Person', id: 'eve', name: [{ family: 'Carreno Quiñones-Díaz', given: ['Eve'] }] }
    await gateway.request('/fhir/Person/eve', { method: 'PUT', json })
    const other = { resourceType: 'Person', id: 'ida', name: [{ family: 'Molina' }] }
    await gateway.request('/fhir/Person/ida', { method: 'PUT', json: other })
    const doctor = { resourceType: 'Practitioner', id: 'eve', name: [{ family: 'Carreno Quinones', given: ['Eve'] }] }
    await gateway.request('/fhir/Practitioner/eve', { method: 'PUT', json: doctor })
  })

  it.each([
    ['Person', 'name', 'Carreno', ['eve']],
    ['Person', 'name', 'quinones', ['eve']],
    ['Person', 'name', 'quinones-d', ['eve']],
    ['Person', 'name', 'diaz', ['eve']],
    ['Person', 'name', 'inones', []],
    ['Person', 'name:exact', 'Quiñones-Díaz', []],
    ['Person', 'name:exact', 'Carreno Quiñones-Díaz', ['eve']],
    ['Practitioner', 'family', 'quinones', ['eve']],
    ['Practitioner', 'family:exact', 'Quinones', []],
  ])('%s?%s=%s', async (type, name, value, found) => expect(await ids(type, { [name]: value })).toEqual(found))

  it('and sorts by the whole', async () => {
    const sorted = async (_sort: string) => {
      const answer = await gateway.request(`/fhir/Person?_sort=${_sort}`)
      return ((await answer.json()) as { entry: { resource: { id: string } }[] }).entry.map(({ resource }) => resource.id)
    }
    await gateway.request('/fhir/Person/eve', {
      method: 'PUT',
      json: { resourceType: 'Person', id: 'eve', name: [{ family: 'Carreno Quinones' }] },
    })
    expect(await sorted('-name')).toEqual(['ida', 'eve'])
    expect(await sorted('name')).toEqual(['eve', 'ida'])
  })
})

describe('"insensitive to casing and included combining characters"; "punctuation … should also be ignored"', () => {
  beforeAll(async () => {
    const written = {
      obrien: { name: [{ family: 'O’Brien-Łukasz', given: ['J.R.'] }] },
      sisyphus: { name: [{ family: 'ΣΊΣΥΦΟΣ', given: ['Søren', 'Æsa'] }] },
      street: { address: [{ line: ['12,  Main St., Apt. 4'], city: 'St.\u00a0Mary' }] },
      dash: { name: [{ family: '-' }] },
    }
    for (const [id, content] of Object.entries(written)) {
      const json = { resourceType: 'RelatedPerson', id, patient: { reference: 'Patient/ann' }, ...content }
      expect((await gateway.request(`/fhir/RelatedPerson/${id}`, { method: 'PUT', json })).status).toBe(201)
    }
  })

  it.each([
    ['name', "o'brien", ['obrien']],
    ['name', 'OBrien', ['obrien']],
    ['name', 'O´Brien Lukasz', ['obrien']],
    ['name', 'o`brien-łuk', ['obrien']],
    ['name', 'jr', ['obrien']],
    ['name:contains', 'n-luk', ['obrien']],
    ['name:exact', "O'Brien-Łukasz", []],
    ['name:exact', 'O’Brien-Łukasz', ['obrien']],
    ['name', 'σίσυφος', ['sisyphus']],
    ['name', 'ΣΊΣ', ['sisyphus']],
    ['name', 'soren', ['sisyphus']],
    ['name', 'AESA', ['sisyphus']],
    ['address', '12 main st apt 4', ['street']],
    ['address', '12, Main St.', ['street']],
    ['address-city', 'St Mary', ['street']],
    ['name', '-', ['dash']],
  ])('%s=%s', async (name, value, found) => expect(await ids('RelatedPerson', { [name]: value })).toEqual(found))
})

it('"resources that have a value": a name is one, though nothing of it is known', async () => {
  const absent = { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'masked' }
  const json = { resourceType: 'Person', id: 'masked', name: [{ extension: [absent] }], address: [{ use: 'home' }] }
  await gateway.request('/fhir/Person/masked', { method: 'PUT', json })
  expect(await ids('Person', { 'name:missing': 'false', 'address:missing': 'false' })).toEqual(['masked'])
  expect(await ids('Person', { 'address-city:missing': 'true', _id: 'masked' })).toEqual(['masked'])
})

it('"if the underlying data type is string then the search is not case sensitive"', async () => {
  const json = { resourceType: 'ValueSet', id: 'third', url: 'http://acme.example/other', version: '3.0-Draft', status: 'active' }
  expect((await gateway.request('/fhir/ValueSet/third', { method: 'PUT', json })).status).toBe(201)
  expect(await ids('ValueSet', { version: '3.0-draft' })).toEqual(['third'])
  expect(await ids('ValueSet', { version: '3.0-DRAFT' })).toEqual(['third'])
  expect(await ids('ValueSet', { url: 'http://acme.example/other|3.0-Draft' })).toEqual(['third'])
  expect(await ids('ValueSet', { status: 'Active' })).toEqual([])
})

describe('"an instant is considered a fixed point in time"', () => {
  beforeAll(async () => {
    const json = { resourceType: 'Slot', id: 's', schedule: { reference: 'Schedule/s' }, status: 'free' }
    const times = { start: '2026-03-02T10:00:00Z', end: '2026-03-02T11:00:00Z' }
    await gateway.request('/fhir/Slot/s', { method: 'PUT', json: { ...json, ...times } })
  })

  it.each([
    ['2026-03-02T10:00:00.000Z', ['s']],
    ['2026-03-02T11:00:00.000+01:00', ['s']],
    ['2026-03-02T10:00:00Z', ['s']],
    ['2026-03-02', ['s']],
    ['gt2026-03-02T10:00:00.000Z', []],
    ['ge2026-03-02T10:00:00.000Z', ['s']],
    ['ne2026-03-02T10:00:00.000Z', []],
    ['2026-03-02T10:00:00.500Z', []],
  ])('%s', async (start, found) => expect(await ids('Slot', { start })).toEqual(found))
})

it('"if the server can treat the reference as a literal URL, it does": a value set by its address here', async () => {
  const codes = { system: 'http://hl7.org/fhir/administrative-gender', concept: [{ code: 'female' }] }
  const json = { resourceType: 'ValueSet', id: 'women', url: 'urn:women', status: 'active', compose: { include: [codes] } }
  await gateway.request('/fhir/ValueSet/women', { method: 'PUT', json })
  const person = { resourceType: 'Person', id: 'she', gender: 'female' }
  await gateway.request('/fhir/Person/she', { method: 'PUT', json: person })
  for (const url of ['urn:women', 'ValueSet/women', 'http://localhost/fhir/ValueSet/women'])
    expect(await ids('Person', { 'gender:in': url })).toEqual(['she'])
})

it('a version behind a canonical URL is detected', async () => {
  expect(await ids('ValueSet', { url: 'http://acme.example/vs' })).toEqual(['first', 'second'])
  expect(await ids('ValueSet', { url: 'http://acme.example/vs|2.0' })).toEqual(['second'])
  expect(await ids('ValueSet', { url: 'http://acme.example/vs|3.0' })).toEqual([])
})

it(':below tells whether the version of a canonical reference is considered', async () => {
  const below = (value: string) => ids('MeasureReport', { 'measure:below': value })
  expect(await below('http://acme.example/Measure/m')).toEqual(['m1', 'm1.0', 'm1.1', 'm10', 'm2.0'])
  expect(await below('http://acme.example/Measure/m|1')).toEqual(['m1', 'm1.0', 'm1.1'])
  expect(await below('http://acme.example/Measure/m|1.1,http://acme.example/Measure/m|2')).toEqual(['m1.1', 'm2.0'])
})

describe('value sets of the standard itself are known', () => {
  const r4 = 'http://hl7.org/fhir/ValueSet/administrative-gender'
  beforeAll(async () => {
    for (const [id, gender] of Object.entries({ he: 'male', nobody: undefined })) {
      const json = { resourceType: 'Practitioner', id, gender, active: true }
      expect((await gateway.request(`/fhir/Practitioner/${id}`, { method: 'PUT', json })).status).toBe(201)
    }
  })

  it.each([
    ['gender:in', r4, ['he']],
    ['gender:in', `${r4}|4.0.1`, ['he']],
    ['gender:not-in', r4, ['nobody']],
  ])('%s=%s', async (name, value, found) => expect(await ids('Practitioner', { active: 'true', [name]: value })).toEqual(found))

  it('but not those that it does not tell the codes of', async () =>
    expect((await search('Practitioner', { 'gender:in': 'http://hl7.org/fhir/ValueSet/languages' })).status).toBe(400))
})

describe('a profile is a canonical URL: "servers SHOULD support automatically detecting a |[version] portion"', () => {
  const claims = (id: string, ...profile: string[]) => ({ resourceType: 'Basic', id, meta: { profile }, code: { text: 'a' } })
  beforeAll(async () => {
    for (const json of [
      claims('one', 'http://acme.example/p|1.0'),
      claims('two', 'http://acme.example/p|2.0', 'http://acme.example/q/r'),
      claims('any', 'http://acme.example/p'),
    ])
      await gateway.request(`/fhir/Basic/${json.id}`, { method: 'PUT', json })
  })

  it.each([
    ['_profile', 'http://acme.example/p', ['any', 'one', 'two']],
    ['_profile', 'http://acme.example/p|1.0', ['one']],
    ['_profile', 'http://acme.example/p|1', []],
    ['_profile:below', 'http://acme.example/p|1', ['one']],
    ['_profile:below', 'http://acme.example/p', ['any', 'one', 'two']],
    ['_profile:below', 'http://acme.example/q', ['two']],
  ])('%s=%s', async (name, value, found) => expect(await ids('Basic', { [name]: value })).toEqual(found))
})

it(':below of a media type finds it with any parameters', async () => {
  expect(await ids('DocumentReference', { contenttype: 'text/xml' })).toEqual(['plain'])
  expect(await ids('DocumentReference', { 'contenttype:below': 'text/xml' })).toEqual(['plain', 'utf8'])
})
