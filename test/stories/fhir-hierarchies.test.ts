/** "When the reference establishes a strict hierarchy": https://hl7.org/fhir/R4/search.html#recursive */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayWith } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway

const within = (resourceType: string, id: string, parent?: string, more: object = {}) => ({
  ...{ resourceType, id, ...more },
  ...(parent !== undefined && { partOf: { reference: `${resourceType}/${parent}` } }),
})
const ambulatory = { status: 'finished', class: { code: 'AMB' } }
const stayed = (id: string, at: string, parent?: string) =>
  within('Encounter', id, parent, { ...ambulatory, location: [{ location: { reference: `Location/${at}` } }] })
const resources = [
  within('Location', 'house'),
  within('Location', 'ward', 'house'),
  within('Location', 'room', 'ward'),
  within('Location', 'yard'),
  within('Organization', 'harbor', undefined, { name: 'Harbor' }),
  within('Organization', 'clinic', 'harbor', { name: 'Clinic' }),
  stayed('in-house', 'house'),
  stayed('in-room', 'room', 'in-house'),
  stayed('in-yard', 'yard'),
  { resourceType: 'PractitionerRole', id: 'nurse', organization: { reference: 'Organization/clinic' } },
  ...['in-house', 'in-room', 'in-yard'].map((encounter) => ({
    ...{ resourceType: 'Observation', id: `of-${encounter}`, status: 'final', code: { text: 'Mood' } },
    encounter: { reference: `Encounter/${encounter}` },
  })),
]

beforeAll(async () => {
  gateway = await gatewayWith(...resources)
})
afterAll(() => gateway.stop())

async function search(path: string) {
  const answer = await gateway.request(`/fhir/${path}`)
  const { entry = [] } = (await answer.json()) as { entry?: { resource: { id: string } }[] }
  return { status: answer.status, ids: entry.map(({ resource }) => resource.id).sort() }
}

describe('a search through a hierarchy', () => {
  it.each([
    ['Encounter?location=house', ['in-house']],
    ['Encounter?location:below=house', ['in-house', 'in-room']],
    ['Encounter?location:below=Location/ward,yard', ['in-room', 'in-yard']],
    ['Encounter?location:below=http://localhost/fhir/Location/ward', ['in-room']],
    ['Encounter?location:above=room', ['in-house', 'in-room']],
    ['Encounter?location:above=yard', ['in-yard']],
    ['Observation?encounter:above=in-room', ['of-in-house', 'of-in-room']],
    ['Observation?encounter:below=in-house', ['of-in-house', 'of-in-room']],
    ['Location?partof:below=house', ['room', 'ward']],
    ['Location?partof:above=ward', ['room', 'ward']],
    ['PractitionerRole?organization:below=harbor', ['nurse']],
    ['Observation?encounter.location:below=ward', ['of-in-room']],
    ['Location?_has:Encounter:location:part-of:below=in-house', ['room']],
    ['Encounter?location:below=nowhere', []],
  ])('%s', async (path, ids) => expect(await search(path)).toEqual({ status: 200, ids }))

  it.each(['Encounter?location:below=Organization/harbor', 'Encounter?location:below=a b', 'Observation?patient:below=ann'])(
    '%s is refused',
    async (path) => expect((await search(path)).status).toBe(400),
  )
})
