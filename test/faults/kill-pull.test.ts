/**
 * kill -9 while a partner is pulled that changes its records all the time, is sent what is changed here meanwhile, and has bad days of its
 * own: afterwards every record stands once on both sides and is the same, no change was taken twice, and none was passed over.
 * HANDOFF_PULL_KILLS sets how often (5).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type Fault, type SandboxRequest, startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { seeded } from '../support/gateway.ts'
import { freePort, type Gateway, startProcess } from './process.ts'
import { until } from './until.ts'

const kills = Number(process.env.HANDOFF_PULL_KILLS ?? 5)
const people = 12
const random = seeded(7)
const chance = (one: number): boolean => random(1)[0]! < 256 / one
const pick = (below: number): number => random(1)[0]! % below

/** A partner's day passes in minutes: what was read five of its minutes ago is not read again. */
const began = Date.now()
const theirClock = () => began - 20 * 24 * 3600_000 + (Date.now() - began) * 600

let isGood = false
function badDay({ path }: SandboxRequest): Fault | undefined {
  if (isGood || !chance(6)) return undefined
  const faults: readonly Fault[] = [
    { kind: 'status', status: 500, when: 'before' },
    // Of a record it would say that this is gone, not a page.
    { kind: 'status', status: path === '' ? 410 : 503, when: 'after' },
    { kind: 'cut', when: 'before' },
    { kind: 'cut', when: 'during' },
    { kind: 'hang', ms: 40 },
  ]
  return faults[pick(faults.length)]
}

interface Entry {
  readonly resource: {
    readonly id: string
    readonly identifier?: readonly { value: string }[]
    readonly [element: string]: unknown
  }
}

interface Page {
  readonly entry?: readonly Entry[]
  readonly link?: readonly { readonly relation: string; readonly url: string }[]
}

