/**
 * The store is restored from a copy that was made while the gateway worked, and partners have moved on since: nothing is sent twice that
 * they have, and whoever comes with a cursor from the lost time is told to begin anew.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SandboxServer, startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { personalities } from '../../src/demo/sandbox/personalities.ts'
import { sha256Hex } from '../../src/digest.ts'
import { operator } from '../support/audit.ts'
import { runCommand } from '../support/cli.ts'
import { put } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { dischargeMessage } from '../support/hl7v2.ts'
import { authority } from '../support/hospital.ts'
import { deliveries, drain } from '../support/outbox.ts'

let folder: string
let partner: SandboxServer
let gateway: TestGateway
let lives = 0
const at = (name: string): string => join(folder, name)
const backup = (out = 'copy', store = `sqlite:${at('store')}`) =>
  runCommand(['backup', '--out', at(out)], { env: { HANDOFF_STORE: store } })

const push = ['Patient', 'Encounter', 'Task', 'Condition', 'Observation']
async function open(whose: string, flavour: string): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'handoff-restored-'))
  partner = await startSandbox({ name: whose, clock: () => gateway.clock.now, personality: { ...personalities[whose] } })
  await start('store')
  const retry = { baseMs: 1000, capMs: 1000, maxAttempts: 5 }
  const json = { name: 'ehr', kind: 'ehr', flavour, baseUrl: partner.baseUrl, push, pull: push, retry }
  expect((await gateway.request('/admin/connections', { method: 'POST', json })).status).toBe(201)
}
async function start(store: string): Promise<void> {
  gateway = await startGateway({ store: `sqlite:${at(store)}`, allowTargets: [partner.target], seed: ++lives })
}
/** As an operator does it. */
async function restore(): Promise<void> {
  await gateway.stop()
  cpSync(at('copy'), at('restored'), { recursive: true })
  await start('restored')
}
afterEach(async () => {
  await gateway.stop()
  await partner.close()
  rmSync(folder, { recursive: true, force: true })
})

const person = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, ...more })
const need = (id: string) => ({ resourceType: 'Condition', id, subject: { reference: 'Patient/rosa' }, code: { text: id } })
/** What stands at the partner, by our identifier; each of them once. */
function known(): readonly string[] {
  const ours = partner
    .all()
    .flatMap(({ resourceType, identifier = [] }) =>
      identifier.filter(({ system = '' }) => system.includes('warm-handoff')).map(({ value }) => `${resourceType}/${value}`),
    )
  expect(ours.length).toBe(new Set(ours).size)
  return ours.sort()
}

