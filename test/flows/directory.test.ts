/** People, places and services, as coordinators keep them and as FHIR sees them. All of them are invented. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, make, marisol, patch, put, say, sdoh } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
})
afterEach(() => gateway.stop())

const post = (collection: string, body: object) => say(gateway, 'POST', `/coordination/${collection}`, body)
const made = (collection: string, body: object) => make(gateway, collection, body)
const fhir = async (reference: string) => (await say(gateway, 'GET', `/fhir/${reference}`)).body
const replace = async (member: string, change: (body: object) => object) => {
  const now = await say(gateway, 'GET', `/coordination/${member}`)
  return say(gateway, 'PUT', `/coordination/${member}`, change(now.body), { 'if-match': now.etag })
}

const client = { names: [{ use: 'official', family: 'Reyes', given: ['Ana'] }], gender: 'female' }
const asPatient = (more: object) => ({ ...marisol, ...more })
const mrn = { system: 'https://hospital.example/mrn', value: '1001' }
const counsellor = { names: [{ use: 'official', family: 'Okafor' }], staffLevel: 'master', npi: '1234567893' }
const agency = { name: 'Riverside', timeZone: 'America/New_York', hipaaCovered: true, part2Programme: false }

describe('clients', () => {
  it('a second one with the same identifier is a conflict, whoever wrote the first', async () => {
    await put(gateway, asPatient({ identifier: [mrn] }))
    const second = await post('clients', { ...client, identifiers: [{ system: 'https://other.example', value: '1' }, mrn] })
    expect(second.status).toBe(409)
    expect(second.body).toMatchObject({
      code: 'conflict',
      issues: [{ path: 'identifiers[1]', message: 'belongs to another record here' }],
    })
    expect(JSON.stringify(second.body)).not.toContain('1001')
  })

  it('keeping one’s own identifier is none, taking another’s is', async () => {
    await put(gateway, asPatient({ identifier: [mrn] }))
    const id = await made('clients', { ...client, identifiers: [{ ...mrn, value: '2002' }] })
    expect((await replace(`clients/${id}`, (body) => ({ ...body, birthDate: '1990-05' }))).status).toBe(200)
    expect((await replace(`clients/${id}`, (body) => ({ ...body, identifiers: [mrn] }))).status).toBe(409)
  })

  it('whoever was merged into another does not stand in the way; numbers without a system identify nobody', async () => {
    await put(gateway, asPatient({ identifier: [mrn], link: [{ type: 'replaced-by', other: { reference: 'Patient/cli-2' } }] }))
    await made('clients', { ...client, identifiers: [mrn, { value: '7' }] })
    await made('clients', { ...client, identifiers: [{ value: '7' }] })
  })

  it('are listed by their names', async () => {
    await put(gateway, marisol)
    await made('clients', client)
    const listed = (await say(gateway, 'GET', '/coordination/clients?limit=10')).body
    expect(listed.items.map(({ names }: { names: { family: string }[] }) => names[0]!.family)).toEqual(['Reyes', 'Vega'])
    expect(listed.next).toBeNull()
    for (const name of ['practitioners', 'organizations', 'locations', 'services', 'coverages', 'related-persons']) {
      expect((await say(gateway, 'GET', `/coordination/${name}`)).body, name).toEqual({ items: [], next: null })
    }
  })

  it('what an EHR wrote around the client’s words survives a change', async () => {
    const theirs = asPatient({
      maritalStatus: { text: 'single' },
      _gender: { extension: [{ url: 'https://ehr.example/x', valueCode: 'y' }] },
      gender: 'female',
      communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es', display: 'Spanish' }] } }],
    })
    await put(gateway, theirs)
    expect((await replace('clients/cli-marisol', (body) => ({ ...body, birthDate: '1984-03-17' }))).status).toBe(200)
    expect(await fhir('Patient/cli-marisol')).toMatchObject({ ...theirs, birthDate: '1984-03-17' })
  })
})

describe('practitioners', () => {
  it('have roles, which are resources of their own', async () => {
    const role = {
      organizationId: 'org-1',
      roles: [{ text: 'counsellor' }],
      specialties: [{ system: 'http://nucc.org/provider-taxonomy', code: '101YM0800X' }],
    }
    const id = await made('practitioners', {
      ...counsellor,
      credentials: [{ code: 'LPC', jurisdiction: 'NY', validTo: '2027-01-31' }],
      roles: [role],
    })
    const read = (await say(gateway, 'GET', `/coordination/practitioners/${id}`)).body
    const [held] = read.roles
    expect(await fhir(`PractitionerRole/${held.id}`)).toMatchObject({
      practitioner: { reference: `Practitioner/${id}` },
      organization: { reference: 'Organization/org-1' },
      specialty: [{ coding: [{ code: '101YM0800X' }] }],
    })
    expect(await fhir(`Practitioner/${id}`)).toMatchObject({
      qualification: [{ code: { text: 'LPC' }, period: { end: '2027-01-31' } }],
    })

    const ended = await replace(`practitioners/${id}`, (body) => ({ ...body, roles: [{ ...held, active: false }] }))
    expect(ended.body.roles).toEqual([{ ...held, active: false }])
    expect(await fhir(`PractitionerRole/${held.id}`)).toMatchObject({
      active: false,
      practitioner: { reference: `Practitioner/${id}` },
    })
  })

  it('are by profession what their roles say, and what stands beside those', async () => {
    const nucc = 'http://nucc.org/provider-taxonomy'
    const [counsellorCode, peer] = [
      { system: nucc, code: '101YM0800X' },
      { system: nucc, code: '175T00000X' },
    ]
    const roles = [{ organizationId: 'org-1', specialties: [counsellorCode] }]
    const credentials = [{ code: 'CPRS', number: 'P-7' }]
    const id = await made('practitioners', { ...counsellor, credentials, taxonomy: [peer], roles })
    const read = (await say(gateway, 'GET', `/coordination/practitioners/${id}`)).body
    expect([read.taxonomy, read.credentials]).toMatchObject([[counsellorCode, peer], credentials])
    const again = await replace(`practitioners/${id}`, (body) => ({ ...body, languages: ['es'] }))
    expect(again.body.taxonomy).toEqual(read.taxonomy)
    const codes = (await fhir(`Practitioner/${id}`)).qualification.map(({ code }: { code: object }) => code)
    expect(codes).toEqual([{ text: 'CPRS' }, { coding: [peer] }])
    const invented = { ...counsellor, npi: undefined, taxonomy: [{ code: 'counsellor' }] }
    expect((await post('practitioners', invented)).body).toMatchObject({ issues: [{ path: 'taxonomy.0.system' }] })
  })

  it('have an NPI of their own, with the right check digit', async () => {
    await made('practitioners', counsellor)
    expect((await post('practitioners', counsellor)).body).toMatchObject({ code: 'conflict', issues: [{ path: 'npi' }] })
    expect((await post('practitioners', { ...counsellor, npi: '1234567890' })).body).toMatchObject({
      code: 'invalid',
      issues: [{ path: 'npi' }],
    })
  })
})

describe('organizations, locations and services', () => {
  it('are written as FHIR and read back', async () => {
    const organizationId = await made('organizations', agency)
    expect(await fhir(`Organization/${organizationId}`)).toMatchObject({
      name: 'Riverside',
      extension: expect.arrayContaining([
        { url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/New_York' },
      ]),
    })
    const place = {
      name: 'Elm Street',
      organizationId,
      placeOfService: '53',
      lat: '42.730',
      lon: '-73.68',
      address: { lines: ['1 Elm Street'], state: 'NY' },
    }
    const location = await made('locations', place)
    const stored = await (await gateway.request(`/fhir/Location/${location}`)).text()
    expect(stored).toContain('"latitude":42.730')
    expect((await say(gateway, 'GET', `/coordination/locations/${location}`)).body).toMatchObject(place)
  })

  it('a service is verified, suspended for a reason, and found again', async () => {
    const category = {
      system: sdoh,
      code: 'food-insecurity',
    }
    const pantry = {
      name: 'Elm Street Pantry',
      organizationId: 'org-1',
      categories: [category],
      referralMethods: ['phone', 'walk-in'],
      cost: 'free',
      capacity: { status: 'limited', spots: 4, asOf: '2026-03-01T08:00:00Z' },
    }
    const id = await made('services', pantry)
    expect(await fhir(`HealthcareService/${id}`)).toMatchObject({
      active: true,
      category: [{ coding: [category] }],
      serviceProvisionCode: [{ coding: [{ code: 'free' }] }],
    })
    expect(await event(gateway, `services/${id}`, 'verify')).toMatchObject({
      state: 'active',
      verifiedAt: expect.stringMatching(/^2026-03-02T/),
    })
    expect((await say(gateway, 'POST', `/coordination/services/${id}/events`, { type: 'suspend' })).status).toBe(422)
    const suspended = await event(gateway, `services/${id}`, 'suspend', { reason: 'water damage' })
    expect(suspended).toMatchObject({ ...pantry, state: 'suspended', statusReason: 'water damage' })
    expect((await fhir(`HealthcareService/${id}`)).active).toBe(false)
    expect((await say(gateway, 'POST', `/coordination/services/${id}/events`, { type: 'publish' })).body).toMatchObject({
      code: 'illegal-event',
      allowed: expect.arrayContaining(['verify', 'retire']),
    })
  })
})

it('a service that nobody verified in time is shown so, and so is old word of its room, which stays what was told', async () => {
  const capacity = { status: 'limited', spots: 4, asOf: '2026-03-01T08:00:00Z' }
  const body = { name: 'Pantry', organizationId: 'org-1', verifyEvery: 'P30D', capacity, referralMethods: ['phone'] }
  const category = { system: sdoh }
  const id = await made('services', { ...body, cost: 'free', categories: [{ ...category, code: 'food-insecurity' }] })
  const read = async () => (await say(gateway, 'GET', `/coordination/services/${id}`)).body
  await event(gateway, `services/${id}`, 'verify')
  gateway.clock.advance(5 * 24 * 3600_000)
  expect(await read()).toMatchObject({ state: 'active', capacity })
  gateway.clock.advance(2 * 24 * 3600_000)
  const unsure = { ...capacity, status: 'unknown' }
  expect(await read()).toMatchObject({ state: 'active', capacity: unsure })
  gateway.clock.advance(24 * 24 * 3600_000)
  expect(await read()).toMatchObject({ state: 'unverified', capacity: unsure })
  const listed = (await say(gateway, 'GET', '/coordination/services?state=unverified')).body.items
  expect(listed.map((one: { id: string }) => one.id)).toEqual([id])
  const extension = async () => JSON.stringify(await fhir(`HealthcareService/${id}`))
  expect(await event(gateway, `services/${id}`, 'verify')).toMatchObject({ state: 'active', capacity: unsure })
  expect(await extension()).toContain('"limited"')
  const fresh = { ...capacity, asOf: new Date(gateway.clock.now).toISOString() }
  const told = await patch(gateway, `services/${id}`, { capacity: fresh })
  expect(told.body).toMatchObject({ capacity: fresh })
})

describe('whom a client has', () => {
  beforeEach(() => put(gateway, marisol))

  it('related persons, with what they may decide', async () => {
    const sister = {
      clientId: 'cli-marisol',
      names: [{ use: 'usual', given: ['Luz'] }],
      relationship: [{ codings: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'SIS' }] }],
      authority: ['emergency', 'health-care-proxy'],
      supportRole: 'safety-plan-contact',
      contacts: [{ system: 'phone', value: '555-0100', safe: 'ask-first' }],
    }
    const id = await made('related-persons', sister)
    expect((await say(gateway, 'GET', `/coordination/related-persons?client=cli-marisol`)).body.items).toMatchObject([
      { id, ...sister },
    ])
    expect((await fhir(`RelatedPerson/${id}`)).patient).toEqual({ reference: 'Patient/cli-marisol' })
  })

  it('coverages, in an order that holds when one becomes active again', async () => {
    const medicaid = {
      clientId: 'cli-marisol',
      payerOrg: { id: 'org-payer' },
      kind: 'medicaid-mco',
      memberId: 'M1',
      relationship: 'self',
      priority: 1,
      groupNumber: 'G7',
      planName: 'Better Health',
    }
    const first = await made('coverages', medicaid)
    expect(await fhir(`Coverage/${first}`)).toMatchObject({
      status: 'active',
      type: { coding: [{ system: 'https://nahdo.org/sopt', code: '21' }] },
      class: [{ value: 'G7' }, { name: 'Better Health' }],
    })
    expect((await post('coverages', { ...medicaid, memberId: 'M2' })).body).toMatchObject({
      code: 'rule-broken',
      issues: [{ path: 'priority' }],
    })

    expect(await event(gateway, `coverages/${first}`, 'cancel', { reason: 'moved away' })).toMatchObject({
      state: 'cancelled',
      statusReason: 'moved away',
    })
    await made('coverages', { ...medicaid, memberId: 'M2' })
    expect((await say(gateway, 'POST', `/coordination/coverages/${first}/events`, { type: 'activate' })).status).toBe(422)
    const listed = (await say(gateway, 'GET', '/coordination/coverages?client=cli-marisol&state=active')).body.items
    expect(listed.map(({ memberId }: { memberId: string }) => memberId)).toEqual(['M2'])
  })
})

it('a service of ours is gone through every year unless it says otherwise; one of somebody else says what it says', async () => {
  const category = {
    system: sdoh,
    code: 'food-insecurity',
  }
  const body = { name: 'Pantry', organizationId: 'org-1', categories: [category], referralMethods: ['phone'] }
  const path = `/coordination/services/${await made('services', body)}`
  await event(gateway, path.slice('/coordination/'.length), 'verify')
  gateway.clock.advance(365 * 24 * 3600_000)
  expect((await say(gateway, 'GET', path)).body).toMatchObject({ verifyEvery: 'P1Y', state: 'active' })
  gateway.clock.advance(24 * 3600_000)
  expect((await say(gateway, 'GET', path)).body.state).toBe('unverified')
  const theirs = { resourceType: 'HealthcareService', id: 'svc-theirs', active: true, name: 'Pantry' }
  await put(gateway, theirs)
  const { name: _, ...rest } = body
  const changed = await patch(gateway, 'services/svc-theirs', rest)
  expect(changed.status, JSON.stringify(changed.body)).toBe(200)
  expect(changed.body.verifyEvery).toBeUndefined()
})
