/**
 * A message goes by Direct to a real server that speaks TLS: sealed from the first word, signed in, with nothing of anybody where it is not
 * sealed; and it has arrived when the other side says so.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { account, agrees, label, revokes } from '../support/consent-story.ts'
import { event, put, say } from '../support/coordination.ts'
import {
  bring,
  connectHisp,
  directGateway,
  letter,
  notification,
  osei,
  ours,
  queued,
  startHisp,
  telecom,
  theirs,
  trusted,
} from '../support/direct-story.ts'
import { startGateway, systemDesk, type TestGateway } from '../support/gateway.ts'
import { type MailServerForTests, startMailServer } from '../support/mail-server.ts'
import { drain } from '../support/outbox.ts'

let distrust: () => void
beforeAll(() => {
  distrust = trusted()
})
afterAll(() => distrust())

let hisp: MailServerForTests
let gateway: TestGateway
beforeEach(async () => {
  hisp = await startHisp()
  gateway = await directGateway(hisp)
})
afterEach(async () => {
  await gateway.stop()
  await hisp.close()
})

const stateOf = async (member: string) => {
  const { state, failure } = (await say(gateway, 'GET', `/coordination/${member}`)).body
  return [state, ...(failure === undefined ? [] : [failure])]
}
const outbox = async () => (await say(gateway, 'GET', '/admin/deliveries')).body.items
const messageId = () => hisp.received.at(-1)!.headers['message-id']!
const sent = async (changes: object = {}) => {
  const member = await queued(gateway, changes)
  await drain(gateway)
  expect(await stateOf(member)).toEqual(['sent'])
  return member
}

/** A paper of hers, with its bytes. */
const paper = (changes: object = {}) => ({
  resourceType: 'DocumentReference',
  id: 'doc-plan',
  status: 'current',
  subject: { reference: 'Patient/cli-rosa' },
  content: [{ attachment: { contentType: 'application/pdf', title: 'Crisis plan of Rosa', url: 'Binary/bin-plan' } }],
  ...changes,
})
const bytes = { resourceType: 'Binary', id: 'bin-plan', contentType: 'application/pdf', data: btoa('%PDF of hers') }
const part2 = { meta: { security: [label('42CFRPart2'), label('SUD')] } }

describe('a queued message', () => {
  it('goes to the HISP signed in and under TLS, with its documents, and nothing of anybody in its headers', async () => {
    await put(gateway, bytes)
    await put(gateway, paper())
    const member = await sent({ attachments: ['doc-plan'] })
    expect(hisp.received).toHaveLength(1)
    const [{ to, headers, raw, user, secure }] = hisp.received as [(typeof hisp.received)[0]]
    expect([to, headers.from, headers.to, user, secure]).toEqual([[theirs], ours, theirs, 'harbor', true])
    expect(headers).toMatchObject({
      subject: 'A message for you',
      'disposition-notification-to': ours,
      'disposition-notification-options': 'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true',
    })
    expect(headers['message-id']).toMatch(/^<mail-[0-9A-Z]{26}@direct\.harbor\.example>$/)
    const [, text = '', file = ''] = raw.split(/\r\n----?_NmP[^\r]*\r\n/)
    expect(text).toContain('Sleep\r\n\r\nRosa sleeps four hours a night since Monday.')
    expect(file).toContain('application/pdf')
    expect(file).toContain('filename=document-1.pdf')
    expect(atob(file.split('\r\n\r\n')[1]!.replace(/\s/g, ''))).toBe('%PDF of hers')
    const everyHeader = raw.split('\r\n').filter((line) => /^[A-Za-z-]+:|^[ \t]/.test(line))
    for (const own of ['Rosa', 'Quintero', 'Sleep', 'Crisis', 'cli-rosa', 'doc-plan', member.split('/')[1]!])
      expect(everyHeader.join('\n')).not.toContain(own)
    expect(JSON.stringify(gateway.log)).not.toContain(theirs)
    expect(await account(gateway)).toMatchObject([
      {
        method: 'direct',
        basis: 'tpo-hipaa',
        recipient: { id: 'prl-osei' },
        resources: [{ type: 'Communication' }],
        result: 'sent',
      },
      { method: 'direct', resources: [{ type: 'DocumentReference', id: 'doc-plan' }], result: 'sent' },
    ])
  })

  it('goes to nobody who has no Direct address, whatever other address they have', async () => {
    await put(gateway, { ...osei, telecom: telecom.slice(0, 1) } as typeof osei)
    const member = await letter(gateway)
    const refused = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'queue' })
    expect([refused.status, refused.body.issues[0].path]).toEqual([422, 'channel'])
    const toClient = await letter(gateway, { to: [{ id: 'cli-rosa', type: 'Patient' }] })
    expect((await say(gateway, 'POST', `/coordination/${toClient}/events`, { type: 'queue' })).status).toBe(422)
  })

  it.each([
    ['whose address moved', { ...osei, telecom: telecom.slice(0, 1) }],
    ['who left', { ...osei, active: false }],
  ])('does not go to one %s while it waited', async (_, resource) => {
    const member = await queued(gateway)
    await put(gateway, resource)
    await drain(gateway)
    expect([hisp.received, (await stateOf(member))[0]]).toEqual([[], 'failed'])
    expect(await outbox()).toMatchObject([{ state: 'dead', outcome: expect.stringContaining('Direct address') }])
  })

  it.each([
    ['is another client’s', paper({ subject: { reference: 'Patient/cli-other' } })],
    ['was made in error', paper({ status: 'entered-in-error' })],
    ['has no bytes here', paper({ content: [{ attachment: { url: 'https://elsewhere.example/plan.pdf' } }] })],
  ])('does not go with a paper that %s', async (_, document) => {
    await put(gateway, { resourceType: 'Patient', id: 'cli-other' })
    await put(gateway, bytes)
    await put(gateway, document)
    const member = await queued(gateway, { attachments: ['doc-plan'] })
    await drain(gateway)
    expect([hisp.received, (await stateOf(member))[0]]).toEqual([[], 'failed'])
  })
})

