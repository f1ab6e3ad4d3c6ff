/** A care plan to take along: one FHIR document with all that it names. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { validate } from '../../src/fhir/validate/validate.ts'
import { registerClient } from '../support/client.ts'
import { marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { guardedGateway } from '../support/guarded.ts'

let gateway: TestGateway
afterEach(() => gateway.stop())

const subject = { reference: 'Patient/cli-marisol' }
const plan = {
  resourceType: 'CarePlan',
  id: 'cpl-1',
  meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] },
  status: 'active',
  intent: 'plan',
  title: 'Coming home',
  subject,
  addresses: [{ reference: 'Condition/ned-1' }, { reference: 'Condition/ned-gone' }],
  goal: [{ reference: 'Goal/gol-1' }],
}
const resources = [
  marisol,
  { resourceType: 'Condition', id: 'ned-1', subject, code: { text: 'No place to stay' } },
  { resourceType: 'Goal', id: 'gol-1', lifecycleStatus: 'active', description: { text: 'A place of my own' }, subject },
  plan,
]

beforeEach(async () => {
  gateway = await startGateway()
  for (const resource of resources) await put(gateway, resource)
})

it('has the plan first told, then the client, the needs and the goals, each once and resolvable', async () => {
  const { status, body } = await say(gateway, 'GET', '/coordination/care-plans/cpl-1/pack')
  expect([status, body.type]).toEqual([200, 'document'])
  const [{ resource: composition }, ...entries] = body.entry
  expect(composition).toMatchObject({ resourceType: 'Composition', title: 'Coming home', subject, meta: plan.meta })
  expect(composition.section.map(({ title }: { title: string }) => title)).toEqual(['Plan', 'Needs', 'Goals'])
  const urls = entries.map(({ fullUrl }: { fullUrl: string }) => fullUrl.split('/').slice(-2).join('/'))
  expect(urls).toEqual(['CarePlan/cpl-1', 'Patient/cli-marisol', 'Condition/ned-1', 'Goal/gol-1'])
  const named = composition.section.flatMap(({ entry }: { entry: { reference: string }[] }) => entry.map((one) => one.reference))
  expect(named.every((reference: string) => urls.includes(reference))).toBe(true)
  expect(validate(body)).toEqual({ structure: [], rules: [] })
})

it('is as confidential as the strictest of what is in it, and does not say why', async () => {
  const level = (code: string) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code })
  const law = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: '42CFRPart2' }
  const envelope = async () => (await say(gateway, 'GET', '/coordination/care-plans/cpl-1/pack')).body.meta
  expect(await envelope()).toEqual({ security: [level('R')] })
  await put(gateway, { ...resources[1]!, meta: { security: [law, level('V')] } })
  expect(await envelope()).toEqual({ security: [level('V')] })
})

it('is of a care plan that there is', async () => {
  expect((await say(gateway, 'GET', '/coordination/care-plans/cpl-2/pack')).status).toBe(404)
})

it('leaves out what the caller may not read', async () => {
  await gateway.stop()
  gateway = await guardedGateway(resources)
  const scope = 'system/CarePlan.r system/Patient.r system/Goal.r'
  const reader = await registerClient(gateway, scope)
  const answer = await gateway.request('/coordination/care-plans/cpl-1/pack', { headers: await reader.bearer(scope) })
  const text = await answer.text()
  expect(answer.status).toBe(200)
  expect(text).toContain('A place of my own')
  expect(text).not.toContain('No place to stay')
})
