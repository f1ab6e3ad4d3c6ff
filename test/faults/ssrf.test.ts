/**
 * Whatever address the gateway is given, by whoever can give it one, nothing private is knocked at: each spelling of such an address, at
 * each place that asks for one. Where the system allows a network of its own, with names resolved by its own means, public ones too.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { type Canary, openCanary } from './ssrf/canary.ts'
import { type LeadingPartner, openLeadingPartner } from './ssrf/partner.ts'
import { asking, telling } from './ssrf/surfaces.ts'
import { names, turning, urls } from './ssrf/urls.ts'

let canary: Canary
let partner: LeadingPartner
beforeAll(async () => {
  canary = await openCanary()
  partner = await openLeadingPartner()
})
afterAll(() => {
  canary.close()
  partner.close()
})

const leading = (name: string) => names[name.toLowerCase().replace(/\.$/, '')]?.at(-1) ?? []
const openHouse = (...allowTargets: readonly string[]): Promise<TestGateway> =>
  startGateway({
    allowTargets: [partner.target, ...allowTargets],
    resolve: (name, answer) =>
      answer(
        null,
        leading(name).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
  })

describe.each(Object.entries({ ...asking, ...telling }))('%s', (name, tryIt) => {
  test('leads nowhere private', async () => {
    const gateway = await openHouse()
    const all = urls(canary.port)
    expect(all.length).toBeGreaterThan(100)
    for (const url of all) {
      await tryIt({ gateway, partner }, url)
      expect([...canary.knocks], url).toEqual([])
    }
    await gateway.stop()
  })

  test.runIf(name in asking)('leads where the operator allows it', async () => {
    const gateway = await openHouse(`127.0.0.1:${canary.port}`)
    await tryIt({ gateway, partner }, `http://127.0.0.1:${canary.port}/fhir`)
    expect(canary.knocks.get('127.0.0.1')).toBeGreaterThan(0)
    canary.forget()
    await gateway.stop()
  })
})

/** A network of its own, in which a name server of ours is the system's. */
const canBeApart = spawnSync('unshare', ['-n', '-m', 'ip', 'link', 'set', 'lo', 'up']).status === 0

test.skipIf(!canBeApart)(
  'in a network of its own, only what is public is reached (needs unshare and ip)',
  { timeout: 300_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'handoff-apart-'))
    const servers = join(folder, 'resolv.conf')
    writeFileSync(servers, 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n')
    const addresses = ['93.184.216.34/32', '169.254.169.254/32', '10.0.0.5/32', '100.64.0.1/32', 'fd00:ec2::254/128']
    const script = [
      `mount --bind ${servers} /etc/resolv.conf`,
      'ip link set lo up',
      ...addresses.map((address) => `ip addr add ${address} dev lo nodad 2>/dev/null || ip addr add ${address} dev lo`),
      `exec "${process.execPath}" ${resolve(import.meta.dirname, 'ssrf/apart.ts')}`,
    ].join(' && ')
    const done = spawnSync('unshare', ['-n', '-m', 'sh', '-c', script], { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect(done.stderr).toBe('')
    const { knocks, asked } = JSON.parse(done.stdout) as { knocks: string[]; asked: string[] }
    expect(knocks).toEqual(['93.184.216.34'])
    expect(asked).toEqual(expect.arrayContaining([...Object.keys(names), ...Object.keys(turning)]))
  },
)
