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

  it('and short ones need none', async () => {
    for (const id of ['a', 'b', 'c']) await put(named(id, 1))
    expect(await turnsBeside('/fhir/Patient?_summary=true')).toBe(0)
  })
})
