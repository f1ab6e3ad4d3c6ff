/** Who may see one patient learns nothing of another, whichever way the question goes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Principal } from '../../src/access/principal.ts'
import type { Result } from '../../src/domain/problem.ts'
import type { Desk } from '../../src/gateway.ts'
import { local, startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway

/** May see Ann alone. */
const nurse = local({ patients: ['ann'] })

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

/** Who is on it learns by it who else is. */
const rolls = ['ann', 'both'].flatMap((who) => {
  const names = who === 'both' ? ['ann', 'bea'] : [who]
  const of = names.map((id) => ({ reference: `Patient/${id}` }))
  return [
    { resourceType: 'Group', id: `group-${who}`, type: 'person', actual: true, member: of.map((entity) => ({ entity })) },
    {
      resourceType: 'List',
      id: `load-${who}`,
      status: 'current',
      mode: 'working',
      title: who,
      // Whoever is named in words beside the entries is named, too.
      entry: [
        { item: of[0], ...(of[1] && { extension: [{ url: 'urn:instead-of', valueReference: of[1] }] }) },
        { item: { reference: 'Practitioner/okafor' } },
      ],
    },
    {
      resourceType: 'Flag',
      id: `of-group-${who}`,
      status: 'active',
      code: { text: 'watch' },
      subject: { reference: `Group/group-${who}` },
    },
  ]
})

beforeAll(async () => {
  gateway = await startGateway()
  for (const resource of [...resources, ...rolls]) {
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
      'List?_id=ward&_include=List:item&_include:iterate=Observation:subject',
      ['ward', 'of-ann', 'ann'],
      ['ward', 'of-ann', 'of-bea', 'ann', 'bea'],
    ],
    ['List?_id=ward&_include=*', ['ward', 'of-ann'], ['ward', 'of-ann', 'of-bea']],
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

describe('one who may see Ann alone, where a roll names Bea besides', () => {
  const everybody: Principal = { ...nurse, visible: 'everything' }
  const ids = (text: string): readonly string[] =>
    ((JSON.parse(text) as { entry?: { resource?: { id: string } }[] }).entry ?? []).flatMap(({ resource }) => resource?.id ?? [])
  /** Ids that an exit lets out, of those that tell of rolls. */
  async function shown(principal: Principal, exit: (desk: Desk) => Promise<Result<string>>): Promise<readonly string[]> {
    const answer = await exit(await gateway.gateway.desk(principal))
    if (!answer.ok) throw new Error(answer.problem.detail)
    return ids(answer.value).filter((id) => /^(group|load)-/.test(id))
  }
  const plain = { pairs: [], lenient: false }
  const search = (path: string) => (desk: Desk) => {
    const [type = '', query] = path.split('?')
    return desk.searchPage({ type, pairs: [...new URLSearchParams(query)] })
  }
  const getIn =
    (kind: 'batch' | 'transaction', ...urls: string[]) =>
    async (desk: Desk): Promise<Result<string>> => {
      const entry = urls.map((url) => ({ request: { method: 'GET', url } }))
      const body = new TextEncoder().encode(JSON.stringify({ resourceType: 'Bundle', type: kind, entry }))
      const answer = await desk.postBundle(body, { entries: 10, resource: 10_000, bundle: 10_000_000, page: 10_000_000 })
      if (!answer.ok) return answer
      const inner = (JSON.parse(answer.value) as { entry: { resource: object }[] }).entry.map(({ resource }) => resource)
      return { ok: true, value: JSON.stringify({ entry: inner.flatMap((each) => (each as { entry?: object[] }).entry ?? []) }) }
    }

  it.each<[exit: string, (desk: Desk) => Promise<Result<string>>, hers: string[], all: string[]]>([
    ['a search for groups', search('Group'), ['group-ann'], ['group-ann', 'group-both']],
    ['a search for lists', search('List?title=a,b'), ['load-ann'], ['load-ann', 'load-both']],
    ['a member', search('Group?member=Patient/ann'), ['group-ann'], ['group-ann', 'group-both']],
    ['what is included', search('Flag?_include=Flag:subject'), ['group-ann'], ['group-ann', 'group-both']],
    [
      'what refers to her',
      search('Patient?_id=ann&_revinclude=Group:member&_revinclude=List:item'),
      ['group-ann', 'load-ann'],
      ['group-ann', 'group-both', 'load-ann', 'load-both'],
    ],
    [
      'her compartment',
      (desk) => desk.searchPage({ type: 'Group', within: { type: 'Patient', id: 'ann' }, pairs: [] }),
      ['group-ann'],
      ['group-ann', 'group-both'],
    ],
    ['everything of hers', (desk) => desk.everything('ann', new Uint8Array(), plain), ['group-ann'], ['group-ann', 'group-both']],
    ['a history of groups', (desk) => desk.historyPage({ type: 'Group' }, plain), ['group-ann'], ['group-both', 'group-ann']],
    ['a history of one', (desk) => desk.historyPage({ type: 'List', id: 'load-ann' }, plain), ['load-ann'], ['load-ann']],
    [
      'a history of all',
      (desk) => desk.historyPage({}, plain),
      ['load-ann', 'group-ann'],
      ['load-both', 'group-both', 'load-ann', 'group-ann'],
    ],
    [
      'a search in a transaction',
      getIn('transaction', 'Group', 'List'),
      ['group-ann', 'load-ann'],
      ['group-ann', 'group-both', 'load-ann', 'load-both'],
    ],
    ['a history in a batch', getIn('batch', 'Group/_history'), ['group-ann'], ['group-both', 'group-ann']],
  ])('%s does not show it', async (_, exit, hers, all) => {
    expect(await shown(nurse, exit)).toEqual(hers)
    expect(await shown(everybody, exit)).toEqual(all)
  })

  it.each(['Group/group-both', 'List/load-both'])(
    '%s is not there for her, in any version, by itself or in a transaction',
    async (name) => {
      const [type = '', id = ''] = name.split('/')
      const desk = await gateway.gateway.desk(nurse)
      const refused = { ok: false, problem: { code: 'not-found' } }
      expect(await desk.readResource(type, id, plain)).toMatchObject(refused)
      expect(await desk.readVersion(type, id, '1', plain)).toMatchObject(refused)
      expect(await desk.historyPage({ type, id }, plain)).toMatchObject(refused)
      expect(await desk.readMeta(type, id)).toMatchObject(refused)
      expect(await getIn('transaction', name)(desk)).toMatchObject(refused)
      expect(await (await gateway.gateway.desk(everybody)).readResource(type, id, plain)).toMatchObject({ ok: true })
    },
  )
})
