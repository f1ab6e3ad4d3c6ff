/** Clients for whom somebody else decides: who that is has to be on record, and their word is needed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, make, patch, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
})
afterEach(() => gateway.stop())

const teo = {
  ...{ names: [{ use: 'official', family: 'Vega', given: ['Teo'] }], gender: 'male', birthDate: '2012-05-01' },
  ...{ jurisdiction: 'MD', timeZone: 'America/New_York' },
}
const registered = (more: object = {}) => say(gateway, 'POST', '/coordination/clients', { ...teo, ...more })
const parentOf = (clientId: string, more: object = {}) =>
  make(gateway, 'related-persons', {
    ...{ clientId, names: [{ family: 'Vega' }], relationship: [{ text: 'mother' }], authority: ['parent'] },
    ...more,
  })

describe('a client', () => {
  it('is registered with a word that somebody is to be on record, until somebody is', async () => {
    const { status, body } = await registered({ legalStatus: 'minor-parent' })
    expect([status, body.warnings]).toEqual([201, [{ path: 'legalStatus', message: expect.any(String), severity: 'warning' }]])
    const warned = async () => (await say(gateway, 'GET', `/coordination/clients/${body.id}`)).body.warnings !== undefined
    await parentOf(body.id, { authority: ['emergency'] })
    await parentOf(body.id, { active: false })
    await parentOf(body.id, { period: { start: '2020-01-01', end: '2026-03-01' } })
    await parentOf((await registered()).body.id)
    expect(await warned()).toBe(true)
    await parentOf(body.id, { period: { start: '2012-05-01', end: '2030' } })
    expect(await warned()).toBe(false)
  })

  it('who is under eighteen has a parent who decides, unless it is said otherwise', async () => {
    const warned = async (more: object) =>
      ((await registered(more)).body.warnings ?? []).map(({ path }: { path: string }) => path)
    expect(await warned({})).toEqual(['legalStatus'])
    expect(await warned({ birthDate: '1984-02-19' })).toEqual([])
    expect(await warned({ legalStatus: 'emancipated-minor' })).toEqual([])
  })

  it('of whom little is said is registered, with what rules will miss', async () => {
    const { names, gender } = teo
    const { status, body } = await say(gateway, 'POST', '/coordination/clients', { names, gender })
    const missed = ({ warnings = [] }) => warnings.map(({ path }: { path: string }) => path)
    expect([status, missed(body)]).toEqual([201, ['legalStatus', 'jurisdiction', 'timeZone']])
    const known = { birthDate: '1984-02-19', addresses: [{ use: 'home', state: 'MD' }], timeZone: 'America/New_York' }
    expect(missed((await patch(gateway, `clients/${body.id}`, known)).body)).toEqual([])
  })

  describe('the one who decides for them', () => {
    let teos: string
    let mother: string
    const person = () => `related-persons/${mother}`
    const fhir = (method: string, path: string, body?: object) =>
      say(gateway, method, `/fhir/${path}`, body, { 'content-type': 'application/fhir+json' })
    beforeEach(async () => {
      teos = (await registered()).body.id
      mother = await parentOf(teos)
    })

    it('is not taken away, by neither door, while there is nobody else', async () => {
      const removed = await say(gateway, 'DELETE', `/coordination/${person()}`)
      expect([removed.status, removed.body.code, removed.body.issues[0].path]).toEqual([422, 'guard-failed', 'authority'])
      expect((await fhir('DELETE', `RelatedPerson/${mother}`)).status).toBe(422)
      const resource = (await fhir('GET', `RelatedPerson/${mother}`)).body
      expect((await fhir('PUT', `RelatedPerson/${mother}`, { ...resource, active: false })).status).toBe(422)
      for (const [change, path] of [
        [{ authority: ['emergency'] }, 'authority'],
        [{ active: false }, 'active'],
        [{ clientId: (await registered()).body.id }, 'clientId'],
      ] as const) {
        const { status, body } = await patch(gateway, person(), change)
        expect([status, body.code, body.issues[0].path]).toEqual([422, 'guard-failed', path])
      }
      expect((await patch(gateway, person(), { authority: ['parent', 'emergency'] })).status).toBe(200)
    })

    it('goes once there is another, or once the client decides alone', async () => {
      const father = await parentOf(teos, { relationship: [{ text: 'father' }] })
      expect((await say(gateway, 'DELETE', `/coordination/${person()}`)).status).toBe(204)
      expect((await fhir('DELETE', `RelatedPerson/${father}`)).status).toBe(422)
      expect((await patch(gateway, `clients/${teos}`, { legalStatus: 'emancipated-minor' })).status).toBe(200)
      expect((await fhir('DELETE', `RelatedPerson/${father}`)).status).toBe(204)
    })

    it('has an end that can be told; then the client is to be looked at', async () => {
      expect((await patch(gateway, person(), { period: { end: '2026-03-01' }, active: false })).status).toBe(200)
      expect((await say(gateway, 'GET', `/coordination/clients/${teos}`)).body.warnings).toMatchObject([{ path: 'legalStatus' }])
    })
  })

  it.each(['self-directed', 'emancipated-minor', 'court-supervised'])('who is %s needs nobody', async (legalStatus) => {
    const { body } = await registered({ legalStatus })
    expect(body.warnings).toBeUndefined()
  })

  it('comes to be under a guardian whose record is there, and not before', async () => {
    const { id } = (await registered()).body
    const before = await patch(gateway, `clients/${id}`, { legalStatus: 'guardian-adult' })
    expect([before.status, before.body.code, before.body.issues[0].path]).toEqual([422, 'rule-broken', 'legalStatus'])
    await parentOf(id, { authority: ['guardian'] })
    expect((await patch(gateway, `clients/${id}`, { legalStatus: 'guardian-adult' })).body).toMatchObject({
      legalStatus: 'guardian-adult',
    })
  })

  it('was not born, and has not died, in the future', async () => {
    const unborn = await registered({ birthDate: '2026-03-04' })
    expect([unborn.status, unborn.body.code, unborn.body.issues[0].path]).toEqual([422, 'rule-broken', 'birthDate'])
    expect((await registered({ birthDate: '2027' })).status).toBe(422)
    // Where the day begins first it is the third already.
    gateway.clock.now = Date.parse('2026-03-02T10:00:00Z')
    expect((await registered({ birthDate: '2026-03-03' })).status).toBe(201)
    const { id } = (await registered({ birthDate: '2026' })).body
    const dead = await patch(gateway, `clients/${id}`, { deceased: '2062-03-01T10:00:00Z' })
    expect([dead.status, dead.body.issues[0].path]).toEqual([422, 'deceased'])
  })
})

describe('a consent', () => {
  const consented = async (clientId: string, more: object) =>
    `consents/${await make(gateway, 'consents', {
      ...{ clientId, kind: 'care-management', content: {} },
      signature: { party: `Patient/${clientId}`, role: 'client', method: 'verbal-witnessed', at: '2026-03-01T09:00:00-05:00' },
      ...more,
    })}`
  const activated = (member: string) => say(gateway, 'POST', `/coordination/${member}/events`, { type: 'activate' })

  it('of a child’s alone does not come into force: a parent grants it, or has verified it', async () => {
    const { id } = (await registered({ legalStatus: 'minor-parent' })).body
    const alone = await consented(id, { grantedBy: { who: { id }, capacity: 'self' } })
    const refused = await activated(alone)
    expect([refused.status, refused.body.code, refused.body.issues[0].path]).toEqual([422, 'guard-failed', 'grantedBy.capacity'])
    const other = await parentOf((await registered()).body.id)
    const mother = await parentOf(id)
    const verifiedBy = (person: string) =>
      patch(gateway, alone, { verifications: [{ verified: true, verifiedWith: { id: person, type: 'RelatedPerson' } }] })
    await verifiedBy(other)
    expect((await activated(alone)).status).toBe(422)
    await verifiedBy(mother)
    expect((await activated(alone)).body).toMatchObject({ state: 'active' })
    const hers = await consented(id, { grantedBy: { who: { id: mother, type: 'RelatedPerson' }, capacity: 'parent' } })
    expect((await event(gateway, hers, 'activate')).state).toBe('active')
  })

  it('of whoever has the authority no more is not taken', async () => {
    const { id } = (await registered({ legalStatus: 'minor-parent' })).body
    const former = await parentOf(id, { period: { end: '2026-03-01' } })
    const { status, body } = await say(gateway, 'POST', '/coordination/consents', {
      ...{ clientId: id, kind: 'care-management', content: {} },
      grantedBy: { who: { id: former, type: 'RelatedPerson' }, capacity: 'parent' },
    })
    expect([status, body.issues[0].path]).toEqual([422, 'grantedBy'])
  })

  it('to records of substance use treatment is a child’s and a parent’s, until the law of their state lets the child alone', async () => {
    const laws = [12, 14].map((ageFrom) => ({
      ...{ state: ageFrom === 12 ? 'MD' : 'VA', topic: 'substance-use' as const, ageFrom, citation: '§ 1' },
      ...{ sourceUrl: 'https://law.example/1', verifiedAt: '2026-01-01', verifiedBy: 'counsel' },
    }))
    await gateway.stop()
    gateway = await startGateway({ ofTenants: new Map([['default', { minorLaws: laws }]]) })
    const { id } = (await registered()).body
    const mother = await parentOf(id)
    const document = {
      resourceType: 'DocumentReference',
      id: 'doc-signed',
      status: 'current',
      content: [{ attachment: { url: 'Binary/b1' } }],
    }
    await put(gateway, { ...document, subject: { reference: `Patient/${id}` } })
    const part2 = {
      ...{ kind: 'part2-specific', disclosers: [{ external: { display: 'Harbor Street' } }], purposes: ['TREAT'] },
      ...{ recipients: [{ who: { external: { display: 'St. Brendan’s' } } }], content: { narrative: 'Attendance' } },
      ...{
        expires: { on: '2027-03-01' },
        redisclosureNotice: { id: 'statement-1' },
        language: 'en',
        copyDocumentId: 'doc-signed',
      },
    }
    const self = { who: { id }, capacity: 'self' }
    const parent = { who: { id: mother, type: 'RelatedPerson' }, capacity: 'parent' }
    const asked = async (jurisdiction: string, grantedBy: object, more: object = {}) =>
      (await activated(await consented(id, { ...part2, jurisdiction, grantedBy, ...more }))).status
    // Thirteen: in the one state old enough, in the other not, in a third nobody has read the law.
    for (const [state, one, both] of [
      ['MD', 200, 200],
      ['VA', 422, 200],
      ['ZZ', 422, 200],
    ] as const) {
      expect([state, await asked(state, self)]).toEqual([state, one])
      expect([state, await asked(state, parent)]).toEqual([state, 422])
      const verifiedWith = (who: object) => ({ verifications: [{ verified: true, verifiedWith: who }] })
      expect([state, await asked(state, self, verifiedWith({ id: mother, type: 'RelatedPerson' }))]).toEqual([state, both])
      expect([state, await asked(state, parent, verifiedWith({ id }))]).toEqual([state, both])
    }
  })

  it('of a client who decides is enough', async () => {
    const { id } = (await registered({ legalStatus: 'emancipated-minor' })).body
    expect((await activated(await consented(id, { grantedBy: { who: { id }, capacity: 'self' } }))).status).toBe(200)
  })
})
