/** Resources of some megabytes, which hold nobody up: between the pieces of work on them others have their turn. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
let pauses: number
beforeEach(async () => {
  gateway = await startGateway({ paused: () => void pauses++ })
})
afterEach(() => gateway.stop())

const fhir = { 'content-type': 'application/fhir+json' }
/** Some 60 characters a name. */
const named = (id: string, names: number) => ({
  resourceType: 'Patient',
  id,
  name: Array.from({ length: names }, (_, i) => ({ use: 'usual', family: `Family${i}`, given: [`Given${i}`] })),
})
const put = (resource: { id: string }) =>
  gateway.request(`/fhir/Patient/${resource.id}`, { method: 'PUT', headers: fhir, body: JSON.stringify(resource) })

/** How often others had their turn while a request was answered. */
async function turnsBeside(path: string): Promise<number> {
  pauses = 0
  const answer = await gateway.request(path)
  expect(answer.status).toBe(200)
  await answer.arrayBuffer()
  return pauses
}

describe('between the long resources of a page others have their turn', () => {
  beforeEach(async () => {
    for (const id of ['a', 'b', 'c']) await put(named(id, 5000))
  })

  it.each(['/fhir/Patient?_summary=true', '/fhir/Patient?_elements=active', '/fhir/Patient/_history?_summary=true'])(
    '%s',
    async (path) => {
      expect(await turnsBeside(path)).toBeGreaterThanOrEqual(3)
    },
  )

  it('and while it is looked for what they name', async () => {
    const plain = await turnsBeside('/fhir/Patient')
    expect(await turnsBeside('/fhir/Patient?_include=*')).toBeGreaterThanOrEqual(plain + 3)
  })

  it('and short ones need none', async () => {
    for (const id of ['a', 'b', 'c']) await put(named(id, 1))
    expect(await turnsBeside('/fhir/Patient?_summary=true')).toBe(0)
  })
})

it('between the long records of a timeline others have their turn', async () => {
  await put(named('a', 1))
  for (const id of ['first', 'second']) {
    const participant = [{ actor: { reference: 'Patient/a' }, status: 'accepted' }]
    const long = { resourceType: 'Appointment', id, status: 'proposed', comment: 'x'.repeat(300_000), participant }
    const kept = await gateway.request(`/fhir/Appointment/${id}`, { method: 'PUT', headers: fhir, body: JSON.stringify(long) })
    expect(kept.status).toBe(201)
  }
  expect(await turnsBeside('/coordination/clients/a/timeline')).toBeGreaterThanOrEqual(2)
})

it('a long list within a resource is reduced to its summary in steps', async () => {
  const component = Array.from({ length: 5000 }, (_, i) => ({
    code: { text: `Component ${i}` },
    valueInteger: i,
    interpretation: [{ text: 'as expected' }],
  }))
  const whole = { resourceType: 'Observation', id: 'a', status: 'final', code: { text: 'Panel' }, component }
  await gateway.request('/fhir/Observation/a', { method: 'PUT', headers: fhir, body: JSON.stringify(whole) })
  expect(await turnsBeside('/fhir/Observation/a?_summary=true')).toBeGreaterThanOrEqual(9)
  const summary = await (await gateway.request('/fhir/Observation/a?_summary=true')).json()
  expect(summary).toMatchObject({ component: component.map(({ code, valueInteger }) => ({ code, valueInteger })) })
  expect(JSON.stringify(summary)).not.toContain('as expected')
})

describe('a long body is read in steps', () => {
  const { id: _, ...long } = named('a', 5000)
  const post = (path: string, body: object) =>
    gateway.request(path, { method: 'POST', headers: fhir, body: JSON.stringify(body) })
  beforeEach(async () => {
    await put(named('a', 1))
    pauses = 0
  })

  it('of $validate, and the resource within it', async () => {
    const answer = await post('/fhir/Patient/$validate', {
      resourceType: 'Parameters',
      parameter: [{ name: 'resource', resource: long }],
    })
    expect(answer.status).toBe(200)
    expect(pauses).toBeGreaterThanOrEqual(7)
  })

  it('of a message, an entry at a time', async () => {
    const header = { resourceType: 'MessageHeader', eventUri: 'urn:event', source: { endpoint: 'urn:sender' } }
    const entry = [header, ...Array.from({ length: 1000 }, () => ({ ...named('a', 20), id: undefined }))]
    const message = { resourceType: 'Bundle', type: 'message', entry: entry.map((resource) => ({ resource })) }
    await (await post('/fhir/$process-message', message)).arrayBuffer()
    expect(pauses).toBeGreaterThanOrEqual(15)
  })

  it('of labels', async () => {
    const tag = Array.from({ length: 5000 }, (_, i) => ({ system: 'urn:tags', code: `tag${i}` }))
    const answer = await post('/fhir/Patient/a/$meta-add', {
      resourceType: 'Parameters',
      parameter: [{ name: 'meta', valueMeta: { tag } }],
    })
    expect(answer.status).toBe(200)
    expect(pauses).toBeGreaterThanOrEqual(3)
  })

  it('of more labels than a function takes arguments', async () => {
    const profile = Array.from({ length: 130_000 }, (_, i) => `urn:profile:${i}`)
    const answer = await post('/fhir/Patient/a/$meta-add', {
      resourceType: 'Parameters',
      parameter: [{ name: 'meta', valueMeta: { profile } }],
    })
    expect(answer.status).toBe(200)
    expect(
      ((await answer.json()) as { parameter: [{ valueMeta: { profile: string[] } }] }).parameter[0].valueMeta.profile,
    ).toHaveLength(130_000)
  })

  it('of a patch', async () => {
    const operation = [
      { name: 'type', valueCode: 'add' },
      { name: 'path', valueString: 'Patient' },
      { name: 'name', valueString: 'name' },
      { name: 'value', valueHumanName: { text: 'x'.repeat(300_000) } },
    ]
    const answer = await gateway.request('/fhir/Patient/a', {
      method: 'PATCH',
      headers: fhir,
      body: JSON.stringify({ resourceType: 'Parameters', parameter: [{ name: 'operation', part: operation }] }),
    })
    expect(answer.status).toBe(200)
    expect(pauses).toBeGreaterThanOrEqual(3)
  })
})
