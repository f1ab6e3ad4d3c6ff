/** References that name a version: what they bring along, and what a chain makes of them. https://hl7.org/fhir/R4/search.html#versions */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerClient } from '../support/client.ts'
import { part2 } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const okafor = (family: string, meta?: object) => ({
  resourceType: 'Practitioner',
  id: 'okafor',
  ...(meta && { meta }),
  name: [{ family }],
  qualification: [{ code: { text: 'x' }, issuer: { reference: `Organization/harbor/_history/1` } }],
})
const seenBy = (id: string, reference: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'x' },
  subject: { reference: 'Patient/ann' },
  performer: [{ reference }],
})

let gateway: TestGateway
let all: { authorization: string }
let some: { authorization: string }

async function put(resource: { resourceType: string; id: string }): Promise<void> {
  const path = `/fhir/${resource.resourceType}/${resource.id}`
  const answer = await gateway.request(path, { method: 'PUT', headers: all, json: resource })
  if (!answer.ok) throw new Error(await answer.text())
}

interface Entry {
  readonly fullUrl?: string
  readonly search: { readonly mode: string }
  readonly resource: { readonly id?: string; readonly meta?: { readonly versionId: string }; readonly issue?: object[] }
}

async function entries(path: string, headers = all): Promise<readonly Entry[]> {
  const answer = await gateway.request(`/fhir/${path}`, { headers })
  if (answer.status !== 200) throw new Error(await answer.text())
  return ((await answer.json()) as { entry?: Entry[] }).entry ?? []
}
/** `id/version` of what rides along. */
const beside = async (path: string, headers = all) =>
  (await entries(path, headers)).flatMap(({ search, resource }) =>
    search.mode === 'include' ? [`${resource.id}/${resource.meta?.versionId}`] : [],
  )

beforeAll(async () => {
  gateway = await startGateway({ auth: 'smart' })
  const scope = 'system/*.cruds'
  all = await (await registerClient(gateway, scope, { protected_records: true })).bearer(scope)
  some = await (await registerClient(gateway, scope)).bearer(scope)
  await put({ resourceType: 'Patient', id: 'ann' })
  for (const name of ['Harbor', 'Harbor House'])
    await put({ resourceType: 'Organization', id: 'harbor', name } as { resourceType: string; id: string })
  for (const family of ['Okafor', 'Okafor-Lund', 'Lund']) await put(okafor(family))
  await put(seenBy('then', 'Practitioner/okafor/_history/2'))
  await put(seenBy('now', 'Practitioner/okafor'))
  await put(seenBy('never', 'Practitioner/okafor/_history/9'))
  await put(seenBy('current', 'Practitioner/okafor/_history/3'))
})
afterAll(() => gateway.stop())

describe('_include', () => {
  it.each([
    ['brings the version that is named', 'Observation?_id=then&_include=Observation:performer', ['okafor/2']],
    ['and by any parameter', 'Observation?_id=then&_include=*', ['ann/1', 'okafor/2']],
    ['the newest where none is', 'Observation?_id=now&_include=Observation:performer', ['okafor/3']],
    ['nothing where there is no such version', 'Observation?_id=never&_include=Observation:performer', []],
    ['each version once', 'Observation?_id=then,now,current&_include=Observation:performer', ['okafor/3', 'okafor/2']],
    ['of the type that is asked for', 'Observation?_id=then&_include=Observation:performer:Organization', []],
    [
      'and goes on from there',
      'Observation?_id=then&_include=Observation:performer&_include:iterate=Practitioner:*',
      ['okafor/2', 'harbor/1'],
    ],
  ])('%s', async (_, path, versions) => expect(await beside(path)).toEqual(versions))

  it('names the resource, not the version, in its address (bdl-8)', async () => {
    const [, version] = await entries('Observation?_id=then&_include=Observation:performer')
    expect(version?.fullUrl).toBe('http://localhost/fhir/Practitioner/okafor')
  })

  it('leaves out the version that is a match, too', async () => {
    await put({ resourceType: 'Basic', id: 'b', code: { text: 'x' }, subject: { reference: 'Basic/b/_history/1' } } as never)
    expect(await beside('Basic?_id=b&_include=Basic:subject')).toEqual([])
  })

  it('answers a batch alike', async () => {
    const entry = [{ request: { method: 'GET', url: 'Observation?_id=then&_include=Observation:performer' } }]
    const json = { resourceType: 'Bundle', type: 'batch', entry }
    const answer = await gateway.request('/fhir', { method: 'POST', headers: all, json })
    expect(await answer.text()).toContain('"Okafor-Lund"')
  })

  it('shows no version of what is hidden by now', async () => {
    const path = 'Observation?_id=then,now&_include=Observation:performer'
    expect(await beside(path, some)).toEqual(['okafor/3', 'okafor/2'])
    await put(okafor('Lund', part2))
    expect(await beside(path, some)).toEqual([])
    expect(await beside(path)).toEqual(['okafor/4', 'okafor/2'])
  })
})

describe('a chain', () => {
  const warnings = async (path: string) =>
    (await entries(path)).flatMap(({ search, resource }) => (search.mode === 'outcome' ? (resource.issue ?? []) : []))

  it('asks what is there now, and says so', async () => {
    expect(await warnings('Observation?_id=then&performer:Practitioner.name=lund')).toEqual([
      expect.objectContaining({ severity: 'warning', diagnostics: expect.stringContaining('as they are now') }),
    ])
  })

  it.each(['Observation?_id=now&performer:Practitioner.name=lund', 'Observation?_id=then&subject:Patient._id=ann'])(
    'says nothing where no version is named on the way: %s',
    async (path) => expect(await warnings(path)).toEqual([]),
  )
})
