/** What a configuration file gives to a tenant: follow-up policies of its own, and an address of its own. */
import { afterEach, describe, expect, test } from 'vitest'
import { configure, tenantSettings } from '../../src/configure.ts'
import { readSettings } from '../../src/settings.ts'
import { registerClient } from '../support/client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'

let open: TestGateway | undefined
afterEach(async () => {
  await open?.stop()
  open = undefined
})

const read = (file: string) => readSettings({ HANDOFF_CONFIG: 'handoff.yaml' }, () => file)
function configured(file: string) {
  const settings = read(file)
  if (!settings.ok) throw new Error(JSON.stringify(settings.problem.issues))
  return tenantSettings(settings.value.config)
}
const faults = (file: string): readonly string[] => {
  const settings = read(file)
  return settings.ok ? [] : settings.problem.issues.map(({ message }) => message)
}

async function hospital(policies: string): Promise<Hospital> {
  const opened = await openHospital({ ofTenants: configured(`policies:\n${policies}`) })
  open = opened
  return opened
}

const threeDays = `
  - measure: payer:lakeshore-3D
    ruleVersion: contract-2025
    classes: [inpatient-acute-psych]
    window: { days: 3 }`

describe('policies of a configuration file', () => {
  test('open their follow-ups besides the usual ones, and one that waits can be turned on', async () => {
    const stBrendan = await hospital(`${threeDays}\n  - turnOn: TCM-7D`)
    await stBrendan.register()
    expect(await stBrendan.send()).toBe('AA')
    expect(await stBrendan.owed()).toEqual({
      'FUH-7@MY2025': '2025-03-11…2025-03-17 open',
      'FUH-30@MY2025': '2025-03-11…2025-04-09 open',
      'TCM-2BD': '2025-03-11…2025-03-12 open',
      'TCM-7D': '2025-03-11…2025-03-17 open',
      'payer:lakeshore-3D': '2025-03-11…2025-03-13 open',
    })
    const [own] = (await stBrendan.list('follow-ups')).filter((one) => one.policyId === 'payer:lakeshore-3D')
    expect(own).toMatchObject({ ruleVersion: 'contract-2025' })
  })

  test('of a payer are for its members on that day', async () => {
    const stBrendan = await hospital(`${threeDays}\n    payers: [org-lakeshore]`)
    const rosa = await stBrendan.register()
    await stBrendan.send()
    expect(Object.keys(await stBrendan.owed())).not.toContain('payer:lakeshore-3D')
    const member = {
      resourceType: 'Coverage',
      id: 'cov-1',
      status: 'active',
      beneficiary: { reference: `Patient/${rosa}` },
      payor: [{ reference: 'Organization/org-lakeshore' }],
    }
    const cover = async (period: object) => {
      const put = await stBrendan.request('/fhir/Coverage/cov-1', { method: 'PUT', json: { ...member, period } })
      if (!put.ok) throw new Error(await put.text())
      await stBrendan.send({ MSH: { 9: 'ADT^A08^ADT_A01', 10: `SB-${put.status}` }, EVN: { 1: 'A08' } })
      return Object.keys(await stBrendan.owed())
    }
    const lakeshore = { resourceType: 'Organization', id: 'org-lakeshore', name: 'Lakeshore Plan' }
    await stBrendan.request('/fhir/Organization/org-lakeshore', { method: 'PUT', json: lakeshore })
    expect(await cover({ start: '2025-03-11' })).not.toContain('payer:lakeshore-3D')
    expect(await cover({ start: '2025-01-01', end: '2025-03-10' })).toContain('payer:lakeshore-3D')
  })

  test('of a facility are for its discharges', async () => {
    const elsewhere = await hospital(`${threeDays}\n    facilities: [org-elsewhere]`)
    await elsewhere.register()
    await elsewhere.send()
    expect(Object.keys(await elsewhere.owed())).not.toContain('payer:lakeshore-3D')
    await elsewhere.stop()
    const here = await hospital(`${threeDays}\n    facilities: [${JSON.stringify('urn:handoff:authority:STBRENDAN')}]`)
    await here.register()
    await here.send()
    expect(Object.keys(await here.owed())).toContain('payer:lakeshore-3D')
  })

  test('that cannot be are told all at once, with their places', () => {
    const broken = `policies:
  - { measure: FUH-7, ruleVersion: x, classes: [ed], window: { days: 7 } }
  - { measure: 'a@b', classes: [], window: { days: -1, calender: x } }
  - { turnOn: TCM-9D }
  - { tenant: Not A Name, turnOn: TCM-7D }`
    const places = faults(broken).map((fault) => fault.slice(0, fault.indexOf(':')))
    expect(places).toEqual([
      'policies.0.measure',
      'policies.1.measure',
      'policies.1.ruleVersion',
      'policies.1.classes',
      'policies.1.window.days',
      'policies.1.window',
      'policies.2.turnOn',
      'policies.3.tenant',
    ])
    expect(faults(`policies:${threeDays}${threeDays}\n  - { tenant: north, turnOn: TCM-7D }`)).toEqual([
      'policies.2.tenant: is not a tenant here',
      'policies.1.measure: another policy has this name on the same days',
    ])
    expect(faults(`policies:${threeDays}\n    until: 2025-12-31${threeDays}\n    from: 2026-01-01`)).toEqual([])
  })
})

