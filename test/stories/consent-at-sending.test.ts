/** Whether a partner may be sent something is decided when it is sent; what waited for a consent goes out by itself when there is one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/demo/sandbox/fhir-server.ts'
import { system } from '../../src/gateway.ts'
import { account, agrees, drinking, label, meet, revokes, secret } from '../support/consent-story.ts'
import { put, say } from '../support/coordination.ts'
import { chainBreaks } from '../support/disclosure-chain.ts'
import { deliveries, drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
let faults: Fault[] = []
beforeEach(async () => {
  faults = []
  const fault = ({ method, path }: { method: string; path: string }) =>
    method !== 'GET' && path.includes('Condition') ? faults.shift() : undefined
  told = await tell({ partner: 'plain', flavour: 'fhir-r4', push: ['Patient', 'Condition'], facility: 'org-ehr', fault })
  await meet(told.gateway)
})
afterEach(() => told.end())

const known = () => told.partner.all('Condition').map(({ code }) => (code as { text: string }).text)
const goOn = () => drain(told.gateway)
const withheld = async () => expect([known(), (await told.dead()).length]).toEqual([[], 1])

describe('a record under Part 2', () => {
  it('waits for a consent, and goes out by itself once she signs one', async () => {
    await told.send(drinking())
    await withheld()
    expect(await account(told.gateway)).toEqual([])
    const { store } = await told.gateway.gateway.context(system())
    const { items } = await store.look({ ask: 'audit', action: 'deliver', count: 1 })
    expect(items).toMatchObject([
      { entry: { action: 'deliver', entities: ['Condition/ned-drinking/_history/1'], outcome: 'refused' } },
    ])
    const consentId = await agrees(told.gateway)
    await goOn()
    expect([known(), await told.dead()]).toEqual([[secret], []])
    expect(await account(told.gateway)).toMatchObject([
      {
        clientId: 'cli-rosa',
        basis: 'consent',
        consentId,
        discloser: { id: 'org-harbor' },
        recipient: { id: 'org-ehr' },
        purpose: 'TREAT',
        resources: [{ type: 'Condition', id: 'ned-drinking', version: '1', sensitivity: ['SUD'] }],
        noticesSent: ['statement-1|2024-04-16'],
        result: 'sent',
      },
    ])
  })

  it('is not sent where she thought better of it before it left', async () => {
    const consent = await agrees(told.gateway)
    await put(told.gateway, drinking())
    await revokes(told.gateway, consent)
    await goOn()
    await withheld()
    expect(await account(told.gateway)).toEqual([])
    await agrees(told.gateway)
    await goOn()
    expect(known()).toEqual([secret])
  })

  it('is not sent on the day after the last of the consent', async () => {
    await agrees(told.gateway)
    await put(told.gateway, drinking())
    told.gateway.clock.now = Date.parse('2027-03-02T00:00:00Z')
    await goOn()
    await withheld()
  })

  it('is sent by what a consent says since it was amended', async () => {
    const former = await agrees(told.gateway)
    await put(told.gateway, drinking())
    const narrower = await agrees(told.gateway, { purposes: ['HPAYMT'], replaces: former })
    await goOn()
    await withheld()
    await agrees(told.gateway, { replaces: narrower })
    await goOn()
    expect(known()).toEqual([secret])
  })

  it('is sent when the consent begins', async () => {
    await told.send(drinking())
    await agrees(told.gateway, { validFrom: '2026-03-05T12:00:00Z' })
    await goOn()
    expect(known()).toEqual([secret])
    expect(told.gateway.clock.now).toBe(Date.parse('2026-03-05T12:00:00Z'))
  })

  it('is not sent where another consent of hers says no', async () => {
    await agrees(told.gateway)
    await agrees(told.gateway, { ruling: 'deny' })
    await told.send(drinking())
    await withheld()
  })

  it('is of the time that she consented to, by its own date', async () => {
    await agrees(told.gateway, { content: { narrative: 'Since May', sensitivities: ['SUD'], dataPeriod: { start: '2025-05' } } })
    await told.send({ ...drinking(), onsetDateTime: '2025-04-30' })
    await withheld()
    await told.send({ ...drinking('Since last summer'), onsetDateTime: '2025-06-01' })
    expect(known()).toEqual(['Since last summer'])
  })

  it('is not told of in the words beside a reference to it', async () => {
    const beside = { reference: 'Condition/ned-drinking', display: secret }
    const { meta: _, ...hunger } = { ...drinking('Hunger'), id: 'ned-food' }
    const extension = [{ url: 'urn:said', valueString: secret }]
    const text = { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">Hunger, and ${secret}</div>` }
    await told.send(drinking(), {
      ...hunger,
      ...{ text, evidence: [{ detail: [{ ...beside, extension, _display: { extension } }] }] },
    })
    const [there] = told.partner.all('Condition')
    expect(JSON.stringify(there)).not.toContain(secret)
    expect(there).toMatchObject({ evidence: [{ detail: [{ type: 'Condition', identifier: { value: 'ned-drinking' } }] }] })
    await agrees(told.gateway)
    await goOn()
    await told.send({ ...hunger, id: 'ned-sleep', evidence: [{ detail: [beside] }] })
    expect(told.partner.all('Condition').map(({ evidence }) => evidence)).toContainEqual([
      { detail: [{ reference: expect.stringMatching(/^Condition\//), display: secret }] },
    ])
  })

  it('is not told of in such words, either, once she has revoked her consent', async () => {
    const consent = await agrees(told.gateway)
    await told.send(drinking())
    await revokes(told.gateway, consent)
    const { meta: _, ...hunger } = { ...drinking('Hunger'), id: 'ned-food' }
    await told.send({
      ...hunger,
      evidence: [{ detail: [{ reference: 'Condition/ned-drinking', display: `${secret}, again` }] }],
    })
    const there = told.partner.all('Condition').find(({ evidence }) => evidence !== undefined)
    expect(there).toMatchObject({ evidence: [{ detail: [{ reference: expect.stringMatching(/^Condition\//) }] }] })
    expect(JSON.stringify(there)).not.toContain('again')
  })

  it('holds up nothing else of hers', async () => {
    const { meta: _, ...hunger } = { ...drinking('Hunger'), id: 'ned-food' }
    await told.send(drinking(), hunger)
    expect(known()).toEqual(['Hunger'])
  })
})

it('a consent of hers is such a record itself: whom none of them names is sent none', async () => {
  const connection = { kind: 'ehr', baseUrl: told.partner.baseUrl, push: ['Patient', 'Consent'], facility: 'org-ehr' }
  expect((await say(told.gateway, 'PUT', '/admin/connections/partner', connection)).status).toBe(200)
  await agrees(told.gateway, { recipients: [{ who: { id: 'org-other' } }] })
  await goOn()
  expect(told.partner.all('Consent')).toEqual([])
  const named = await agrees(told.gateway)
  await goOn()
  const ids = told.partner.all('Consent').map(({ identifier }) => (identifier as { value: string }[])[0]!.value)
  expect(ids).toContain(named)
})

describe('what goes with it', () => {
  const meta = () => told.partner.all('Condition')[0]!.meta as unknown as { security: { code: string }[]; extension?: Display[] }
  interface Display {
    readonly url: string
    readonly valueAnnotation: { readonly text: string }
  }
  const texts = () => (meta().extension ?? []).map(({ valueAnnotation }) => valueAnnotation.text)

  it('are the notice, the scope of the consent, and labels that forbid to pass it on', async () => {
    await agrees(told.gateway)
    await told.send(drinking())
    const [notice, scope, ...more] = texts()
    expect(notice).toMatch(/^This record which has been disclosed to you is protected by Federal confidentiality rules/)
    expect([scope, more]).toEqual([expect.stringContaining('of: Her diagnoses. To: you by name. For: TREAT.'), []])
    const codes = ['42CFRPart2', 'SUD', 'NORDSCLCD', 'RedisclosureProhibitionMark']
    expect(meta().security.map(({ code }) => code)).toEqual(codes)
    const { body } = await say(told.gateway, 'GET', '/fhir/Condition/ned-drinking')
    expect(body.meta).toMatchObject({ security: [label('42CFRPart2'), label('SUD')] })
    expect([body.meta.extension, body.meta.versionId]).toEqual([undefined, '1'])
  })

  it('are those of the consent that it is changed under, beside what is the partner’s own', async () => {
    const long = await agrees(told.gateway)
    await told.send(drinking())
    const { id } = told.partner.all('Condition')[0]!
    const theirs = { url: 'urn:theirs', valueString: 'kept' }
    told.partner.edit('Condition', id, (resource) => ({
      ...resource,
      meta: { ...resource.meta, extension: [theirs, ...(meta().extension ?? [])] },
    }))
    const short = await agrees(told.gateway, { redisclosureNotice: { id: 'statement-2' }, replaces: long })
    await told.send(drinking('Alcohol use disorder, severe'))
    expect(known()).toEqual(['Alcohol use disorder, severe'])
    expect(meta().extension?.[0]).toEqual(theirs)
    const notices = (meta().extension ?? []).slice(1).map(({ valueAnnotation }) => valueAnnotation.text)
    expect(notices).toEqual([
      '42 CFR part 2 prohibits unauthorized use or disclosure of these records.',
      expect.stringContaining('Her diagnoses'),
    ])
    expect(await account(told.gateway)).toMatchObject([
      { consentId: long, resources: [{ version: '1' }] },
      { consentId: short, resources: [{ version: '2' }], noticesSent: ['statement-2|2024-04-16'] },
    ])
  })

  it('is nothing with a record that is only very restricted, and it is accounted for', async () => {
    await agrees(told.gateway, { kind: 'hipaa-authorization' })
    const level = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }
    await told.send({ ...drinking(), meta: { security: [level] } })
    expect([texts(), meta().security]).toEqual([[], [level]])
    expect(await account(told.gateway)).toMatchObject([{ noticesSent: [], result: 'sent' }])
  })
})

describe('the account has one entry for it', () => {
  const entries = async () => (await account(told.gateway)).map(({ result, consentId }) => [result, consentId])

  it.each<[string, Fault[]]>([
    ['busy', [{ kind: 'status', status: 503, when: 'before' }]],
    ['silent after it took it', [{ kind: 'cut', when: 'after' }]],
    [
      'silent twice',
      [
        { kind: 'cut', when: 'before' },
        { kind: 'cut', when: 'after' },
      ],
    ],
  ])('where the partner is %s', async (_, all) => {
    faults = [...all]
    const consent = await agrees(told.gateway)
    await told.send(drinking())
    expect(faults).toEqual([])
    expect([known(), await entries()]).toEqual([[secret], [['sent', consent]]])
    await say(told.gateway, 'POST', '/admin/deliveries/replay', {})
    await goOn()
    expect(await entries()).toEqual([['sent', consent]])
  })

  it('that stays open where nobody knows whether it arrived before she withdrew', async () => {
    const consent = await agrees(told.gateway)
    faults = [{ kind: 'cut', when: 'after' }]
    await put(told.gateway, drinking())
    await drain(told.gateway, 1).catch(() => {})
    expect(await entries()).toEqual([['pending', consent]])
    await revokes(told.gateway, consent)
    await goOn()
    expect([(await told.dead()).length, await entries()]).toEqual([1, [['pending', consent]]])
    const later = await agrees(told.gateway)
    await goOn()
    expect([known(), await entries()]).toEqual([
      [secret],
      [
        ['pending', consent],
        ['sent', later],
      ],
    ])
    expect(chainBreaks(await account(told.gateway))).toEqual([])
  })

  it('that says so where the partner did not take it, and where it did after all', async () => {
    const consent = await agrees(told.gateway)
    faults = [{ kind: 'status', status: 422, when: 'before' }]
    await told.send(drinking())
    expect(await entries()).toEqual([['failed', consent]])
    const [letter] = await deliveries(told.gateway, 'dead')
    await say(told.gateway, 'POST', `/admin/deliveries/${letter!.id}/replay`)
    await goOn()
    expect([known(), await entries()]).toEqual([[secret], [['sent', consent]]])
  })
})
