/** Whatever is asked, at whichever door, and however it ends: there is a line of it, one, with what came of it; and there is no other. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditOf, operator, told } from '../support/audit.ts'
import { registerClient } from '../support/client.ts'
import { clinicalDocument } from '../support/clinical-document.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { dischargeMessage } from '../support/hl7v2.ts'
import { Dice } from '../support/search/dice.ts'

const operations = Number(process.env.HANDOFF_OPERATIONS ?? 2000)
const scope = [
  'Patient.cruds',
  'Condition.cruds',
  'Task.rs',
  'ServiceRequest.cruds',
  'Encounter.cruds',
  'ChargeItem.rus',
  'Location.cruds',
]
  .map((one) => `system/${one}`)
  .join(' ')

let gateway: TestGateway
let token: { readonly authorization: string }
beforeAll(async () => {
  gateway = await startGateway({ auth: 'smart' })
  token = await (await registerClient(gateway, scope)).bearer(scope)
})
afterAll(() => gateway.stop())

const fhir = { 'content-type': 'application/fhir+json' }
interface Asked {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly body?: string
}

const some = (roll: Dice) => `p${roll.below(12)}`
const person = (roll: Dice, id: string) => ({
  resourceType: 'Patient',
  id,
  gender: roll.of('male', 'female', 'other', 'nonsense'),
  birthDate: `19${10 + roll.below(90)}-0${1 + roll.below(9)}-01`,
})
const bundle = (type: string, entry: readonly object[]) => ({ resourceType: 'Bundle', type, entry })
const writing = (roll: Dice) => {
  const id = some(roll)
  return { resource: person(roll, id), request: { method: 'PUT', url: `Patient/${id}` } }
}

/** By kind; some of them cannot be done, and some are nobody's to do. */
const kinds: readonly ((roll: Dice) => Asked)[] = [
  (roll) => ({ path: `/fhir/Patient/${some(roll)}` }),
  (roll) => ({ path: `/fhir/Patient/${some(roll)}/_history/${roll.of(1, 2, 9)}` }),
  (roll) => ({ path: `/fhir/Patient/${some(roll)}/_history` }),
  (roll) => ({ path: `/fhir/Patient/${some(roll)}/$everything` }),
  (roll) => ({
    path: `/fhir/Patient?${roll.of('gender=male', 'name=x', 'nonsense=1', 'birthdate=zz', '_has:Claim:patient:use=x')}`,
  }),
  (roll) => ({ path: `/fhir/${roll.of('Claim', 'Observation', 'Consent')}/${some(roll)}` }),
  () => ({ path: '/fhir/_history' }),
  (roll) => ({ method: 'POST', path: '/fhir/Patient', headers: fhir, json: person(roll, 'x') }),
  (roll) => {
    const id = some(roll)
    return { method: 'PUT', path: `/fhir/Patient/${id}`, headers: fhir, json: person(roll, roll.once(8) ? 'other' : id) }
  },
  (roll) => {
    const id = some(roll)
    const headers = { ...fhir, 'if-match': roll.of('W/"1"', 'W/"2"', 'W/"3"') }
    return { method: 'PUT', path: `/fhir/Patient/${id}`, headers, json: person(roll, id) }
  },
  (roll) => ({ method: 'PUT', path: `/fhir/Patient?identifier=${some(roll)}`, headers: fhir, json: { resourceType: 'Patient' } }),
  (roll) => ({
    method: 'PATCH',
    path: `/fhir/Patient/${some(roll)}`,
    headers: { 'content-type': 'application/json-patch+json' },
    json: [roll.of({ op: 'replace', path: '/gender', value: 'other' }, { op: 'remove', path: '/nothing' })],
  }),
  (roll) => ({ method: 'DELETE', path: `/fhir/${roll.of('Patient', 'Claim')}/${some(roll)}` }),
  (roll) => ({ method: 'POST', path: '/fhir', headers: fhir, json: bundle('transaction', [writing(roll), writing(roll)]) }),
  (roll) => ({
    method: 'POST',
    path: '/fhir',
    headers: fhir,
    json: bundle('batch', [{ request: { method: 'GET', url: `Patient/${some(roll)}` } }]),
  }),
  (roll) => ({ method: 'POST', path: '/fhir/Patient/$validate', headers: fhir, json: person(roll, 'x') }),
  (roll) => ({ path: `/coordination/clients/${some(roll)}` }),
  (roll) => ({ path: `/coordination/${roll.of('clients', 'needs', 'sessions', 'consents', 'follow-ups')}?limit=3` }),
  (roll) => ({ path: `/coordination/clients/${some(roll)}/timeline` }),
  (roll) => ({
    method: 'POST',
    path: '/coordination/locations',
    json: { name: 'Harbor Street', state: roll.of('active', 'wrong') },
  }),
  (roll) => ({ method: 'POST', path: '/coordination/needs', json: { clientId: some(roll), text: 'a place to sleep' } }),
  (roll) => ({
    method: 'POST',
    path: `/coordination/clients/${some(roll)}/events`,
    json: { type: roll.of('rest', 'deactivate') },
  }),
  () => ({ path: '/billing/service-lines' }),
  () => ({ path: '/billing/837p' }),
  () => ({ method: 'POST', path: '/billing/acks', json: { acks: [] } }),
  (roll) => ({
    method: 'POST',
    path: '/hl7v2',
    headers: { 'content-type': 'application/hl7-v2' },
    body: roll.once(4) ? 'MSH|^~\\&|x' : dischargeMessage({ MSH: { 10: `M${roll.below(500)}` } }),
  }),
  (roll) => ({
    method: 'POST',
    path: '/documents',
    headers: { 'content-type': 'application/xml' },
    body: roll.once(3) ? '<none/>' : clinicalDocument({ id: `d${roll.below(500)}` }),
  }),
  (roll) => ({ path: `/admin/${roll.of('deliveries', 'messages', 'connections', 'conflicts', 'invalid')}`, headers: operator }),
  () => ({ path: '/admin/messages/none', headers: operator }),
  (roll) => ({
    method: 'PUT',
    path: '/admin/connections/harbor',
    headers: operator,
    json: { kind: 'ehr', baseUrl: 'https://harbor.example', push: [roll.of('Patient', 'nonsense')] },
  }),
  () => ({ method: 'POST', path: '/admin/deliveries/none/replay', headers: operator }),
]