it('a paper of a type that is named like what every object has is a file like any other', async () => {
  await put(gateway, paper({ content: [{ attachment: { contentType: 'constructor', data: 'YQ==' } }] }))
  await sent({ attachments: ['doc-plan'] })
  expect(hisp.received[0]!.raw).toMatch(/filename=document-1\r\n/)
})

it('what she paid for herself goes to a colleague, and to nobody of her payer’s', async () => {
  const paidFor = { legalBasis: ['HIPAASelfPay'] }
  expect(await stateOf(await sent(paidFor))).toMatchObject(['sent'])
  const pay = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/organization-type', code: 'pay' }] }
  await put(gateway, { resourceType: 'Organization', id: 'org-ehr', name: 'Northwind Health Plan', type: [pay] })
  const member = await queued(gateway, paidFor)
  await drain(gateway)
  expect([hisp.received.length, (await stateOf(member))[0]]).toEqual([1, 'failed'])
  expect(await outbox()).toContainEqual(expect.objectContaining({ outcome: expect.stringContaining('payers are not told') }))
})

describe('what is under 42 CFR Part 2', () => {
  const secretly = async () => {
    await put(gateway, bytes)
    await put(gateway, paper(part2))
    const member = await queued(gateway, { attachments: ['doc-plan'] })
    await drain(gateway)
    return member
  }
  const toOsei = { recipients: [{ who: { id: 'prl-osei', type: 'PractitionerRole' } }] }

  it('waits for her consent with all of the message, and goes by itself, with the notice, once she gives it', async () => {
    const member = await secretly()
    expect([hisp.received, await account(gateway)]).toEqual([[], []])
    expect(await stateOf(member)).toEqual(['failed', expect.stringContaining('consent')])
    const consentId = await agrees(gateway, toOsei)
    await drain(gateway)
    expect(hisp.received).toHaveLength(1)
    const text = hisp.received[0]!.raw.replace(/=\r\n/g, '')
    expect(text).toContain('Federal confidentiality rules (42 CFR part 2)')
    expect(text).toContain('The patient consented to this disclosure')
    expect(await stateOf(member)).toEqual(['sent'])
    expect(await account(gateway)).toMatchObject([
      { basis: 'tpo-hipaa', resources: [{ type: 'Communication' }] },
      { basis: 'consent', consentId, resources: [{ id: 'doc-plan' }], noticesSent: ['statement-1|2024-04-16'], result: 'sent' },
    ])
  })

  it('a therapist’s own notes go to nobody, whatever she has consented to', async () => {
    await agrees(gateway, toOsei)
    await put(gateway, bytes)
    await put(gateway, paper({ meta: { security: [label('PSYTHPN')] } }))
    const member = await queued(gateway, { attachments: ['doc-plan'] })
    await drain(gateway)
    expect([hisp.received, await account(gateway), (await stateOf(member))[0]]).toEqual([[], [], 'failed'])
    expect(await outbox()).toMatchObject([{ state: 'dead', outcome: 'Psychotherapy notes are sent to nobody.' }])
  })

  it('does not go where she took her consent back before it left', async () => {
    const consent = await agrees(gateway, toOsei)
    await put(gateway, bytes)
    await put(gateway, paper(part2))
    const member = await queued(gateway, { attachments: ['doc-plan'] })
    await revokes(gateway, consent)
    await drain(gateway)
    expect([hisp.received, await account(gateway)]).toEqual([[], []])
    expect((await stateOf(member))[0]).toBe('failed')
  })

  it('goes to those who treat her, where she named no names, if they are of her care team', async () => {
    await agrees(gateway, { recipients: [{ who: { class: 'treating-providers' } }] })
    await secretly()
    expect(hisp.received).toEqual([])
    await put(gateway, {
      resourceType: 'CareTeam',
      id: 'ctm-rosa',
      status: 'active',
      subject: { reference: 'Patient/cli-rosa' },
      participant: [{ member: { reference: 'PractitionerRole/prl-osei' } }],
    } as never)
    const [dead] = await outbox()
    await say(gateway, 'POST', `/admin/deliveries/${dead.id}/replay`)
    await drain(gateway)
    expect(hisp.received).toHaveLength(1)
  })

  it('whom HIPAA does not bind is told nothing at all without her consent', async () => {
    const url = 'https://warm-handoff.example/fhir/StructureDefinition/hipaa-covered'
    await put(gateway, {
      resourceType: 'Organization',
      id: 'org-ehr',
      name: 'Northwind',
      extension: [{ url, valueBoolean: false }],
    } as never)
    await queued(gateway)
    await drain(gateway)
    expect(hisp.received).toEqual([])
    await agrees(gateway, { ...toOsei, kind: 'hipaa-authorization' })
    await drain(gateway)
    expect(hisp.received).toHaveLength(1)
  })
})

