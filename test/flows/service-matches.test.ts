/** A coordinator looks for food: what is near, speaks her language and has room comes first; who turned her down is out. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { consent, event, make, marisol, put, say, sdoh } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
const category = { system: sdoh, code: 'food-insecurity' }
const made = (collection: string, body: object) => make(gateway, collection, body)
const degrees = (lat: number, lon: number) => ({
  url: 'http://hl7.org/fhir/StructureDefinition/geolocation',
  extension: [
    { url: 'latitude', valueDecimal: lat },
    { url: 'longitude', valueDecimal: lon },
  ],
})
const pantry = async (name: string, lat: string, more: object = {}) => {
  const organizationId = 'org-1'
  const location = await made('locations', { name, organizationId, lat, lon: '-73.68', address: { postalCode: '12180' } })
  return made('services', {
    ...{ name, organizationId, categories: [category], referralMethods: ['phone'], locations: [location], cost: 'free' },
    ...more,
  })
}
const need = () =>
  made('needs', {
    ...{ clientId: 'cli-marisol', domain: 'sdoh', category, code: { text: 'Food insecurity' } },
    ...{ assertedBy: 'client', clientView: 'agrees' },
  })
const found = async (id: string) => {
  const { status, body } = await say(gateway, 'GET', `/coordination/services/matches?need=${id}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
const ids = (list: readonly { readonly serviceId: string }[]) => list.map(({ serviceId }) => serviceId)

beforeEach(async () => {
  gateway = await startGateway()
  await put(gateway, {
    ...marisol,
    birthDate: '1984-03-17',
    address: [{ use: 'home', postalCode: '12180', extension: [degrees(42.73, -73.68)] }],
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }] }, preferred: true }],
  })
  await put(gateway, consent)
})
afterEach(() => gateway.stop())

it('ranks what fits, with its reasons, and leaves out what is for others', async () => {
  const far = await pantry('Far Pantry', '42.90', { languages: ['en'] })
  const near = await pantry('Elm Street Pantry', '42.74', { languages: ['es'] })
  const seniors = await pantry('Seniors’ Kitchen', '42.73', { eligibility: [{ ageMin: 60 }] })
  await made('services', {
    ...{ name: 'Rides', organizationId: 'org-1', referralMethods: ['phone'] },
    categories: [{ ...category, code: 'transportation-insecurity' }],
  })
  const { items, ruledOut } = await found(await need())
  expect(ids(items)).toEqual([near, far])
  expect(items[0]).toMatchObject({ name: 'Elm Street Pantry', km: 1.1 })
  expect(items[0].reasons).toContainEqual({ about: 'language', speaks: 'for', text: 'es is spoken' })
  expect(items[1].reasons).toContainEqual({ about: 'language', speaks: 'against', text: 'es is not spoken' })
  expect(ids(ruledOut)).toEqual([seniors])
  expect(ruledOut[0].reasons).toContainEqual({
    about: 'age',
    speaks: 'against',
    rulesOut: true,
    text: 'outside of its limits of age',
  })
})

it('offers alternatives once a service has turned the need down', async () => {
  const near = await pantry('Elm Street Pantry', '42.74')
  const far = await pantry('Far Pantry', '42.90')
  const id = await need()
  expect(ids((await found(id)).items)).toEqual([near, far])
  const referral = await made('referrals', {
    ...{
      clientId: 'cli-marisol',
      kind: 'community-service',
      category,
      service: { text: 'Food' },
      reasons: [id],
      priority: 'routine',
    },
    ...{ intent: 'order', consentId: 'con-marisol', doNotContact: 'no', target: { id: near } },
  })
  await event(gateway, `referrals/${referral}`, 'send')
  await event(gateway, `referrals/${referral}`, 'reject', { reason: 'No deliveries' })
  const after = await found(id)
  expect(ids(after.items)).toEqual([far])
  expect(after.ruledOut[0].reasons).toContainEqual(expect.objectContaining({ about: 'rejected', rulesOut: true }))
  // Another need of hers may still be met there, though not as surely.
  const other = await found(await need())
  expect(ids(other.items)).toContain(near)
  expect(other.items.find(({ serviceId }: { serviceId: string }) => serviceId === near).reasons).toContainEqual(
    expect.objectContaining({ about: 'acceptance', speaks: 'against', text: 'took 0 of 1 referrals' }),
  )
})

it('asks for a need that is there', async () => {
  expect(await say(gateway, 'GET', '/coordination/services/matches')).toMatchObject({ status: 400, body: { code: 'invalid' } })
  expect(await say(gateway, 'GET', '/coordination/services/matches?need=ned-none')).toMatchObject({ status: 404 })
})