it(`takes every change once, and tells every change, through ${kills} kills`, { timeout: 300_000 + kills * 10_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-kill-pull-'))
  const partner = await startSandbox({ name: 'East', clock: theirClock, personality: { page: 4 }, fault: badDay })
  const port = await freePort()
  const start = () => startProcess(folder, port, { HANDOFF_ALLOW_TARGETS: partner.target })
  let gateway: Gateway = await start()
  const ask = async (method: string, path: string, json?: unknown, type = 'application/fhir+json') => {
    const body = json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': type } }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...body })
    expect(answer.status, `${method} ${path}`).toBeLessThan(300)
    return answer.json()
  }
  /** All pages of a search or a history. */
  const entries = async (path: string): Promise<Entry['resource'][]> => {
    const found: Entry['resource'][] = []
    for (let next: string | undefined = path; next !== undefined; ) {
      const page = (await ask('GET', next)) as Page
      found.push(...(page.entry ?? []).map(({ resource }) => resource))
      const url = page.link?.find(({ relation }) => relation === 'next')?.url
      next = url?.slice(url.indexOf('/fhir'))
    }
    return found
  }
  /** All pages of what operators look through. */
  const items = async (method: string, path: string): Promise<{ readonly raw: string }[]> => {
    const found: { raw: string }[] = []
    for (let after = ''; ; ) {
      const page = await ask(method, `${path}limit=500${after}`)
      found.push(...page.items)
      if (page.next === null) return found
      after = `&after=${encodeURIComponent(page.next)}`
    }
  }
  const connection = {
    name: 'east',
    kind: 'ehr',
    baseUrl: partner.baseUrl,
    pull: ['Observation', 'Patient'],
    pollSeconds: 1,
    push: ['Patient'],
    retry: { baseMs: 20, capMs: 200, maxAttempts: 1000 },
  }
  await ask('PUT', '/admin/connections/east', connection, 'application/json')
  for (let n = 0; n < people; n++) await ask('PUT', `/fhir/Patient/cli-${n}`, { resourceType: 'Patient', id: `cli-${n}` })
  const owed = async () =>
    (await Promise.all(['pending', 'waiting'].map((state) => items('GET', `/admin/deliveries?state=${state}&`)))).flat().length
  await until('deliveries', async () => (await owed()) === 0, 2000)

  let changes = 0
  let isWorkingDay = true
  /** However long the next process takes to begin: what has to be read stays little. */
  let isUp = true
  const theirs = (type: string) => partner.all(type)
  /** Most of what is written is not written again: what was passed over stays missing. */
  const change = (): void => {
    const n = changes++
    const patient = theirs('Patient')[pick(people)]!
    const observations = theirs('Observation')
    if (n % 4 === 0) partner.edit('Patient', patient.id, (one) => ({ ...one, maritalStatus: { text: `${n}` } }))
    else if (n % 4 !== 1 || observations.length === 0)
      partner.put('Observation', `o${n}`, {
        identifier: [{ system: 'urn:east', value: `o${n}` }],
        status: 'final',
        code: { text: 'Mood' },
        subject: { reference: `Patient/${patient.id}` },
        valueInteger: n,
      })
    else {
      const { id } = observations[pick(observations.length)]!
      partner.edit('Observation', id, (one) => ({ ...one, valueInteger: n }))
    }
  }
  const working = (async () => {
    // Several within one instant, now and then: they may fall on both sides of a page's border.
    for (; isWorkingDay; await wait(chance(3) ? 0 : 25)) if (isUp) change()
  })()
  const say = (n: number, gender: string) =>
    ask('PATCH', `/fhir/Patient/cli-${n}`, [{ op: 'add', path: '/gender', value: gender }], 'application/json-patch+json')
  const here = (async () => {
    // Of what is said to a gateway that is being killed it may be that it was heard.
    for (; isWorkingDay; await wait(20)) await say(pick(people), chance(2) ? 'female' : 'male').catch(() => undefined)
  })()
  for (let kill = 0; kill < kills; kill++) {
    await wait(100 + pick(250) * 2)
    await gateway.kill()
    isUp = false
    gateway = await start()
    isUp = true
  }
  isWorkingDay = false
  await Promise.all([working, here])
  isGood = true
  const pull = async (): Promise<boolean> => {
    const { types } = await ask('POST', '/admin/connections/east/pull')
    return types.every(({ state, kept }: { state: string; kept: number }) => state === 'done' && kept === 0)
  }
  for (let n = 0; n < people; n++) await say(n, 'other')
  await until('deliveries', async () => (await owed()) === 0, 2000)
  // The first may have been the end of a walk that began before: the second begins anew.
  await until('nothing new', async () => (await pull()) && (await pull()), 2000)

  expect(await items('POST', '/admin/connections/east/reconcile?')).toEqual([])
  expect((await ask('GET', '/admin/conflicts')).items).toEqual([])
  expect(theirs('Patient').map(({ gender }) => gender)).toEqual(Array.from({ length: people }, () => 'other'))

  const readAll = await entries('/fhir/Observation?_count=200')
  const said = (all: readonly Record<string, unknown>[]) =>
    all.map(({ identifier, valueInteger }) => `${(identifier as { value: string }[])[0]!.value} ${valueInteger}`).sort()
  expect(said(readAll)).toEqual(said(theirs('Observation')))
  expect(await items('GET', '/admin/deliveries?state=dead&')).toEqual([])
  const versions = await entries('/fhir/Observation/_history?_count=200')
  const readings = said(versions)
  expect(new Set(readings).size).toBe(readings.length)

  expect(await items('GET', '/admin/messages?state=held&')).toEqual([])
  const taken = (await items('GET', '/admin/messages?state=applied&')).map(({ raw }) => {
    const { resourceType, id, meta } = JSON.parse(raw)
    return `${resourceType}/${id} ${meta.versionId}`
  })
  expect(new Set(taken).size).toBe(taken.length)
  const known = new Set(taken)
  expect(theirs('Observation').filter(({ id, meta }) => !known.has(`Observation/${id} ${meta.versionId}`))).toEqual([])
  // Each kill fell into work.
  expect(taken.length).toBeGreaterThan(kills * 5)
  expect(await gateway.stop()).toBe(0)
  await partner.close()
  rmSync(folder, { recursive: true, force: true })
})