describe('what became of it', () => {
  it('is told step by step: their HISP has it, their system has it', async () => {
    const member = await sent()
    const [delivered] = await outbox()
    expect(delivered).toMatchObject({ state: 'delivered', outcome: expect.stringContaining('yet to be told') })
    expect(await bring(gateway, notification(messageId(), 'processed'))).toMatchObject({
      status: 200,
      body: { told: 'processed' },
    })
    expect(await stateOf(member)).toEqual(['sent'])
    const told = await bring(gateway, notification(messageId(), 'dispatched'))
    expect(told).toEqual({ status: 200, body: { communication: member.split('/')[1], told: 'dispatched' } })
    expect(await stateOf(member)).toEqual(['delivered'])
    expect((await outbox())[0]).not.toHaveProperty('outcome')
    expect(await account(gateway)).toMatchObject([{ result: 'sent', ackedAt: expect.any(String) }])
    // Told twice, and by a failure that belongs to something else: it has arrived.
    await bring(gateway, notification(messageId(), 'dispatched'))
    await bring(gateway, notification(messageId(), 'failed'))
    expect(await stateOf(member)).toEqual(['delivered'])
  })

  it('their HISP’s word is enough where the connection says so, and no more is asked for', async () => {
    await connectHisp(gateway, hisp.url, { arrival: 'processed' })
    const member = await sent()
    expect(hisp.received[0]!.headers).not.toHaveProperty('disposition-notification-options')
    await bring(gateway, notification(messageId(), 'processed'))
    expect(await stateOf(member)).toEqual(['delivered'])
  })

  it.each([
    ['failed', (id: string) => notification(id, 'failed')],
    ['an error', (id: string) => notification(id, 'processed/error')],
    ['a bounce', (id: string) => bounce(`X-Original-Message-ID: ${id}`, 'failed')],
    ['a bounce with what was returned', (id: string) => bounce('Reporting-MTA: dns; hisp', 'failed', `Message-ID: ${id}`)],
  ])('%s makes it fail, to be seen and sent again under the same Message-ID', async (_, notice) => {
    const member = await sent()
    expect((await bring(gateway, notice(messageId()))).body.told).toBe('failed')
    expect(await stateOf(member)).toEqual(['failed', 'A notification tells that it did not arrive.'])
    const [dead] = await outbox()
    expect(dead).toMatchObject({ state: 'dead', outcome: expect.stringContaining('did not arrive') })
    await say(gateway, 'POST', `/admin/deliveries/${dead.id}/replay`)
    await drain(gateway)
    expect(new Set(hisp.received.map(({ headers }) => headers['message-id'])).size).toBe(1)
    expect([hisp.received.length, await stateOf(member)]).toEqual([2, ['sent']])
    await bring(gateway, notification(messageId(), 'dispatched'))
    expect(await stateOf(member)).toEqual(['delivered'])
  })

  it.each([
    ['dispatched', 'delivered', 'delivered'],
    ['failed', 'failed', 'dead'],
  ])('a notification (%s) that is quicker than the HISP’s answer counts', async (told, state, delivery) => {
    const member = await sent()
    await bring(gateway, notification(messageId(), 'failed'))
    let early: Promise<unknown> | undefined
    hisp.fate = () => {
      early = bring(gateway, notification(messageId(), told))
      return undefined
    }
    await say(gateway, 'POST', `/admin/deliveries/${(await outbox())[0].id}/replay`)
    await drain(gateway)
    await early
    expect([hisp.received.length, (await stateOf(member))[0], (await outbox())[0].state]).toEqual([2, state, delivery])
  })

  it('a bounce that tells of a delay alone changes nothing', async () => {
    const member = await sent()
    expect((await bring(gateway, bounce(`X-Original-Message-ID: ${messageId()}`, 'delayed'))).body.told).toBe('nothing')
    expect(await stateOf(member)).toEqual(['sent'])
  })

  it('silence for an hour is a failure, which a word that comes late takes back', async () => {
    const member = await sent()
    await bring(gateway, notification(messageId(), 'processed'))
    gateway.clock.advance(3600_000 - 1)
    expect(await (await systemDesk(gateway)).endSilence()).toEqual({ ok: true, value: 0 })
    gateway.clock.advance(1)
    expect(await (await systemDesk(gateway)).endSilence()).toEqual({ ok: true, value: 1 })
    expect(await (await systemDesk(gateway)).endSilence()).toEqual({ ok: true, value: 0 })
    expect(await stateOf(member)).toEqual(['failed', expect.stringContaining('No notification')])
    expect(await outbox()).toMatchObject([{ state: 'dead' }])
    await bring(gateway, notification(messageId(), 'dispatched'))
    expect([await stateOf(member), (await outbox())[0].state]).toEqual([['delivered'], 'delivered'])
  })

  it.each([
    ['of a message that nobody sent', notification('<mail-0@direct.harbor.example>', 'dispatched'), 'message/rfc822', 404],
    ['without a message', notification('', 'dispatched'), 'message/rfc822', 404],
    ['that is a letter', 'From: a@b.example\r\nSubject: Hello\r\n\r\nHow are you?', 'message/rfc822', 400],
    ['that is nothing', '', 'message/rfc822', 400],
    ['in pieces', notification('<mail-0@x>', 'failed').replace('boundary', 'bound'), 'message/rfc822', 400],
    ['as JSON', '{}', 'application/json', 415],
  ])('a notification %s changes nothing', async (_, body, type, status) => {
    const member = await sent()
    expect((await bring(gateway, body, type)).status).toBe(status)
    expect(await stateOf(member)).toEqual(['sent'])
  })

  it('is told to operators’ door alone, and of connections for Direct alone', async () => {
    await sent()
    const strict = await startGateway({ auth: 'smart' })
    try {
      const answer = await strict.request('/admin/connections/hisp/notices', {
        method: 'POST',
        headers: { 'content-type': 'message/rfc822' },
        body: notification(messageId(), 'failed'),
      })
      expect(answer.status).toBe(401)
    } finally {
      await strict.stop()
    }
    expect((await bring(gateway, notification(messageId(), 'failed'), 'message/rfc822', 'nobody')).status).toBe(404)
  })
})

