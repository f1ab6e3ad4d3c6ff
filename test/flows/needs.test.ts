/** Needs as coordinators live with them: confirmed, acted upon, met, and back again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consent, event, gatewayWith, make, marisol, patch, put, say, sdoh } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol, consent)
})
afterEach(() => gateway.stop())

const hunger = {
  clientId: 'cli-marisol',
  domain: 'sdoh',
  category: { system: sdoh, code: 'food-insecurity' },
  code: { codings: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'Z59.41' }], text: 'Food insecurity' },
  assertedBy: 'client',
  clientView: 'agrees',
}
const made = (collection: string, body: object) => make(gateway, collection, body)
const stateOf = async (id: string) => (await say(gateway, 'GET', `/coordination/needs/${id}`)).body.state
const conditionOf = async (id: string) => (await say(gateway, 'GET', `/fhir/Condition/${id}`)).body
const referralFor = (need: string) =>
  made('referrals', {
    clientId: 'cli-marisol',
    kind: 'community-service',
    category: { system: sdoh, code: 'food-insecurity' },
    service: { codings: [{ system: 'http://snomed.info/sct', code: '467771000124109' }] },
    reasons: [need],
    priority: 'routine',
    intent: 'order',
    consentId: 'con-marisol',
    doNotContact: 'no',
  })

describe('a need', () => {
  it('is suspected until somebody confirms it', async () => {
    const id = await made('needs', hunger)
    expect(await stateOf(id)).toBe('suspected')
    expect((await say(gateway, 'GET', `/coordination/needs/${id}`)).body.billable).toEqual({
      icd10: 'Z59.41',
      secondaryOnly: true,
    })
    expect(await conditionOf(id)).toMatchObject({
      verificationStatus: { coding: [{ code: 'unconfirmed' }] },
      clinicalStatus: { coding: [{ code: 'active' }] },
    })
    await event(gateway, `needs/${id}`, 'confirm')
    expect((await conditionOf(id)).verificationStatus.coding[0].code).toBe('confirmed')
    const declined = await event(gateway, `needs/${id}`, 'decline', { reason: 'Managing alone for now' })
    expect(declined).toMatchObject({ state: 'declined', verification: 'confirmed', statusReason: 'Managing alone for now' })
    await event(gateway, `needs/${id}`, 'confirm')
    const resolved = await event(gateway, `needs/${id}`, 'resolve', { at: '2026-03-01' })
    expect(resolved).toMatchObject({ state: 'resolved', resolvedOn: '2026-03-01' })
    expect(await event(gateway, `needs/${id}`, 'recur')).not.toHaveProperty('resolvedOn')
  })

  it('is being addressed as long as a referral that names it is open', async () => {
    const id = await made('needs', hunger)
    await event(gateway, `needs/${id}`, 'confirm')
    const referral = await referralFor(id)
    expect(await stateOf(id)).toBe('confirmed') // a draft does nothing yet
    await event(gateway, `referrals/${referral}`, 'send')
    expect(await stateOf(id)).toBe('being-addressed')
    // Seen, not stored; and what was seen may be sent back.
    expect((await conditionOf(id)).meta.versionId).toBe('2')
    const { etag, body } = await say(gateway, 'GET', `/coordination/needs/${id}`)
    const again = await say(gateway, 'PUT', `/coordination/needs/${id}`, body, { 'if-match': etag })
    expect([again.status, again.etag]).toEqual([200, etag])
    await event(gateway, `referrals/${referral}`, 'reject', { reason: 'No room' })
    expect(await stateOf(id)).toBe('confirmed')
  })

  it('is being addressed by an active plan', async () => {
    const id = await made('needs', hunger)
    await event(gateway, `needs/${id}`, 'confirm')
    const plan = {
      resourceType: 'CarePlan',
      id: 'cpl-1',
      status: 'draft',
      intent: 'plan',
      subject: { reference: 'Patient/cli-marisol' },
      addresses: [{ reference: `Condition/${id}` }],
      goal: [{ reference: 'Goal/gol-1' }],
    }
    await put(gateway, plan)
    expect(await stateOf(id)).toBe('confirmed')
    await put(gateway, { ...plan, status: 'active' })
    expect(await stateOf(id)).toBe('being-addressed')
  })

  it('is met when the client says so, in the commit that closes the loop', async () => {
    const id = await made('needs', hunger)
    await event(gateway, `needs/${id}`, 'confirm')
    const referral = `referrals/${await referralFor(id)}`
    for (const type of ['send', 'accept', 'start']) await event(gateway, referral, type)
    await event(gateway, referral, 'complete', { outcome: { kind: 'service-provided' } })
    const word = { needResolved: 'yes', clientConfirmed: { saidReceived: true, stillNeeded: false } }
    // Late in the evening in New York, where she lives.
    await event(gateway, referral, 'confirm-with-client', { ...word, at: '2026-03-03T03:30:00Z' })
    expect((await say(gateway, 'GET', `/coordination/needs/${id}`)).body).toMatchObject({
      state: 'resolved',
      resolvedOn: '2026-03-02',
    })
  })
})

it('a social need is acted on when the client agrees that it is one', async () => {
  const id = await made('needs', { ...hunger, clientView: 'undecided' })
  const referral = `referrals/${await referralFor(id)}`
  const refused = await say(gateway, 'POST', `/coordination/${referral}/events`, { type: 'send' })
  expect([refused.status, refused.body.issues[0].path]).toEqual([422, 'reasons'])
  expect((await patch(gateway, `needs/${id}`, { clientView: 'agrees' })).status).toBe(200)
  await event(gateway, referral, 'send')
})

it('the diagnoses of a visit are not on the list of needs', async () => {
  const category = (code: string) => [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code }] }]
  const condition = { resourceType: 'Condition', subject: { reference: 'Patient/cli-marisol' } }
  await put(gateway, { ...condition, id: 'dx', category: category('encounter-diagnosis') })
  await put(gateway, { ...condition, id: 'problem', category: category('problem-list-item') })
  const { body } = await say(gateway, 'GET', '/coordination/needs?client=cli-marisol')
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['problem'])
  expect((await say(gateway, 'GET', '/coordination/needs/dx')).status).toBe(404)
})
