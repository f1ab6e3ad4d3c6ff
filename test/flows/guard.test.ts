/** What nobody may do from outside: write what is computed here, or delete what others follow from. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { dischargeMessage } from '../support/hl7v2.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
})
afterEach(() => gateway.stop())

const fhir = { 'content-type': 'application/fhir+json' }
const codes = async (answer: Response) => [answer.status, ((await answer.json()) as { issue: { code: string }[] }).issue[0]!.code]

it('refuses to make, change or delete a follow-up on /fhir', async () => {
  const task = {
    resourceType: 'Task',
    id: 'fob-forged',
    status: 'completed',
    intent: 'order',
    code: { coding: [{ system: 'https://warm-handoff.example/fhir/CodeSystem/obligation-policy', code: 'FUH-7@MY2026' }] },
    for: { reference: 'Patient/x' },
  }
  const made = await gateway.request('/fhir/Task/fob-forged', { method: 'PUT', headers: fhir, body: JSON.stringify(task) })
  expect(await codes(made)).toEqual([422, 'business-rule'])
  const own = { ...task, id: 'tsk-1', code: { text: 'call' } }
  expect((await gateway.request('/fhir/Task/tsk-1', { method: 'PUT', headers: fhir, body: JSON.stringify(own) })).status).toBe(
    201,
  )
})

it('does not delete a stay that follow-ups come of', async () => {
  await gateway.request('/hl7v2', { method: 'POST', headers: { 'content-type': 'application/hl7-v2' }, body: dischargeMessage() })
  const found = (await (await gateway.request('/fhir/Encounter')).json()) as { entry: { resource: { id: string } }[] }
  const gone = await gateway.request(`/fhir/Encounter/${found.entry[0]!.resource.id}`, { method: 'DELETE' })
  expect(await codes(gone)).toEqual([422, 'business-rule'])
})

it('searches inside a transaction, and sees what the transaction wrote', async () => {
  const entry = [
    { request: { method: 'GET', url: 'Patient?identifier=urn:mrn|77' } },
    {
      fullUrl: 'urn:uuid:1',
      resource: { resourceType: 'Patient', identifier: [{ system: 'urn:mrn', value: '77' }] },
      request: { method: 'POST', url: 'Patient' },
    },
  ]
  const sent = await gateway.request('/fhir', {
    method: 'POST',
    headers: fhir,
    body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  })
  const answer = (await sent.json()) as { entry: { resource?: { type: string; entry: unknown[] } }[] }
  expect(answer.entry[0]!.resource).toMatchObject({ type: 'searchset' })
  expect(answer.entry[0]!.resource!.entry).toHaveLength(1)
})

it('takes a screening that its sender writes again and again, without what was added to it here', async () => {
  const put = async (authored: string) =>
    (
      await gateway.request('/fhir/QuestionnaireResponse/theirs', {
        method: 'PUT',
        json: {
          resourceType: 'QuestionnaireResponse',
          id: 'theirs',
          questionnaire: 'http://hl7.org/fhir/us/core/Questionnaire/prapare-example',
          status: 'completed',
          authored,
          item: [
            {
              linkId: '/93025-5/93043-8',
              item: [
                { linkId: '/93025-5/93043-8/76501-6', answer: [{ valueCoding: { system: 'http://loinc.org', code: 'LA33-6' } }] },
              ],
            },
          ],
        },
      })
    ).status
  expect(await put('2026-02-01T10:00:00Z')).toBe(201)
  expect(await put('2026-02-02T10:00:00Z')).toBe(200)
  const { extension } = await (await gateway.request('/fhir/QuestionnaireResponse/theirs')).json()
  expect(JSON.stringify(extension)).toContain('prapare')
  expect(await put('2026-02-03T10:00:00Z')).toBe(200)
})