/** As a HISP that cannot reach the other one tells. https://www.rfc-editor.org/rfc/rfc3464 */
const bounce = (field: string, action: string, returned = 'Subject: Undelivered'): string =>
  [
    'Content-Type: multipart/report; report-type=delivery-status; boundary=half',
    '',
    '--half',
    'Content-Type: text/plain',
    '',
    'Sorry.',
    '--half',
    'Content-Type: message/delivery-status',
    '',
    field,
    '',
    `Final-Recipient: rfc822; ${theirs}`,
    `Action: ${action}`,
    'Status: 5.7.1',
    '',
    '--half',
    'Content-Type: text/rfc822-headers',
    '',
    returned,
    '',
    '--half--',
    '',
  ].join('\r\n')

describe('when the HISP has a bad day', () => {
  it('an answer that was lost leaves it unsure, and a notification settles it without a second copy', async () => {
    hisp.fate = () => 'cut-after'
    const member = await queued(gateway)
    await drain(gateway)
    expect(await stateOf(member)).toEqual(['failed', expect.stringContaining('not known')])
    expect(await outbox()).toMatchObject([{ state: 'dead', attempts: 1 }])
    await bring(gateway, notification(messageId(), 'dispatched'))
    expect([await stateOf(member), (await outbox())[0].state, hisp.received.length]).toEqual([['delivered'], 'delivered', 1])
  })

  it('what it puts off is sent again, what it refuses is a dead letter', async () => {
    hisp.fate = (number) => [{ code: 451 } as const, { code: 550 } as const][number]
    const member = await queued(gateway)
    await drain(gateway)
    expect(await outbox()).toMatchObject([{ state: 'dead', attempts: 2, outcome: expect.stringContaining('550') }])
    expect((await stateOf(member))[0]).toBe('failed')
    expect(await account(gateway)).toMatchObject([{ result: 'failed' }])
  })

  const nothingWent = async (why: string) => {
    const member = await queued(gateway)
    await drain(gateway)
    expect(hisp.received).toEqual([])
    expect(await outbox()).toMatchObject([{ state: 'dead', outcome: expect.stringContaining(why) }])
    expect((await stateOf(member))[0]).toBe('failed')
  }

  it('nothing is sent in clear, though the operator allowed its address by name', async () => {
    await hisp.close()
    hisp = await startMailServer({ onAuth: (_auth, _session, done) => done(null, { user: 'anybody' }) })
    await gateway.stop()
    gateway = await directGateway(hisp)
    await nothingWent('tls')
  })

  it('nothing is sent to one whose certificate nobody vouches for', async () => {
    distrust()
    try {
      await nothingWent('tls')
    } finally {
      distrust = trusted()
    }
  })

  it('nothing is sent to one whose certificate is another’s', async () => {
    await gateway.stop()
    const port = hisp.target.split(':')[1]
    const resolve = (_name: string, answer: (error: null, found: { address: string; family: number }[]) => void) =>
      answer(null, [{ address: '127.0.0.1', family: 4 }])
    gateway = await directGateway(hisp, { allowTargets: [`hisp.example:${port}`, hisp.target], resolve })
    await connectHisp(gateway, `smtp://hisp.example:${port}`)
    await nothingWent('tls')
  })
})

