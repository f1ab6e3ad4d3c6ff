/** Definitions ride along with what names them by URL, and are asked about in chains; and the other way round: questionnaires and their answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerClient } from '../support/client.ts'
import { part2 } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const url = 'http://acme.example/Questionnaire/mood'
const questionnaire = (id: string, version: string, more = {}) => ({
  ...{ resourceType: 'Questionnaire', id, url, version, status: 'active' },
  ...more,
})
const answers = (id: string, questionnaire: string) => ({
  ...{ resourceType: 'QuestionnaireResponse', id, status: id === 'any' ? 'amended' : 'completed', questionnaire },
})

let gateway: TestGateway
let all: { authorization: string }
let some: { authorization: string }
beforeAll(async () => {
  gateway = await startGateway({ auth: 'smart' })
  const scope = 'system/*.cruds'
  all = await (await registerClient(gateway, scope, { protected_records: true })).bearer(scope)
  some = await (await registerClient(gateway, scope)).bearer(scope)
  for (const json of [
    questionnaire('first', '1'),
    questionnaire('second', '2-B'),
    questionnaire('hidden', '3', { meta: part2 }),
    answers('a1', `${url}|1`),
    answers('a2', `${url}|2-B`),
    answers('a3', `${url}|3`),
    answers('any', url),
    answers('other', 'http://acme.example/Questionnaire/other'),
  ]) {
    gateway.clock.advance(1000)
    const put = await gateway.request(`/fhir/${json.resourceType}/${json.id}`, { method: 'PUT', headers: all, json })
    if (put.status !== 201) throw new Error(await put.text())
  }
})
afterAll(() => gateway.stop())

async function found(mode: string, path: string, headers: { authorization: string }): Promise<string[]> {
  const answer = await gateway.request(`/fhir/${path}`, { headers })
  const { entry = [] } = (await answer.json()) as { entry?: { search: { mode: string }; resource: { id: string } }[] }
  return entry.flatMap(({ search, resource }) => (search.mode === mode ? [resource.id] : [])).sort()
}
const beside = (path: string, headers = all) => found('include', path, headers)
const matches = (path: string, headers = all) => found('match', path, headers)
const include = (id: string) => `QuestionnaireResponse?_id=${id}&_include=QuestionnaireResponse:questionnaire`

it.each([
  ['the version that is named', include('a1'), ['first']],
  ['in the letters that it has', include('a2'), ['second']],
  ['the last where none is', include('any'), ['hidden']],
  ['of the type that is asked for', `${include('a1')}:Questionnaire`, ['first']],
  ['and of no other', `${include('a1')}:Library`, []],
  ['among all that it names', 'QuestionnaireResponse?_id=a1&_include=QuestionnaireResponse:*', ['first']],
  ['of whatever type is asked for', 'QuestionnaireResponse?_id=a1&_include:iterate=*', ['first']],
  ['among all that name it', 'Questionnaire?_id=first&_revinclude=QuestionnaireResponse:*', ['a1', 'any']],
  ['among whatever names it', 'Questionnaire?_id=first&_revinclude=*', ['a1', 'any']],
  ['nothing that is not here', include('other'), []],
  [
    'answers to this version, or to any',
    'Questionnaire?_id=first&_revinclude=QuestionnaireResponse:questionnaire',
    ['a1', 'any'],
  ],
  ['answers of all', `Questionnaire?url=${url}&_revinclude=QuestionnaireResponse:questionnaire`, ['a1', 'a2', 'a3', 'any']],
])('%s', async (_, path, ids) => expect(await beside(path)).toEqual(ids))

it('but not what is hidden: it is as if it were not there', async () => {
  expect(await beside(include('a3'), some)).toEqual([])
  expect(await beside(include('any'), some)).toEqual(['second'])
})

describe('a chain', () => {
  it.each([
    ['to a version, from what names it', 'QuestionnaireResponse?questionnaire.version=1', ['a1']],
    [
      'to the last version, from what names none as well',
      'QuestionnaireResponse?questionnaire:Questionnaire.version=3',
      ['a3', 'any'],
    ],
    ['to all of them', `QuestionnaireResponse?questionnaire.url=${url}`, ['a1', 'a2', 'a3', 'any']],
    ['to none', 'QuestionnaireResponse?questionnaire.title=mood', []],
    [
      'back from what names one',
      'Questionnaire?_has:QuestionnaireResponse:questionnaire:status=completed',
      ['first', 'hidden', 'second'],
    ],
    [
      'back from what names none, and so the last',
      'Questionnaire?_has:QuestionnaireResponse:questionnaire:status=amended',
      ['hidden'],
    ],
    ['there and back', 'QuestionnaireResponse?questionnaire._has:QuestionnaireResponse:questionnaire:_id=any', ['a3', 'any']],
    ['to words', 'QuestionnaireResponse?questionnaire._content=mood', ['a1', 'a2', 'a3', 'any']],
  ])('%s', async (_, path, ids) => expect(await matches(path)).toEqual(ids))

  it('leads into a definition that is contained', async () => {
    const contained = [{ resourceType: 'Questionnaire', id: 'q', status: 'draft', title: 'Made for one' }]
    const json = { ...answers('own', '#q'), contained }
    await gateway.request('/fhir/QuestionnaireResponse/own', { method: 'PUT', headers: all, json })
    expect(await matches('QuestionnaireResponse?questionnaire.title=made')).toEqual(['own'])
    expect(await matches('QuestionnaireResponse?questionnaire:Questionnaire.status=draft', some)).toEqual(['own'])
    expect(await matches('QuestionnaireResponse?questionnaire.status=active&_id=own')).toEqual([])
    await gateway.request('/fhir/QuestionnaireResponse/own', { method: 'DELETE', headers: all })
  })

  it('tells nothing of what is hidden', async () => {
    expect(await matches('QuestionnaireResponse?questionnaire.version=3', some)).toEqual([])
    expect(await matches('QuestionnaireResponse?questionnaire.version=2-B', some)).toEqual(['a2', 'any'])
    expect(await matches('Questionnaire?_has:QuestionnaireResponse:questionnaire:_id=any', some)).toEqual(['second'])
  })

  it('leads to definitions alone, and says which where there are many types of them', async () => {
    for (const path of [
      'Measure?depends-on.title=a',
      'Measure?depends-on:Patient.name=a',
      'Patient?_has:Measure:depends-on:title=a',
    ])
      expect((await gateway.request(`/fhir/${path}`, { headers: all })).status).toBe(400)
    expect(await matches('Measure?depends-on:Library.title=a')).toEqual([])
  })

  it('is a condition of a write, too', async () => {
    const { id: _, ...json } = answers('', `${url}|1`)
    const create = (condition: string) =>
      gateway.request('/fhir/QuestionnaireResponse', { method: 'POST', headers: { ...all, 'if-none-exist': condition }, json })
    expect((await create('questionnaire.version=1')).status).toBe(200)
    expect((await create('questionnaire.version=3')).status).toBe(412)
    expect((await create('questionnaire.version=4')).status).toBe(201)
  })
})
