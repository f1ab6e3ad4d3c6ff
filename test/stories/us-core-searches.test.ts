/** The searches that Inferno tests US Core servers by, each with values from published examples; answers are compared with a naive reading. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { corpora, resourcesOf } from '../support/corpora.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import {
  comparedWith,
  type Definition,
  elementsAt,
  type Group,
  groupsOf,
  type Resource,
  versions,
  type Wanted,
  waysToAsk,
} from '../support/us-core.ts'
import { provenanceAgents, usCoreExamples } from '../support/us-core-examples.ts'
import { notSupported } from '../support/us-core-must-supports.ts'

// Where two have the same id, that of the guide's later version counts.
const folders = ['1_igs/hl7.fhir.r4.examples-4.0.1', '1_igs/us-core-6.1.0/examples', '1_igs/us-core-7.0.0/examples']
const all = versions.flatMap((version) => groupsOf(version).map((group) => [version, group[':name'], group] as const))

const form = { 'content-type': 'application/x-www-form-urlencoded' }

interface Bundle {
  readonly entry?: readonly { readonly resource: Resource; readonly search: { readonly mode: string } }[]
}

interface Announced {
  readonly type: string
  readonly interaction: readonly { readonly code: string }[]
  readonly searchParam: readonly { readonly name: string }[]
  readonly searchInclude?: readonly string[]
  readonly searchRevInclude?: readonly string[]
}

describe.skipIf(corpora === undefined || all.length === 0)('US Core as Inferno asks for it (needs CORPORA)', () => {
  let gateway: TestGateway
  const stored = new Map<string, Resource>()
  const announced = new Map<string, Announced>()

  beforeAll(async () => {
    gateway = await startGateway()
    const types = new Set(all.map(([, , group]) => group[':resource']).concat('Medication', 'Endpoint'))
    const published = resourcesOf(types, folders).map(({ resource }) => resource as Resource)
    const found = [...published, ...usCoreExamples]
    const unique = [
      ...new Map(found.filter(({ id }) => id !== undefined).map((one) => [`${one.resourceType}/${one.id}`, one])).values(),
    ]
    const role = {
      resourceType: 'PractitionerRole',
      id: 'us-core-role',
      practitioner: { reference: 'Practitioner/practitioner-2' },
    }
    const own = {
      resourceType: 'Provenance',
      id: 'of-all',
      target: unique.map(({ resourceType, id }) => ({ reference: `${resourceType}/${id}` })),
      recorded: '2026-01-01T00:00:00Z',
      agent: provenanceAgents,
    }
    const list = [...unique.filter((one) => one.resourceType !== 'Provenance'), role, own]
    const entry = list.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }))
    const answer = await gateway.request('/fhir', { method: 'POST', json: { resourceType: 'Bundle', type: 'batch', entry } })
    const { entry: answers } = (await answer.json()) as { entry: { response: { status: string; lastModified: string } }[] }
    for (const [i, { response }] of answers.entries()) {
      const resource = list[i] as Resource
      const meta = { lastUpdated: response.lastModified }
      if (response.status.startsWith('201')) stored.set(`${resource.resourceType}/${resource.id}`, { ...resource, meta })
    }
    const statement = (await (await gateway.request('/fhir/metadata')).json()) as { rest: { resource: Announced[] }[] }
    for (const one of statement.rest[0]!.resource) announced.set(one.type, one)
  })
  afterAll(() => gateway.stop())

  const of = (type: string) => [...stored.values()].filter(({ resourceType }) => resourceType === type)
  const elements = (resource: Resource, { ':full_paths': paths }: Definition) =>
    paths.flatMap((path) => elementsAt(resource, path))

  async function ask(type: string, pairs: readonly (readonly [string, string])[], method = 'GET'): Promise<Bundle | number> {
    const query = new URLSearchParams([...pairs.map(([...pair]) => pair), ['_count', '1000']])
    const answer =
      method === 'GET'
        ? await gateway.request(`/fhir/${type}?${query}`)
        : await gateway.request(`/fhir/${type}/_search`, { method, body: query.toString(), headers: form })
    return answer.status === 200 ? ((await answer.json()) as Bundle) : answer.status
  }

  /** What is wrong with the answer to a search; undefined if nothing is. */
  async function wrong(
    { ':resource': type, ':search_definitions': definitions }: Group,
    asked: readonly (readonly [string, Wanted])[],
    method?: 'GET' | 'POST',
  ) {
    const pairs = asked.map(([name, { text }]) => [name, text] as const)
    const found = await ask(type, pairs, method)
    const ids = typeof found === 'number' ? [`status ${found}`] : (found.entry ?? []).map(({ resource }) => resource.id).sort()
    const expected = of(type)
      .filter((one) =>
        asked.every(([name, wanted]) => elements(one, definitions[`:${name}`]!).some((element) => wanted.fits(element))),
      )
      .map(({ id }) => id)
      .sort()
    const same = JSON.stringify(ids) === JSON.stringify(expected)
    return same ? [] : [`${asked.map(([name, { text }]) => `${name}=${text}`).join('&')}: ${ids}, not ${expected}`]
  }

  /** Combinations to ask by: those of the first resources that have all that is asked for. */
  function combinations(group: Group, names: readonly string[]): (readonly (readonly [string, Wanted])[])[] {
    const ways = of(group[':resource']).map((resource) =>
      names.map((name) => {
        const definition = group[':search_definitions'][`:${name}`]!
        return elements(resource, definition).flatMap((element) => waysToAsk(element, definition[':type']))
      }),
    )
    const whole = ways.filter((each) => each.every((list) => list.length > 0)).slice(0, 4)
    return whole.flatMap((each) => [0, 1].map((way) => names.map((name, i) => [name, each[i]![way] ?? each[i]![0]!] as const)))
  }

  test.each(all)('%s %s: searches find what they should', async (_, __, group) => {
    const faults: string[] = []
    for (const { ':names': names } of group[':searches']) {
      for (const [nth, combination] of combinations(group, names).entries()) {
        faults.push(...(await wrong(group, combination)))
        if (nth === 0) faults.push(...(await wrong(group, combination, 'POST')))
        for (const [i, [name, wanted]] of combination.entries()) {
          const { ':comparators': comparators } = group[':search_definitions'][`:${name}`]!
          const instead = (other: Wanted) => combination.map((pair, at) => (at === i ? ([name, other] as const) : pair))
          for (const prefix of ['ne', 'gt', 'ge', 'lt', 'le', 'sa', 'eb'])
            if (comparators[`:${prefix}`] !== undefined)
              faults.push(...(await wrong(group, instead(comparedWith(wanted.text, prefix)))))
          const others = combinations(group, [name])
            .map((each) => each[0]![1])
            .filter(({ text }) => !text.includes(','))
          const fits = (element: unknown) => [wanted, ...others].some((each) => each.fits(element))
          faults.push(...(await wrong(group, instead({ text: [wanted, ...others].map(({ text }) => text).join(), fits }))))
        }
      }
    }
    expect(faults).toEqual([])
  })

  test.each(all)('%s %s: includes bring what is referred to', async (_, __, group) => {
    const type = group[':resource']
    const [one] = of(type)
    for (const rule of one ? group[':revincludes'] : []) {
      const found = await ask(type, [
        ['_id', one!.id],
        ['_revinclude', rule],
      ])
      expect(found).toMatchObject({
        entry: [{ resource: { id: one!.id } }, { resource: { id: 'of-all' }, search: { mode: 'include' } }],
      })
    }
    for (const rule of group[':include_params']) {
      const found = await ask(type, [['_include', rule]])
      if (typeof found === 'number') throw new Error(`${rule}: ${found}`)
      const [, param, target] = rule.split(':')
      const key = param === 'medication' ? 'medicationReference' : param!
      const wanted = of(type).flatMap((resource) =>
        elementsAt(resource, `${type}.${key === 'participant' ? 'participant.member' : key}`),
      )
      const references = wanted.flatMap((each) => (each as { reference?: string }).reference ?? [])
      const expected = references.filter((each) => stored.has(each) && (target === undefined || each.startsWith(`${target}/`)))
      const included = found.entry?.filter(({ search }) => search.mode === 'include') ?? []
      expect(included.map(({ resource }) => `${resource.resourceType}/${resource.id}`).sort()).toEqual(
        [...new Set(expected)].sort(),
      )
    }
  })

  test.each(all)('%s %s: what must be supported is served', async (_, __, group) => {
    const found = await ask(group[':resource'], [])
    if (typeof found === 'number') throw new Error(`status ${found}`)
    const served = found.entry?.map(({ resource }) => resource) ?? []
    expect(notSupported(group[':resource'], group[':must_supports'], served)).toEqual([])
  })

  test.each(all)('%s %s: is announced', (_, __, group) => {
    const told = announced.get(group[':resource'])!
    const shall = group[':interactions'].filter((each) => each[':expectation'] === 'SHALL').map((each) => each[':code'])
    expect(told.interaction.map(({ code }) => code)).toEqual(expect.arrayContaining(shall))
    const names = group[':searches'].flatMap((each) => each[':names'])
    expect(told.searchParam.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
    expect(told.searchRevInclude ?? []).toEqual(expect.arrayContaining(group[':revincludes']))
    const includes = group[':include_params'].map((each) => each.split(':').slice(0, 2).join(':'))
    expect(told.searchInclude ?? []).toEqual(expect.arrayContaining(includes))
  })

  test.each([
    ['name', 'HumanName'],
    ['identifier', 'Identifier'],
  ])('chains lead on: practitioner.%s', async (param, type) => {
    const [element] = elementsAt(stored.get('Practitioner/practitioner-2')!, `Practitioner.${param}`)
    const [wanted] = waysToAsk(element, type)
    const found = await ask('PractitionerRole', [[`practitioner.${param}`, wanted!.text]])
    expect(found).toMatchObject({ entry: [{ resource: { id: 'us-core-role' } }] })
  })

  test('every search has examples to be asked by', () => {
    const unasked = all.flatMap(([version, name, group]) =>
      group[':searches'].flatMap(({ ':names': names }) =>
        combinations(group, names).length > 0 ? [] : [`${version} ${name} ${names.join('+')}`],
      ),
    )
    expect(unasked).toEqual([])
  })
})
