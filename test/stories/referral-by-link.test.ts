/**
 * The pantry has no software that speaks with ours. It is told of Rosa by a link in an e-mail that says nothing, answers on the page behind
 * it, and Rosa says on a page of her own that help arrived. Everybody is invented.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { system } from '../../src/gateway.ts'
import { account, drinking, label, revokes } from '../support/consent-story.ts'
import { event, make, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import {
  answers,
  bearer,
  code,
  hunger,
  mailed,
  meet,
  opens,
  post,
  queued,
  refers,
  rosa,
  signs,
  toPantry,
} from '../support/link-story.ts'
import { type MailServerForTests, startMailServer } from '../support/mail-server.ts'

let server: MailServerForTests
let gateway: TestGateway
let consent: string
let referral: string
beforeEach(async () => {
  server = await startMailServer()
  gateway = await startGateway({ allowTargets: [server.target] })
  await meet(gateway, server)
  consent = await signs(gateway)
  referral = await refers(gateway, consent)
})
afterEach(async () => {
  await gateway.stop()
  await server.close()
})

const about = () => `ServiceRequest/${referral}`
const toldPantry = async () => mailed(gateway, server, await bearer(gateway, about(), toPantry))
const standing = async () => (await say(gateway, 'GET', `/coordination/referrals/${referral}`)).body
const lines = async (action: string) => {
  const { store } = await gateway.gateway.context(system())
  const { items } = await store.look({ ask: 'audit', count: 200 })
  return items
    .map(({ entry }) => entry as { action: string; principal: string; outcome: string })
    .filter((one) => one.action === action)
}
const said = (page: { text: string }, ...words: string[]) => words.filter((word) => page.text.includes(word))

describe('from the e-mail to the closed loop', () => {
  it('the pantry accepts, begins and is done on its page; she says that it arrived, and her need is met', async () => {
    const path = await toldPantry()
    expect(server.received[0]!.to).toEqual(['door@pantry.example'])
    for (const own of ['Rosa', 'Quintero', 'Food', 'Harvest', 'org-pantry', 'cli-rosa', referral, code])
      expect(server.received[0]!.raw).not.toContain(own)

    const opened = await opens(gateway, path)
    expect([opened.status, opened.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const shown = ['Food box', 'Skips meals', 'Rosa Quintero', '1990-04-02', '555-0101', 'Harbor Street Counseling']
    expect(said(opened, ...shown)).toEqual(shown)
    expect(said(opened, '555-0102', 'PSYCH-77', 'ned-food', 'cli-rosa', referral)).toEqual([])
    expect(said(opened, 'value="accept"', 'value="reject"', 'value="start"', 'value="complete"')).toHaveLength(2)
    expect((await standing()).state).toBe('received')

    const accepted = await answers(gateway, path, opened, { event: 'accept' })
    expect([accepted.status, said(accepted, 'Thank you', 'You have taken this on')]).toEqual([
      200,
      ['Thank you', 'You have taken this on'],
    ])
    const started = await answers(gateway, path, accepted, { event: 'start' })
    const done = await answers(gateway, path, started, { event: 'complete', outcome: 'service-provided', note: 'Two boxes' })
    expect([done.status, said(done, 'Rosa', 'Food box', '<form')]).toEqual([200, []])
    expect(await standing()).toMatchObject({
      state: 'completed',
      outcome: { kind: 'service-provided', note: 'Two boxes' },
      lastChange: { by: 'Organization/org-pantry', event: 'complete' },
    })

    const hers = await mailed(gateway, server, await bearer(gateway, about()))
    const asked = await opens(gateway, hers)
    expect(said(asked, 'lang="es"', 'Food box', 'Harvest Pantry', '¿Recibió esta ayuda?')).toHaveLength(4)
    const told = await answers(gateway, hers, asked, { received: 'yes', need: 'yes' })
    expect([told.status, said(told, 'Gracias', '<form')]).toEqual([200, ['Gracias']])
    expect(await standing()).toMatchObject({
      state: 'closed-confirmed',
      needResolved: 'yes',
      clientConfirmed: { saidReceived: true, stillNeeded: false },
      lastChange: { by: 'Patient/cli-rosa', event: 'confirm-with-client' },
    })
    expect((await say(gateway, 'GET', '/coordination/needs/ned-food')).body.state).toBe('resolved')
    expect((await opens(gateway, path)).status).toBe(410)
  })

  it('who answered stands in a Provenance and in the audit, and each answer in the log without a word', async () => {
    const path = await toldPantry()
    await answers(gateway, path, await opens(gateway, path), { event: 'reject', reason: 'No freezer for Rosa' })
    const { body } = await say(gateway, 'GET', '/fhir/Provenance')
    const [{ resource }] = body.entry
    expect(resource).toMatchObject({
      agent: [{ who: { reference: 'Organization/org-pantry' } }],
      target: [{ reference: expect.stringMatching(/^Task\/tsk-[0-9A-Z]+\/_history\/\d+$/) }],
      entity: [{ what: { reference: expect.stringMatching(/^Communication\//) } }],
    })
    expect(await lines('answer-link')).toMatchObject([{ principal: 'Organization/org-pantry', outcome: 'success' }])
    expect(await lines('try-link-code')).toMatchObject([{ principal: 'secure-link', outcome: 'success' }])
    expect(JSON.stringify(gateway.log)).not.toMatch(/freezer|Rosa|messages\/[A-Za-z0-9]/)
    expect(await standing()).toMatchObject({ state: 'rejected', statusReason: 'No freezer for Rosa' })
  })

  it('what the pantry was shown is in her account of disclosures, once for each version', async () => {
    const path = await toldPantry()
    await opens(gateway, path)
    await opens(gateway, path)
    const entries = await account(gateway)
    expect(
      entries.map(({ resources: [one], recipient, method, result, consentId }) => [
        one.type,
        recipient.id,
        method,
        result,
        consentId,
      ]),
    ).toEqual(['ServiceRequest', 'Task', 'Patient', 'Condition'].map((type) => [type, 'org-pantry', 'portal', 'sent', consent]))
  })
})

describe('the page refuses', () => {
  it('what the work cannot do now, and shows what it can', async () => {
    const path = await toldPantry()
    const early = await answers(gateway, path, await opens(gateway, path), { event: 'complete', outcome: 'service-provided' })
    const both = ['cannot be done as things stand', 'value="accept"']
    expect([early.status, said(early, ...both)]).toEqual([409, both])
    expect([(await standing()).state, await lines('answer-link')]).toMatchObject(['received', [{ outcome: 'refused' }]])
  })

  it.each<[string, Record<string, string>]>([
    ['a refusal without a reason', { event: 'reject', reason: '  ' }],
    ['an event that is none of the page’s', { event: 'confirm-with-client', needResolved: 'yes' }],
    ['the requester’s event', { event: 'withdraw', reason: 'x' }],
    ['nothing', {}],
  ])('%s', async (_, fields) => {
    const path = await toldPantry()
    const page = await answers(gateway, path, await opens(gateway, path), fields)
    expect([page.status, said(page, 'Something is missing')]).toEqual([400, ['Something is missing']])
    expect((await standing()).state).toBe('received')
  })

  it('a form that is sent twice, or after somebody else has changed it', async () => {
    const path = await toldPantry()
    const opened = await opens(gateway, path)
    await answers(gateway, path, opened, { event: 'accept' })
    const again = await answers(gateway, path, opened, { event: 'reject', reason: 'No room' })
    const both = ['Nothing was done', 'You have taken this on']
    expect([again.status, said(again, ...both)]).toEqual([409, both])
    expect((await standing()).state).toBe('accepted')
    await event(gateway, `referrals/${referral}`, 'start')
    expect((await answers(gateway, path, again, { event: 'start' })).status).toBe(409)
  })

  it('a form that was not its own: forged, of another link, too old, or of a code that has changed', async () => {
    const path = await toldPantry()
    const opened = await opens(gateway, path)
    const accept = { event: 'accept' }
    const hers = await mailed(gateway, server, await bearer(gateway, about()))
    for (const ticket of ['', 'x', `${opened.ticket}A`, (await opens(gateway, hers)).ticket!])
      expect((await post(gateway, path, { ticket, ...accept })).status).toBe(403)
    gateway.clock.advance(31 * 60_000)
    expect((await answers(gateway, path, opened, accept)).status).toBe(403)
    expect((await standing()).state).toBe('received')
  })

  it('more than anybody types, and what is no text', async () => {
    const path = await toldPantry()
    const opened = await opens(gateway, path)
    const long = { event: 'reject', reason: 'x'.repeat(20_000) }
    expect((await answers(gateway, path, opened, long)).status).toBe(413)
    expect((await answers(gateway, path, opened, { event: 'reject', reason: 'x'.repeat(2001) })).status).toBe(400)
    const bytes = await gateway.request(path, { method: 'POST', body: new Uint8Array([0x63, 0x6f, 0x64, 0x65, 0x3d, 0xff]) })
    expect(bytes.status).toBe(400)
    expect((await standing()).state).toBe('received')
  })

  it('everything after five wrong codes, an open page among it', async () => {
    const path = await toldPantry()
    const opened = await opens(gateway, path)
    for (let i = 0; i < 5; i++) await opens(gateway, path, `guess-${i}`)
    expect((await answers(gateway, path, opened, { event: 'accept' })).status).toBe(410)
    expect((await opens(gateway, path)).status).toBe(410)
  })
})

describe('the link tells nothing once', () => {
  const closes: readonly [string, () => Promise<unknown>][] = [
    ['she takes her consent back', () => revokes(gateway, consent)],
    ['the referral is taken back', () => event(gateway, `referrals/${referral}`, 'withdraw', { reason: 'She moved away' })],
    ['its time is over', async () => gateway.clock.advance(85 * 24 * 3600_000)],
    [
      'it is labelled as a record of substance use treatment',
      async () => {
        const { body } = await say(gateway, 'GET', `/fhir/ServiceRequest/${referral}`)
        const security = [...(body.meta.security ?? []), ...drinking().meta.security]
        await put(gateway, { ...body, meta: { ...body.meta, security } })
      },
    ],
    [
      'it is labelled as a therapist’s own',
      async () => {
        const { body } = await say(gateway, 'GET', `/fhir/ServiceRequest/${referral}`)
        await put(gateway, { ...body, meta: { ...body.meta, security: [label('PSYTHPN')] } })
      },
    ],
  ]
  it.each(closes)('%s', async (_, close) => {
    const path = await toldPantry()
    const opened = await opens(gateway, path)
    await close()
    const late = await opens(gateway, path)
    expect([late.status, said(late, 'Rosa', 'Food box')]).toEqual([410, []])
    // Nor whether a code would have been right.
    expect((await opens(gateway, path, 'a-guess')).status).toBe(410)
    const answered = await answers(gateway, path, opened, { event: 'accept' })
    expect([403, 410]).toContain(answered.status)
    expect(said(answered, 'Rosa', 'Food box')).toEqual([])
  })

  it('to her it is labelled as a therapist’s own', async () => {
    const path = await mailed(gateway, server, await bearer(gateway, about()))
    expect((await opens(gateway, path)).status).toBe(200)
    const { body } = await say(gateway, 'GET', `/fhir/ServiceRequest/${referral}`)
    await put(gateway, { ...body, meta: { ...body.meta, security: [label('PSYTHPN')] } })
    expect((await opens(gateway, path)).status).toBe(410)
  })

  it('the e-mail is taken back', async () => {
    const mail = await bearer(gateway, about(), toPantry)
    const path = await mailed(gateway, server, mail)
    await event(gateway, mail, 'mark-error', { reason: 'wrong organization' })
    expect((await opens(gateway, path)).status).toBe(410)
  })

  it('of what the consent does not cover it tells nothing beside the referral', async () => {
    await put(gateway, { ...hunger, meta: drinking().meta })
    const path = await toldPantry()
    const opened = await opens(gateway, path)
    expect([opened.status, said(opened, 'Food box', 'Skips meals')]).toEqual([200, ['Food box']])
  })
})

it('under Part 2 it is told by such a consent, with the notice on redisclosure', async () => {
  const part2 = await signs(gateway, {
    kind: 'part2-specific',
    content: { narrative: 'All of it', sensitivities: ['SUD'] },
    redisclosureNotice: { id: 'statement-1' },
  })
  const { body } = await say(gateway, 'GET', `/fhir/ServiceRequest/${referral}`)
  await put(gateway, { ...body, meta: { ...body.meta, security: drinking().meta.security } })
  const opened = await opens(gateway, await toldPantry())
  expect(
    said(
      opened,
      'protected by Federal confidentiality rules (42 CFR part 2)',
      'The patient consented to this disclosure of: All of it',
    ),
  ).toHaveLength(2)
  expect((await account(gateway))[0]).toMatchObject({ consentId: part2, noticesSent: ['statement-1|2024-04-16'] })
})

it('her telephone is not handed on where she is reached through us alone', async () => {
  referral = await refers(gateway, consent, { doNotContact: 'only-through-coordinator' })
  const opened = await opens(gateway, await toldPantry())
  expect(said(opened, 'Rosa Quintero', '555-0101', 'through us only')).toEqual(['Rosa Quintero', 'through us only'])
})

it('of a child whoever decides for it tells what became of it', async () => {
  await put(gateway, { ...rosa, birthDate: '2018-05-01' })
  const mother = await make(gateway, 'related-persons', {
    ...{ clientId: 'cli-rosa', names: [{ family: 'Quintero', given: ['Ana'] }], relationship: [{ text: 'mother' }] },
    authority: ['parent'],
    contacts: [{ system: 'email', value: 'ana@home.example' }],
  })
  const who = { id: mother, type: 'RelatedPerson' }
  for (const type of ['accept', 'start']) await event(gateway, `referrals/${referral}`, type)
  await event(gateway, `referrals/${referral}`, 'fail', { reason: 'Nobody came' })
  const path = await mailed(gateway, server, await bearer(gateway, about(), { to: [who] }))
  await answers(gateway, path, await opens(gateway, path), { received: 'no', need: 'no' })
  expect(await standing()).toMatchObject({
    state: 'closed-confirmed',
    needResolved: 'no',
    lastChange: { by: `RelatedPerson/${mother}` },
  })
  expect((await say(gateway, 'GET', '/coordination/needs/ned-food')).body.state).toBe('confirmed')
  const aunt = await make(gateway, 'related-persons', {
    ...{ clientId: 'cli-rosa', names: [{ family: 'Vega' }], relationship: [{ text: 'aunt' }] },
    contacts: [{ system: 'email', value: 'aunt@home.example' }],
  })
  const toAunt = await bearer(gateway, about(), { to: [{ id: aunt, type: 'RelatedPerson' }] })
  expect(await queued(gateway, toAunt)).toEqual([422, expect.stringContaining('about is one referral')])
})

it('opens and answers nothing in another tenant', async () => {
  await gateway.stop()
  gateway = await startGateway({ allowTargets: [server.target], tenants: ['other'] })
  await meet(gateway, server)
  referral = await refers(gateway, await signs(gateway))
  const mail = await bearer(gateway, about(), toPantry)
  const { ticket = '' } = await opens(gateway, await mailed(gateway, server, mail))
  const there = await gateway.gateway.desk(system('other'))
  const id = mail.split('/')[1]!
  expect(await there.openLink(id, code)).toMatchObject({ ok: false, problem: { code: 'gone' } })
  expect(await there.answerLink(id, ticket, { event: 'accept' })).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
})

describe('no link is sent', () => {
  const refused = async (about: string, changes: object = toPantry) => queued(gateway, await bearer(gateway, about, changes))
  it('of a referral that the organization was not sent, that was not sent at all, or is somebody else’s', async () => {
    await put(gateway, {
      resourceType: 'Organization',
      id: 'org-shelter',
      name: 'Open Door',
      telecom: [{ system: 'email', value: 's@o.example' }],
    })
    const shelter = { to: [{ id: 'org-shelter', type: 'Organization' }] }
    const wrong = [422, expect.stringContaining('about is one referral')]
    expect(await refused(about(), shelter)).toEqual(wrong)
    expect(await refused('ServiceRequest/none')).toEqual(wrong)
    await put(gateway, { ...rosa, id: 'cli-other' })
    expect(await refused(about(), { clientId: 'cli-other', to: [{ id: 'cli-other', type: 'Patient' }] })).toEqual(wrong)
    await event(gateway, `referrals/${referral}`, 'withdraw', { reason: 'x' })
    expect(await refused(about())).toEqual(wrong)
  })

  it('where no consent permits what it would tell, nor without an address', async () => {
    await revokes(gateway, consent)
    expect(await refused(about())).toEqual([422, 'about is told this organization by no consent in force'])
    await put(gateway, { resourceType: 'Organization', id: 'org-pantry', name: 'Harvest Pantry' })
    expect(await refused(about())).toEqual([422, expect.stringContaining('channel has no address')])
  })

  it('of two things at once, or by a way that is none', async () => {
    const two = await bearer(gateway, about(), { ...toPantry, about: [about(), 'Consent/x'] })
    expect(await queued(gateway, two)).toEqual([422, expect.stringContaining('about ')])
    expect(await refused(about(), { channel: 'letter', to: [{ id: 'cli-rosa', type: 'Patient' }] })).toEqual([
      422,
      expect.stringContaining('channel is email-tls'),
    ])
  })
})