test("a tenant's own base is in its links, and in nobody else's", async () => {
  open = await startGateway({
    auth: 'smart',
    tenants: ['north'],
    ofTenants: configured('tenants:\n  - { name: north, baseUrl: https://north.example/care/ }'),
  })
  for (const [tenant, base] of [
    ['north', 'https://north.example/care'],
    ['default', 'http://localhost'],
  ]) {
    const client = await registerClient(open, 'system/*.cruds', { tenant })
    const headers = await client.bearer('system/*.cruds')
    const ask = (path: string, init: object = {}) => open!.request(path, { ...init, headers })
    const made = [1, 2].map(() => ask('/fhir/Patient', { method: 'POST', json: { resourceType: 'Patient' } }))
    const [created] = await Promise.all(made)
    expect(created!.headers.get('location')).toMatch(new RegExp(`^${base}/fhir/Patient/`))
    const page = (await (await ask('/fhir/Patient?_count=1')).json()) as { link: { url: string }[]; entry: { fullUrl: string }[] }
    for (const url of [...page.link.map((one) => one.url), page.entry[0]!.fullUrl])
      expect(url.startsWith(`${base}/fhir/`)).toBe(true)
    expect(page.link.length).toBeGreaterThan(1)
    expect((await ask('/billing/service-lines')).headers.get('link')).toContain(`<${base}/billing/`)
  }
})

describe('weights of acuities', () => {
  const start = async (gateway: TestGateway, file: string) => {
    const settings = read(file)
    if (!settings.ok) throw new Error(JSON.stringify(settings.problem.issues))
    expect(await configure(gateway.gateway, settings.value.config)).toEqual([])
  }

  test('are what the file says, as long as it says so', async () => {
    open = await startGateway()
    const gateway = open
    const one = { clientId: 'cli-1', episodeId: 'epi-1', role: 'primary', acuity: 3 }
    const body = { coordinatorId: 'prl-1', capacityWeighted: 4, assignments: [one] }
    const made = await gateway.request('/coordination/caseloads', { method: 'POST', json: body })
    const { id } = (await made.json()) as { id: string }
    const load = async () => {
      const answer = await gateway.request(`/coordination/caseloads/${id}`)
      const { load: weighs, overload } = (await answer.json()) as { load: number; overload: boolean }
      return [weighs, overload]
    }
    expect(await load()).toEqual([2.5, false])
    await start(gateway, 'tenants: [{ name: default, acuityWeights: [1, 2, 4.5, 8] }]')
    expect(await load()).toEqual([4.5, true])
    await start(gateway, 'tenants: []')
    expect(await load()).toEqual([2.5, false])
  })

  test.each(['[1, 2, 3]', '[4, 3, 2, 1]', '[-1, 0, 1, 2]', '[a, b, c, d]', '3'])('%s are none', (weights) =>
    expect(faults(`tenants: [{ name: default, acuityWeights: ${weights} }]`).join()).toContain('acuityWeights'),
  )
})

test('whom claims are from and for is said for a tenant, rightly or not at all', () => {
  const claims = (more: string) => `tenants:
  - name: harbor
    claims:
      submitter: { id: HARBOR1, name: Harbor Street Counseling, contact: { phone: '7165550100' } }
      receiver: { id: LAKECLEAR, name: Lakeside Clearinghouse }${more}`
  expect(configured(claims('\n      usage: production')).get('harbor')?.claims).toMatchObject({
    submitter: { id: 'HARBOR1', qualifier: 'ZZ' },
    usage: 'production',
  })
  expect(configured(claims('')).get('default')?.claims).toBeUndefined()
  expect(faults(claims('\n      usage: real'))).toEqual([expect.stringMatching(/^tenants\.0\.claims\.usage: /)])
})
