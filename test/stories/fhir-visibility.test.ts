/** Who may see one patient learns nothing of another, whichever way the question goes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Principal } from '../../src/access/principal.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway

/** May see Ann alone. */
const nurse: Principal = {
  kind: 'local',
  id: 'nurse',
  tenant: 'default',
  scopes: [],
  purpose: 'TREAT',
  visible: { patients: ['ann'] },
}

const about = (id: string, patient: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'urn:s', code: patient }] },
  subject: { reference: `Patient/${patient}` },
  component: [{ code: { coding: [{ code: 'c' }] }, valueQuantity: { value: patient === 'ann' ? 1 : 2 } }],
})
const resources = [
  { resourceType: 'Practitioner', id: 'okafor', name: [{ family: 'Okafor' }] },
  ...['ann', 'bea'].map((id) => ({
    resourceType: 'Patient',
    id,
    name: [{ family: id }],
    generalPractitioner: [{ reference: 'Practitioner/okafor' }],
  })),
  about('of-ann', 'ann'),
  about('of-bea', 'bea'),
  // Of nobody's compartment, so that everybody may see it; what it names is another matter.
  {
    resourceType: 'List',
    id: 'ward',
    status: 'current',
    mode: 'working',
    entry: ['of-ann', 'of-bea'].map((id) => ({ item: { reference: `Observation/${id}` } })),
  },
]

beforeAll(async () => {
  gateway = await startGateway()
  for (const resource of resources) {
    const put = await gateway.request(`/fhir/${resource.resourceType}/${resource.id}`, { method: 'PUT', json: resource })
    expect(put.status).toBe(201)
  }
})
afterAll(() => gateway.stop())

async function asked(principal: Principal, path: string): Promise<{ ids: string[]; total: number | undefined }> {
  const [type = '', query] = path.split('?')
  const desk = await gateway.gateway.desk(principal)
  const page = await desk.searchPage({ type, pairs: [...new URLSearchParams(query)] })
  if (!page.ok) throw new Error(page.problem.detail)
  const bundle = JSON.parse(page.value) as { total?: number; entry?: { resource: { id: string } }[] }
  return { ids: (bundle.entry ?? []).map(({ resource }) => resource.id), total: bundle.total }
}

describe('one who may see Ann alone', () => {
  it.each<[query: string, hers: string[], all: string[]]>([
    ['Observation?subject:Patient.name=ann', ['of-ann'], ['of-ann']],
    ['Observation?subject:Patient.name=bea', [], ['of-bea']],
    ['Observation?subject:Patient.name:missing=false', ['of-ann'], ['of-ann', 'of-bea']],
    ['Patient?_has:Observation:subject:code=bea', [], ['bea']],
    ['Practitioner?_has:Patient:general-practitioner:name=bea', [], ['okafor']],
    ['Practitioner?_has:Patient:general-practitioner:_has:Observation:subject:code=bea', [], ['okafor']],
    ['List?item:Observation.code=bea', [], ['ward']],
    ['List?item:Observation.component-code-value-quantity=c$2', [], ['ward']],
    ['Observation?component-code-value-quantity=c$1,c$2', ['of-ann'], ['of-ann', 'of-bea']],
    ['Observation?_list=ward', ['of-ann'], ['of-ann', 'of-bea']],
    ['Observation?code:not=x&_sort=-subject', ['of-ann'], ['of-bea', 'of-ann']],
    [
      'List?_include=List:item&_include:iterate=Observation:subject',
      ['ward', 'of-ann', 'ann'],
      ['ward', 'of-ann', 'of-bea', 'ann', 'bea'],
    ],
    ['List?_include=*', ['ward', 'of-ann'], ['ward', 'of-ann', 'of-bea']],
    [
      'Practitioner?_revinclude=Patient:general-practitioner&_revinclude:iterate=Observation:subject',
      ['okafor', 'ann', 'of-ann'],
      ['okafor', 'ann', 'bea', 'of-ann', 'of-bea'],
    ],
  ])('%s', async (query, hers, all) => {
    const local: Principal = { ...nurse, visible: 'everything' }
    expect((await asked(local, query)).ids).toEqual(all)
    const { ids, total } = await asked(nurse, `${query}&_total=accurate`)
    expect(ids).toEqual(hers)
    const matches = hers.filter((id) => resources.some((each) => each.id === id && each.resourceType === query.split('?')[0]))
    expect(total).toBe(matches.length)
  })
})