test('of every operation there is one line', async () => {
  const roll = new Dice(11)
  const done = new Map<string, { readonly what: string; readonly status: number }>()
  for (let n = 0; n < operations; n++) {
    const { headers, path, method = 'GET', ...asked } = roll.of(...kinds)(roll)
    const answer = await gateway.request(path, { method, headers: { ...token, ...headers }, ...asked })
    expect(answer.status, `${method} ${path}`).toBeLessThan(500)
    done.set(answer.headers.get('x-request-id')!, { what: `${method} ${path}`, status: answer.status })
    if (n % 100 === 0) gateway.clock.advance(1000)
  }
  const lines = Map.groupBy(await auditOf(gateway), ({ request }) => request ?? '')
  const wrong: string[] = []
  for (const [request, { what, status }] of done) {
    const of = lines.get(request) ?? []
    const outcomes = of.map(({ outcome }) => outcome)
    // Of a batch the line tells what was refused in it.
    const succeeded = status < 400 && !(what === 'POST /fhir' && outcomes[0] === 'refused')
    if (of.length !== 1 || (outcomes[0] === 'success') !== succeeded)
      wrong.push(`${status} ${what}: ${of.map((line) => told(line))}`)
  }
  for (const [request, of] of lines) if (!done.has(request)) wrong.push(`nothing was asked: ${of.map(told)}`)
  expect(wrong).toEqual([])
  expect(new Set([...done.values()].map(({ status }) => status)).size).toBeGreaterThan(7)
  const check = await gateway.request('/admin/audit/check', { headers: operator })
  expect(await check.json()).toMatchObject({ intact: true })
})
