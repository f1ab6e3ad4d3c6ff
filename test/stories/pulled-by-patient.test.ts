/** Partners that answer no search of a whole type are pulled patient by patient, of those whom both sides know. */
import { afterEach, expect, it } from 'vitest'
import type { Fault } from '../../src/demo/sandbox/fhir-server.ts'
import { ok } from '../../src/domain/problem.ts'
import { system } from '../../src/gateway.ts'
import { write } from '../../src/store/store.ts'
import { say } from '../support/coordination.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
let fault: (path: string, number: number) => Fault | undefined
afterEach(() => told.end())

/** So many clients, known on both sides, each with a problem on the partner's list. */
async function open(flavour: 'epic' | 'oracle-health', count: number, type = 'Condition'): Promise<void> {
  fault = () => undefined
  told = await tell({
    partner: flavour,
    flavour,
    push: ['Organization', 'Patient'],
    pull: [type, 'Patient'],
    fault: ({ method, path }, number) => (method === 'GET' ? fault(path, number) : undefined),
  })
  await told.send(harbor, ...Array.from({ length: count }, (_, n) => client(n)))
  told.gateway.clock.advance(60_000)
  for (const [n, { id }] of told.partner.all('Patient').entries())
    told.partner.put(type, `x${n}`, record(type, n, { reference: `Patient/${id}` }))
}
const harbor = { resourceType: 'Organization', id: 'org-harbor', name: 'Harbor Hospital' }
const client = (n: number) => ({
  ...{ resourceType: 'Patient', id: `cli-${n}`, birthDate: '1984-02-19' },
  name: [{ use: 'official', family: 'Quintero', given: [`N${n}`] }],
  managingOrganization: { reference: 'Organization/org-harbor' },
})
const record = (type: string, n: number, subject: object) =>
  type === 'Condition' ? { subject, code: { text: `problem ${n}` } } : { patient: subject, name: [{ text: `sister ${n}` }] }
const here = async (type = 'Condition') => {
  const { entry = [] } = (await say(told.gateway, 'GET', `/fhir/${type}?_count=200`)).body
  return entry.map(({ resource }: { resource: { code?: { text: string } } }) => resource.code?.text).sort()
}
const all = (count: number) => Array.from({ length: count }, (_, n) => `problem ${n}`).sort()
const pulled = async (type = 'Condition') => (await told.pull()).find((one) => one.type === type)

it('takes what is new, and hears of changes, of more people than fit on a page', async () => {
  await open('epic', 45)
  expect(await pulled()).toMatchObject({ state: 'done', read: 45, kept: 45, pages: 3 })
  expect(await here()).toEqual(all(45))
  expect(await pulled()).toMatchObject({ state: 'done', read: 45, kept: 0 })
  told.gateway.clock.advance(60_000)
  told.partner.edit('Condition', 'x7', (one) => ({ ...one, code: { text: 'problem seven' } }))
  told.partner.edit('Patient', told.partner.all('Patient')[3]!.id, (one) => ({ ...one, gender: 'female' }))
  const asked = told.partner.requests.length
  expect((await told.pull()).map(({ kept }) => kept)).toEqual([1, 1])
  expect(await here()).toContain('problem seven')
  expect((await say(told.gateway, 'GET', '/fhir/Patient?gender=female&_summary=count')).body.total).toBe(1)
  // Each of a patient’s two kinds of records is asked for by name.
  expect(told.partner.requests.slice(asked).every(({ path }) => path !== '')).toBe(true)
})

it('goes on where it was when the partner was silent, and does not wait for those whose records it refuses', async () => {
  await open('epic', 30)
  let silent = false
  fault = (path) => {
    if (silent && path.startsWith('Condition')) return { kind: 'status', status: 503, when: 'before' }
    silent ||= path.startsWith('Condition') && told.partner.requests.filter((one) => one.path === 'Condition').length > 22
    return undefined
  }
  expect(await pulled()).toMatchObject({ state: 'try-again', kept: 19 })
  let refused = 0
  fault = (path) => (path === 'Condition' && refused++ === 0 ? { kind: 'status', status: 403, when: 'before' } : undefined)
  expect(await pulled()).toMatchObject({ state: 'done', kept: 10 })
  fault = () => undefined
  expect(await pulled()).toMatchObject({ state: 'done', kept: 1 })
  expect(await here()).toEqual(all(30))
})

it('tells where everything is refused, and begins anew where its place is lost', async () => {
  await open('epic', 3)
  fault = (path) => (path === 'Condition' ? { kind: 'status', status: 403, when: 'before' } : undefined)
  expect(await pulled()).toMatchObject({ state: 'refused' })
  fault = () => undefined
  const { store } = await told.gateway.gateway.context(system())
  const cursor = { base: told.partner.baseUrl, pages: 1, inOrder: true, next: 'of-another-store' }
  await store.commit(function* () {
    yield* write({ change: 'remember', kind: 'pull', key: 'partner Condition', text: JSON.stringify(cursor) })
    return ok(undefined)
  })
  expect(await pulled()).toMatchObject({ state: 'done', kept: 3 })
})

it('asks as the partner wants to be asked', async () => {
  await open('oracle-health', 2, 'RelatedPerson')
  expect(await pulled('RelatedPerson')).toMatchObject({ state: 'done', kept: 2 })
  expect(await here('RelatedPerson')).toHaveLength(2)
})
