/** A connection that speaks to another address: an id there is somebody else's, and back at the first one all is known as before. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SandboxServer, startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { personalities } from '../../src/demo/sandbox/personalities.ts'
import { auditOf, told } from '../support/audit.ts'
import { marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { drain } from '../support/outbox.ts'

let gateway: TestGateway
let clock: () => number
let [first, second]: SandboxServer[] = []
const partner = '/admin/connections/partner'
const types = { push: ['Patient'], pull: ['Patient'] }
const tryConnect = (baseUrl: string, more: object = {}) =>
  say(gateway, 'PUT', partner, { kind: 'ehr', flavour: 'fhir-r4', baseUrl, ...types, ...more })
const connect = async (baseUrl: string, more?: object) => {
  const { status } = await tryConnect(baseUrl, more)
  expect([200, 201]).toContain(status)
}
const pull = async () => {
  gateway.clock.advance(60_000)
  await say(gateway, 'POST', `${partner}/pull`)
  await drain(gateway)
}
const here = async () => (await say(gateway, 'GET', `/fhir/Patient/${marisol.id}`)).body

beforeEach(async () => {
  clock = Date.now
  const at = (name: string) => startSandbox({ name, clock: () => clock(), personality: personalities.Northwind! })
  ;[first, second] = [await at('first'), await at('second')]
  gateway = await startGateway({ allowTargets: [first.target, second.target] })
  clock = () => gateway.clock.now
  await connect(first.baseUrl)
  await put(gateway, marisol)
  await drain(gateway)
})
afterEach(async () => {
  await gateway.stop()
  await Promise.all([first!.close(), second!.close()])
})

it.each([
  ['given another one', async () => {}],
  ['removed before', async () => void (await say(gateway, 'DELETE', partner))],
])('%s', async (_, before) => {
  const { id } = first!.all('Patient')[0]!
  second!.put('Patient', id, { name: [{ family: 'Stranger' }], gender: 'male' })
  await before()
  await connect(second!.baseUrl)
  await pull()
  expect(await here()).toMatchObject({ name: marisol.name })
  expect((await here()).gender).toBe((marisol as { gender?: string }).gender)
  await put(gateway, { ...marisol, language: 'es' })
  await drain(gateway)
  const [there] = second!.all('Patient').filter((one) => one.id === id)
  expect([there, second!.all('Patient').length]).toMatchObject([{ name: [{ family: 'Stranger' }], gender: 'male' }, 2])
  expect(there).not.toHaveProperty('language')

  await connect(first!.baseUrl)
  first!.edit('Patient', id, (one) => ({ ...one, birthDate: '1984-02-20' }))
  await pull()
  expect(await here()).toMatchObject({ birthDate: '1984-02-20', language: 'es' })
  expect(first!.all('Patient').length).toBe(1)
})

it('what waits in the inbox from the address before is not told of people at this one', async () => {
  first!.put('Patient', 'p-1', { name: [{ family: 'Stranger' }] })
  await pull()
  const [held] = (await say(gateway, 'GET', '/admin/messages?state=held')).body.items
  await connect(second!.baseUrl)
  const { status, body } = await say(gateway, 'POST', `/admin/messages/${held.id}/replay`)
  expect([status, body.detail]).toEqual([409, expect.stringContaining('another address')])
})

describe('the same server at another address, as its operator says', () => {
  const moves = () => connect(second!.baseUrl, { movedFrom: `${first!.baseUrl}/` })
  beforeEach(() => {
    const [there] = first!.all('Patient')
    // Without our mark, by which they would be found all the same.
    const { id, resourceType: _, meta: __, identifier: ___, ...content } = there!
    second!.put('Patient', id, content)
  })

  it('is told of those whom it knows, and tells of them', async () => {
    await moves()
    await put(gateway, { ...marisol, language: 'es' })
    await drain(gateway)
    const [there, ...others] = second!.all('Patient')
    expect(others).toEqual([])
    expect(there).toMatchObject({ id: first!.all('Patient')[0]!.id, language: 'es' })
    gateway.clock.advance(60_000)
    second!.edit('Patient', there!.id, (one) => ({ ...one, birthDate: '1984-02-20' }))
    await pull()
    expect(await here()).toMatchObject({ birthDate: '1984-02-20', language: 'es' })
    expect((await say(gateway, 'GET', partner)).body).not.toHaveProperty('movedFrom')
    expect((await auditOf(gateway, {})).map(told)).toContainEqual(expect.stringContaining('move-connection'))
  })

  it('stays so, however often it is said, or not said again', async () => {
    await moves()
    await moves()
    await connect(second!.baseUrl)
    await put(gateway, { ...marisol, language: 'es' })
    await drain(gateway)
    expect(second!.all('Patient')).toMatchObject([{ language: 'es' }])
  })

  it('cannot be where others are known already, or nobody was before', async () => {
    const path = 'movedFrom'
    const refusal = async (from: string) => {
      const { status, body } = await tryConnect(second!.baseUrl, { movedFrom: from })
      return [status, body.issues?.[0]?.path]
    }
    expect(await refusal('https://elsewhere.example/fhir')).toEqual([409, path])
    expect(await refusal('elsewhere')).toEqual([400, path])
    await connect(second!.baseUrl)
    await put(gateway, { ...marisol, language: 'es' })
    await drain(gateway)
    expect(await refusal(first!.baseUrl)).toEqual([409, path])
    expect((await say(gateway, 'GET', partner)).body.baseUrl).toBe(second!.baseUrl)
    const mail = { kind: 'mail', baseUrl: 'smtps://mail.example', from: 'no-reply@harbor.example', movedFrom: first!.baseUrl }
    expect((await say(gateway, 'PUT', '/admin/connections/post', mail)).status).toBe(400)
  })
})