describe('with a partner that can be asked', () => {
  beforeEach(() => open('plain', 'fhir-r4'))

  it('nothing is sent twice: what waited then is looked for, and what came later is let stand', async () => {
    await put(gateway, person('rosa'))
    await drain(gateway)
    await put(gateway, need('before'))
    expect((await backup()).code).toBe(0)
    await drain(gateway)
    await put(gateway, person('rosa', { gender: 'female' }))
    await put(gateway, need('after'))
    await drain(gateway)
    const standing = known()
    expect(standing).toEqual(['Condition/after', 'Condition/before', 'Patient/rosa'])
    const writes = partner.writes.length

    await restore()
    expect(await deliveries(gateway, 'pending')).toHaveLength(1)
    await drain(gateway)
    expect(known()).toEqual(standing)
    expect(partner.writes.length).toBe(writes)
    expect([await deliveries(gateway, 'pending'), await deliveries(gateway, 'dead')]).toEqual([[], []])
    await put(gateway, need('after'))
    await put(gateway, person('rosa', { gender: 'female', birthDate: '1984-02-19' }))
    await drain(gateway)
    expect(known()).toEqual(standing)
    expect(partner.all('Patient')).toMatchObject([{ gender: 'female', birthDate: '1984-02-19' }])
  })

  it('what partners have comes back by pulling, and when a hospital sends again what it sent since, nothing is told twice', async () => {
    const hospital = {
      name: 'st-brendan',
      kind: 'hospital',
      timeZone: 'America/New_York',
      senders: [{ application: 'CAREADT', facility: 'STBRENDAN' }],
    }
    const json = { ...hospital, assigningAuthorities: { STB: authority } }
    await gateway.request('/admin/connections', { method: 'POST', json })
    await put(gateway, person('rosa', { identifier: [{ system: authority, value: '778812' }] }))
    await drain(gateway)
    await backup()
    gateway.clock.now = Date.UTC(2025, 2, 11, 14)
    const send = async () => {
      const headers = { 'content-type': 'application/hl7-v2' }
      const answer = await gateway.request('/hl7v2', { method: 'POST', headers, body: dischargeMessage() })
      expect(await answer.text()).toContain('MSA|AA')
      await drain(gateway)
    }
    await send()
    const standing = known()
    expect(standing.filter((one) => one.startsWith('Encounter/'))).toHaveLength(1)
    await restore()
    gateway.clock.now = Date.UTC(2025, 2, 11, 15)
    expect((await gateway.request('/admin/connections/ehr/pull', { method: 'POST' })).status).toBe(200)
    await send()
    expect(known()).toEqual(standing)
  })

  it('cursors of the lost time are refused, each list begins anew', async () => {
    for (const id of ['a', 'b', 'c']) await put(gateway, person(id))
    const page = (await (await gateway.request('/fhir/Patient?_count=1')).json()) as { link: { relation: string; url: string }[] }
    const link = page.link.find(({ relation }) => relation === 'next')!.url
    await backup()
    const lists = ['/coordination/clients', '/admin/deliveries', '/admin/audit', '/billing/service-lines']
    const cursors = new Map<string, string>()
    for (const path of lists) {
      const { next } = (await (await gateway.request(`${path}?limit=1`, { headers: operator })).json()) as { next: string | null }
      if (next) cursors.set(path, next)
    }
    expect(cursors.size).toBeGreaterThan(2)
    await restore()
    for (const [path, after] of cursors) {
      const answer = await gateway.request(`${path}?after=${encodeURIComponent(after)}`, { headers: operator })
      expect([path, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([path, 410, 'gone'])
      expect((await gateway.request(`${path}?limit=1`, { headers: operator })).status).toBe(200)
    }
    expect((await gateway.request(link)).status).toBe(410)
  })

  it('the audit tells that there was more', async () => {
    await put(gateway, person('rosa'))
    await backup()
    await put(gateway, person('luis'))
    const check = async (query = '') => (await gateway.request(`/admin/audit/check${query}`, { headers: operator })).json()
    const { head } = (await check()) as { head: string }
    await restore()
    expect(await check()).toMatchObject({ intact: true })
    expect(await check(`?head=${head}`)).toMatchObject({ intact: false, found: false })
  })

  it('a copy that is made while others write is of one moment, and sound', async () => {
    const writing = Array.from({ length: 60 }, (_, n) => put(gateway, person(`p${n}`)))
    await writing[5]
    expect((await backup()).code).toBe(0)
    await Promise.all(writing)
    await restore()
    const { total } = (await (await gateway.request('/fhir/Patient?_total=accurate&_count=1')).json()) as { total: number }
    expect(total).toBeGreaterThanOrEqual(6)
    // Nothing half written: whoever is there is owed to the partner, and found.
    await drain(gateway)
    expect(known()).toHaveLength(total)
  })
})

it('what cannot be asked for is not sent again: a person looks', async () => {
  await open('epic', 'epic')
  await put(gateway, person('rosa', { name: [{ family: 'Quintero', given: ['Rosa'] }] }))
  await drain(gateway)
  const active = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] }
  await put(gateway, { ...need('before'), clinicalStatus: active })
  await backup()
  await drain(gateway)
  const writes = partner.writes.length
  await restore()
  await drain(gateway)
  expect(partner.writes.length).toBe(writes)
  expect(await deliveries(gateway, 'dead')).toMatchObject([{ type: 'Condition', outcome: expect.stringContaining('look there') }])
})

describe('the copy', () => {
  beforeEach(() => open('plain', 'fhir-r4'))

  it('is its owner’s alone, and a bit that was changed shows', async () => {
    await put(gateway, person('rosa'))
    const { out } = await backup()
    const sums = readFileSync(join(at('copy'), 'SHA256SUMS'), 'utf8')
    expect(sums).toBe(`${out.join('\n')}\n`)
    expect(readdirSync(at('copy')).sort()).toEqual(['SHA256SUMS', 'control.sqlite', 'default.sqlite'])
    expect(statSync(at('copy')).mode & 0o777).toBe(0o700)
    const file = join(at('copy'), 'default.sqlite')
    const bytes = readFileSync(file)
    for (let bit = 0; bit < 100; bit++) {
      const place = Math.floor((bit * bytes.length) / 100)
      bytes[place]! ^= 1 << (bit % 8)
      expect(sums).not.toContain(sha256Hex(bytes))
      bytes[place]! ^= 1 << (bit % 8)
    }
    expect(sums).toContain(sha256Hex(bytes))
  })

  it('is made whole or not at all, and over nothing that is there', async () => {
    expect((await backup()).code).toBe(0)
    const first = readFileSync(join(at('copy'), 'SHA256SUMS'), 'utf8')
    expect(await backup()).toMatchObject({ code: 1, err: [expect.stringContaining('is there already')] })
    expect(readFileSync(join(at('copy'), 'SHA256SUMS'), 'utf8')).toBe(first)
    expect((await backup('x', `sqlite:${at('nowhere')}`)).code).toBe(1)
    expect((await backup('x', 'sqlite::memory:')).code).toBe(78)
    expect((await backup('x', 'postgres://db.example/handoff')).code).toBe(78)
    expect((await runCommand(['backup'])).code).toBe(2)
    await put(gateway, person('rosa'))
    writeFileSync(at('store/broken.sqlite'), 'SQLite format 3\\0 and nothing behind it')
    expect((await backup('y')).code).toBe(1)
    expect(readdirSync(folder)).not.toContain('y')
    rmSync(at('store/broken.sqlite'))
    expect((await backup('y')).code).toBe(0)
  })

  it('is another store: it bears no epoch until it is opened', async () => {
    await backup()
    const file = new DatabaseSync(join(at('copy'), 'default.sqlite'), { readOnly: true })
    expect(file.prepare(`SELECT count(*) AS n FROM meta WHERE name = 'epoch'`).get()).toEqual({ n: 0 })
    file.close()
  })
})
