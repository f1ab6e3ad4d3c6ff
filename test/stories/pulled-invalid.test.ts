/** A partner's change breaks a rule: it is taken, tagged, and told nobody outside; or held, where the connection says so. */
import { afterEach, expect, it } from 'vitest'
import { marisol, say } from '../support/coordination.ts'
import { drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

const invalid = { system: 'https://warm-handoff.example/fhir/CodeSystem/validation', code: 'invalid' }
const number = { value: '+15555550111' }

let told: Told
afterEach(() => told.end())

const begin = async (more: object, validation?: 'mark') => {
  told = await tell({
    partner: 'plain',
    flavour: 'fhir-r4',
    push: ['Patient'],
    pull: ['Patient'],
    more,
    ...(validation && { validation }),
  })
  await told.send({ ...marisol, gender: 'female' })
  told.gateway.clock.advance(60_000)
}
const there = () => told.partner.all('Patient')[0]!
const here = async () => (await say(told.gateway, 'GET', `/fhir/Patient/${marisol.id}`)).body
const change = async () => {
  told.partner.edit('Patient', there().id, (one) => ({ ...one, telecom: [number] }))
  await told.pull()
}

it('is taken and tagged; the tag goes to no partner, and with a sound change', async () => {
  await begin({})
  await change()
  expect(await here()).toMatchObject({ telecom: [number], meta: { tag: [invalid] } })
  const { items } = (await say(told.gateway, 'GET', '/admin/messages?state=applied')).body
  expect(items[0].issues[0]).toMatchObject({ path: 'Patient.telecom[0]', severity: 'warning' })
  const member = `/coordination/clients/${marisol.id}`
  const { etag } = await say(told.gateway, 'GET', member)
  const headers = { 'if-match': etag, 'content-type': 'application/merge-patch+json' }
  expect((await say(told.gateway, 'PATCH', member, { birthDate: '1990-02-03' }, headers)).status).toBe(200)
  await drain(told.gateway)
  expect(there()).toMatchObject({ birthDate: '1990-02-03', telecom: [number] })
  expect(JSON.stringify(there())).not.toContain(invalid.system)
  told.gateway.clock.advance(60_000)
  told.partner.edit('Patient', there().id, (one) => ({ ...one, telecom: [{ ...number, system: 'phone' }] }))
  await told.pull()
  expect((await here()).meta.tag).toBeUndefined()
})

it('is held with what is wrong where the connection refuses it, until an operator takes it', async () => {
  await begin({ validation: 'refuse' })
  await change()
  expect((await here()).telecom).toBeUndefined()
  const { items } = (await say(told.gateway, 'GET', '/admin/messages?state=held')).body
  expect(items).toMatchObject([{ state: 'held', issues: [{ path: 'Patient.telecom[0]' }] }])
  const { items: all } = (await say(told.gateway, 'GET', '/admin/connections')).body
  const { name, kind, flavour, baseUrl, push, pull } = all[0]
  const connection = { name, kind, flavour, baseUrl, push, pull, validation: 'mark' }
  expect((await say(told.gateway, 'PUT', '/admin/connections/partner', connection)).status).toBe(200)
  expect((await say(told.gateway, 'POST', `/admin/messages/${items[0].id}/replay`)).status).toBe(200)
  expect((await here()).meta.tag).toEqual([invalid])
})

it('what is created here with a fault in it is created there without the tag', async () => {
  await begin({}, 'mark')
  await told.send({ ...marisol, gender: 'female', id: 'cli-other', telecom: [number] })
  const other = told.partner.all('Patient').find((one) => one.id !== there().id)!
  expect(other).toMatchObject({ telecom: [number] })
  expect(JSON.stringify(other)).not.toContain(invalid.system)
})
