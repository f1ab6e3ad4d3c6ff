/** What may be said by which way: nothing of anybody by e-mail, nothing to an address that is not safe. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noticeText, usableContact } from '../../src/domain/communication.ts'
import { consent, event, marisol, patch, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { messageTo } from '../support/mail-story.ts'

const safe = 'https://warm-handoff.example/fhir/StructureDefinition/contact-safety'
let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
  await put(gateway, {
    ...marisol,
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es-US' }] }, preferred: true }],
    telecom: [
      { system: 'email', value: 'shared@home.example', rank: 1, extension: [{ url: safe, valueCode: 'no' }] },
      { system: 'email', value: 'marisol@work.example', rank: 2 },
      { system: 'phone', value: '+15550100', extension: [{ url: safe, valueCode: 'ask-first' }] },
    ],
  })
})
afterEach(() => gateway.stop())

const make = (changes: object = {}) => messageTo(gateway, { notice: 'appointment-reminder', ...changes })
const tried = async (member: string, type: string, details: object = {}) => {
  const { status, body } = await say(gateway, 'POST', `/coordination/${member}/events`, { type, ...details })
  return [status, ...(body.issues ?? []).map(({ path }: { path: string }) => path)]
}

describe('by e-mail and SMS', () => {
  it('a notice goes to the safe address, in her language, and says nothing of her', async () => {
    const member = await make()
    const queued = await event(gateway, member, 'queue')
    expect(queued).toMatchObject({ state: 'queued', sentTo: 'marisol@work.example' })
    expect(queued.body).toBe('Tiene una cita pronto. Entre a su portal o llámenos para ver cuándo.')
    const list = await say(gateway, 'GET', '/coordination/communications?state=queued')
    expect(list.body.items.map(({ id }: { id: string }) => `communications/${id}`)).toEqual([member])
    expect(await event(gateway, member, 'send', { at: '2026-03-02T09:00:00Z' })).toMatchObject({ sentAt: '2026-03-02T09:00:00Z' })
    await event(gateway, member, 'fail', { reason: 'mailbox full' })
    const { body: stored } = await say(gateway, 'GET', `/fhir/Communication/${queued.id}`)
    expect(stored).toMatchObject({
      status: 'stopped',
      statusReason: { text: 'mailbox full' },
      medium: [{ coding: [{ code: 'EMAILWRIT' }] }],
    })
    expect(await event(gateway, member, 'retry')).not.toHaveProperty('failure')
    await event(gateway, member, 'send')
    expect((await event(gateway, member, 'deliver')).state).toBe('delivered')
    expect((await event(gateway, member, 'read')).state).toBe('read')
  })

  it.each([
    ['words of one’s own', { body: 'Your group on drinking meets at six' }, ['body']],
    ['a subject', { subject: 'Lithium level' }, ['subject']],
    ['a document', { attachments: ['doc-1'] }, ['attachments']],
    ['no notice', { notice: undefined, body: 'Hello' }, ['notice', 'body']],
    ['what is about somebody', { classification: 'phi' }, ['classification']],
  ])('%s does not go', async (_, changes, paths) => {
    expect(await tried(await make(changes), 'queue')).toEqual([422, ...paths])
    expect(await tried(await make(changes), 'send')).toEqual([422, ...paths])
  })

  it('a number to ask about first is used once somebody asked', async () => {
    const member = await make({ channel: 'sms' })
    expect(await tried(member, 'queue')).toEqual([422, 'channel'])
    expect(await event(gateway, member, 'queue', { asked: true })).toMatchObject({ sentTo: '+15550100' })
  })

  it('nobody writes to those who have died', async () => {
    await put(gateway, {
      ...marisol,
      telecom: [{ system: 'email', value: 'a@b.example' }],
      deceasedBoolean: true,
    } as typeof marisol)
    expect(await tried(await make(), 'queue')).toEqual([422, 'to'])
  })
})

describe('by other ways', () => {
  const letter = { channel: 'portal', notice: undefined, body: 'Your group meets on Tuesdays', classification: 'sensitive' }

  it('the client may be told anything', async () => {
    expect((await event(gateway, await make(letter), 'send')).state).toBe('sent')
  })

  it('others are told what is sensitive with a consent that is in force', async () => {
    const others = { ...letter, channel: 'direct', to: [{ id: 'prc-osei' }] }
    expect(await tried(await make(others), 'send')).toEqual([422, 'consentId'])
    const member = await make({ ...others, consentId: 'con-marisol' })
    expect(await tried(member, 'send')).toEqual([422, 'consentId'])
    await put(gateway, consent)
    expect((await event(gateway, member, 'send')).state).toBe('sent')
  })

  it('what was sent stays as it was sent, on either side', async () => {
    const member = await make(letter)
    await event(gateway, member, 'send')
    const { body } = await say(gateway, 'GET', `/coordination/${member}`)
    const changed = await patch(gateway, member, { body: 'On Fridays' })
    expect([changed.status, changed.body.issues[0].path]).toEqual([422, 'body'])
    const { body: stored } = await say(gateway, 'GET', `/fhir/Communication/${body.id}`)
    const payload = [{ contentString: 'On Fridays' }]
    expect((await say(gateway, 'PUT', `/fhir/Communication/${body.id}`, { ...stored, payload })).status).toBe(422)
  })

  it('what came is received, never sent', async () => {
    const member = await make({ ...letter, direction: 'in', channel: 'phone-note', from: { id: 'cli-marisol', type: 'Patient' } })
    expect(await tried(member, 'send')).toContain('direction')
    expect(await event(gateway, member, 'receive')).toMatchObject({ state: 'received', receivedAt: expect.any(String) })
  })
})

it('alerts of a crisis are the crisis’s', async () => {
  const system = 'https://warm-handoff.example/fhir/NamingSystem/crisis-event'
  await put(gateway, {
    resourceType: 'Communication',
    id: 'alert',
    status: 'completed',
    identifier: [{ system, value: 'cri-1' }],
  })
  expect((await say(gateway, 'GET', '/coordination/communications/alert')).status).toBe(404)
})

it('picks among contacts by rank, and never an old or an unsafe one', () => {
  const phone = (value: string, more: object = {}) => ({ system: 'phone' as const, value, ...more })
  expect(
    usableContact(
      [phone('1', { use: 'old' }), phone('2', { safe: 'no' }), phone('3', { rank: 2 }), phone('4', { rank: 1 })],
      'sms',
      false,
    ),
  ).toBe('4')
  expect(usableContact([phone('1', { safe: 'no' })], 'sms', true)).toBeUndefined()
  expect(usableContact([phone('1')], 'email-tls', false)).toBeUndefined()
  const direct = { system: 'email' as const, value: 'a@direct.example', rank: 1, isDirectAddress: true }
  const mail = { system: 'email' as const, value: 'a@home.example', rank: 2 }
  expect([usableContact([direct, mail], 'email-tls', false), usableContact([mail, direct], 'direct', false)]).toEqual([
    mail.value,
    direct.value,
  ])
  expect([usableContact([direct], 'email-tls', false), usableContact([mail], 'direct', false)]).toEqual([undefined, undefined])
  expect([noticeText('please-call', ['fr', 'ES-mx']), noticeText('please-call', ['fr'])]).toEqual([
    'Por favor llámenos cuando pueda.',
    'Please call us when you can.',
  ])
})
