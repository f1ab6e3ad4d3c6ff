/** Definitions ride along with what names them by URL, and the other way round: questionnaires and their answers. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { registerClient } from '../support/client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const url = 'http://acme.example/Questionnaire/mood'
const part2 = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: '42CFRPart2' }] }
const questionnaire = (id: string, version: string, more = {}) => ({
  ...{ resourceType: 'Questionnaire', id, url, version, status: 'active' },
  ...more,
})
const answers = (id: string, questionnaire: string) => ({
  ...{ resourceType: 'QuestionnaireResponse', id, status: 'completed', questionnaire },
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

async function beside(path: string, headers = all): Promise<string[]> {
  const answer = await gateway.request(`/fhir/${path}`, { headers })
  const { entry = [] } = (await answer.json()) as { entry?: { search: { mode: string }; resource: { id: string } }[] }
  return entry.flatMap(({ search, resource }) => (search.mode === 'include' ? [resource.id] : [])).sort()
}
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