describe('the connection', () => {
  it('is tried without sending anything', async () => {
    expect((await say(gateway, 'POST', '/admin/connections/hisp/test')).status).toBe(200)
    await connectHisp(gateway, hisp.url, { auth: { type: 'basic', user: 'harbor', password: 'wrong' } })
    expect((await say(gateway, 'POST', '/admin/connections/hisp/test')).status).toBe(502)
  })

  it('is refused in words where there are no sockets', async () => {
    await gateway.stop()
    gateway = await startGateway({ hasSockets: false })
    const { status, body } = await connectHisp(gateway, hisp.url)
    expect([status, body.code, body.detail]).toEqual([400, 'not-supported', expect.stringContaining('Node process')])
  })

  it.each([
    ['nobody who signs in', { auth: { type: 'none' } }, 'auth.type'],
    ['a web address', { baseUrl: 'https://hisp.example' }, 'baseUrl'],
    ['nobody whom it comes from', { from: undefined }, 'from'],
    ['something to push', { push: ['Patient'] }, 'push'],
  ])('with %s is none', async (_, changes, path) => {
    const { status, body } = await connectHisp(gateway, hisp.url, changes)
    expect([status, body.issues.map((one: { path: string }) => one.path)]).toEqual([400, [path]])
  })

  it('when it goes, what waits for it has failed', async () => {
    const member = await queued(gateway)
    await say(gateway, 'DELETE', '/admin/connections/hisp')
    expect((await stateOf(member))[0]).toBe('failed')
    const draft = await letter(gateway, { to: [{ id: 'prc-osei' }] })
    expect((await event(gateway, draft, 'queue')).state).toBe('queued')
  })
})
