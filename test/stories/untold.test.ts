/** Rosa is in hiding: where she lives, and which number rings at her husband’s, stays here, and is kept here. Everybody is invented. */
import { afterEach, describe, expect, it } from 'vitest'
import { make, say } from '../support/coordination.ts'
import { drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

const local = 'https://warm-handoff.example/fhir/StructureDefinition'

let told: Told
afterEach(() => told.end())

const told101 = { system: 'phone', value: '555-0101' }
const rosa = {
  names: [{ use: 'official', family: 'Quintero', given: ['Rosa'] }],
  gender: 'female',
  contacts: [
    { ...told101, safe: 'ask-first' },
    { system: 'phone', value: '555-0102', safe: 'no' },
    { system: 'email', value: 'r@post.example' },
  ],
  addresses: [{ use: 'home', city: 'Xenia', confidential: true }],
  legalStatus: 'self-directed',
  jurisdiction: 'OH',
  culturalNotes: ['Fears her husband'],
  communicationPreference: { channel: 'phone', voicemailOk: false, detailOk: false },
  timeZone: 'America/New_York',
}

// biome-ignore lint/suspicious/noExplicitAny: the partner's resources are whatever they are
async function sent(kind: 'ehr' | 'payer', pull: readonly string[] = []): Promise<{ id: string; there: () => any }> {
  told = await tell({ partner: 'plain', flavour: 'fhir-r4', kind, push: ['Patient', 'RelatedPerson'], pull })
  const id = await make(told.gateway, 'clients', rosa)
  await drain(told.gateway)
  told.gateway.clock.advance(60_000)
  return { id, there: () => told.partner.all('Patient')[0] }
}
const urls = ({ extension = [] }: { extension?: { url: string }[] }) => extension.map(({ url }) => url.split('/').at(-1)).sort()

describe('what is not safe to know', () => {
  it.each(['ehr', 'payer'] as const)('is sent to nobody: %s', async (kind) => {
    const { id, there } = await sent(kind)
    expect(there().telecom.map(({ value }: { value: string }) => value)).toEqual(['555-0101', 'r@post.example'])
    expect(there().address).toBeUndefined()
    const brother = {
      names: [{ text: 'Luis' }],
      relationship: [{ text: 'brother' }],
      contacts: [{ system: 'phone', value: '555-0103', safe: 'no' }],
    }
    await make(told.gateway, 'related-persons', { clientId: id, ...brother })
    await drain(told.gateway)
    expect(told.partner.all('RelatedPerson')).toMatchObject([{ name: [{ text: 'Luis' }] }])
    expect(JSON.stringify(told.partner.all())).not.toMatch(/555-0102|555-0103|Xenia/)
  })

  it('goes from the partner when it turns out to be so', async () => {
    const { id, there } = await sent('ehr')
    const { body } = await say(told.gateway, 'GET', `/coordination/clients/${id}`)
    const contacts = body.contacts.map((one: object) => ({ ...one, safe: 'no' }))
    const changed = await say(told.gateway, 'PATCH', `/coordination/clients/${id}`, { contacts }, { 'if-match': '*' })
    expect(changed.status).toBe(200)
    await drain(told.gateway)
    expect(there().telecom).toBeUndefined()
  })

  it('is still here when the partner has changed what it knows', async () => {
    const { id, there } = await sent('ehr', ['Patient'])
    const [phone, mail] = there().telecom
    told.partner.edit('Patient', there().id, (one) => ({ ...one, telecom: [{ ...phone, value: '555-0199' }, mail] }))
    await told.pull()
    const { body } = await say(told.gateway, 'GET', `/coordination/clients/${id}`)
    expect(body.contacts.map(({ value, safe }: { value: string; safe?: string }) => [value, safe])).toEqual([
      ['555-0199', 'ask-first'],
      ['555-0102', 'no'],
      ['r@post.example', undefined],
    ])
    expect(body.addresses).toMatchObject([{ city: 'Xenia', confidential: true }])
    told.partner.edit('Patient', there().id, (one) => ({ ...one, address: [{ city: 'Dayton' }] }))
    await told.pull()
    await drain(told.gateway)
    const now = (await say(told.gateway, 'GET', `/coordination/clients/${id}`)).body
    expect(now.addresses.map(({ city }: { city: string }) => city)).toEqual(['Xenia', 'Dayton'])
    expect([await told.conflicts(), await told.dead(), there().address]).toEqual([[], [], [{ city: 'Dayton' }]])
  })
})

describe('whom to call about her', () => {
  const sister = { relationship: [{ text: 'sister' }], name: { text: 'Ana' } }
  const unsafe = { extension: [{ url: `${local}/contact-safety`, valueCode: 'no' }], system: 'phone', value: '555-0109' }
  const contact = [
    { ...sister, telecom: [{ system: 'phone', value: '555-0108' }, unsafe] },
    { relationship: [{ text: 'neighbour' }], telecom: [unsafe] },
    {
      ...{ relationship: [{ text: 'friend' }], name: { text: 'Eva' } },
      address: { city: 'Hidden', extension: [{ url: `${local}/confidential-address`, valueBoolean: true }] },
    },
  ]
  const put = async (kind: 'ehr' | 'payer') => {
    told = await tell({ partner: 'plain', flavour: 'fhir-r4', kind, push: ['Patient'], pull: ['Patient'] })
    await told.send({ resourceType: 'Patient', id: 'cli-rosa', name: [{ family: 'Quintero' }], gender: 'female', contact })
    return () => told.partner.all('Patient')[0] as Record<string, unknown> & { id: string; contact?: object[] }
  }
  const here = async () => (await say(told.gateway, 'GET', '/fhir/Patient/cli-rosa')).body.contact

  it('is told to whoever treats her, without what is not safe to know', async () => {
    const there = await put('ehr')
    expect(there().contact).toEqual([
      { ...sister, telecom: [{ system: 'phone', value: '555-0108' }] },
      { relationship: [{ text: 'friend' }], name: { text: 'Eva' } },
    ])
    expect(JSON.stringify(told.partner.all())).not.toMatch(/555-0109|Hidden|neighbour/)
  })

  it('is kept whole here when they change what they know', async () => {
    const there = await put('ehr')
    told.gateway.clock.advance(60_000)
    told.partner.edit('Patient', there().id, (one) => ({
      ...one,
      contact: [{ ...there().contact![0], name: { text: 'Ana Maria' } }, there().contact![1]],
    }))
    await told.pull()
    expect(await here()).toEqual([{ ...contact[0], name: { text: 'Ana Maria' } }, contact[1], contact[2]])
    expect([await told.conflicts(), await told.dead()]).toEqual([[], []])
  })

  it('is not a payer’s business', async () => {
    const there = await put('payer')
    expect(there()).not.toHaveProperty('contact')
    expect(await here()).toEqual(contact)
  })
})

it('what is written down for the work with a client is for those who treat them', async () => {
  const ofWork = ['communication-preference', 'cultural-note', 'jurisdiction', 'legal-status', 'timezone']
  expect(urls((await sent('ehr')).there())).toEqual(ofWork)
  await told.end()
  expect(urls((await sent('payer')).there())).toEqual(['timezone'])
})
