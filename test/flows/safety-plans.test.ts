/** A safety plan is made with the client, gone through again, shown with consent alone, and replaced. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consent, event, gatewayWith, marisol, patch, put, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol, consent)
})
afterEach(() => gateway.stop())

const sections = {
  'warning-signs': { items: ['I stop answering the phone'] },
  'internal-coping': { items: ['Walking by the river', 'Playing Bach & <loud> Coltrane'] },
  'crisis-support': {
    contacts: [
      { name: 'Ines', relationship: 'sister', phone: '+1 212 555 0101', consentToContact: true },
      { name: 'Jon', phone: '+1 212 555 0102', consentToContact: false },
    ],
  },
  'professional-support': { items: ['988, by telephone or text'] },
}
const made = async (more: object = {}) => {
  const answer = await say(gateway, 'POST', '/coordination/safety-plans', {
    clientId: 'cli-marisol',
    createdWith: ['Patient/cli-marisol', 'PractitionerRole/prl-okafor'],
    sections,
    clientHasCopy: true,
    language: 'en-US',
    confidentiality: 'R',
    sensitivity: ['PSY'],
    ...more,
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return `safety-plans/${answer.body.id}`
}
const read = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body
const planOf = async (member: string) => (await say(gateway, 'GET', `/fhir/CarePlan/${member.split('/')[1]}`)).body
const documentOf = async (member: string) => {
  const { body } = await say(gateway, 'GET', `/fhir/Composition?entry=CarePlan/${member.split('/')[1]}`)
  expect(body.entry).toHaveLength(1)
  return body.entry[0].resource
}
const sectionOf = (document: { section: { code: { coding: { code: string }[] } }[] }, key: string) =>
  document.section.find(({ code }) => code.coding.some((one) => one.code === key))

describe('a safety plan', () => {
  it('is a CarePlan and a document that carries its labels', async () => {
    const member = await made()
    expect(await planOf(member)).toMatchObject({
      status: 'draft',
      category: [{ coding: [{ system: 'http://loinc.org', code: '87626-8' }] }],
      subject: { reference: 'Patient/cli-marisol' },
    })
    const document = await documentOf(member)
    expect(document).toMatchObject({
      status: 'preliminary',
      subject: { reference: 'Patient/cli-marisol' },
      author: [{ reference: 'Patient/cli-marisol' }, { reference: 'PractitionerRole/prl-okafor' }],
      language: 'en-US',
    })
    expect(document.meta.security.map(({ code }: { code: string }) => code).sort()).toEqual(['PSY', 'R'])
    expect(document.meta.versionId).toBe('1')
    const validity = await gateway.request('/fhir', {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource: document, request: { method: 'PUT', url: `Composition/${document.id}` } }],
      }),
    })
    expect(validity.status).toBe(200)
  })

  it('says in words what it says, without those who have not agreed to be contacted', async () => {
    const document = await documentOf(await made())
    expect(sectionOf(document, 'internal-coping')).toMatchObject({
      text: { div: expect.stringContaining('<li>Playing Bach &amp; &lt;loud&gt; Coltrane</li>') },
    })
    const words = JSON.stringify(sectionOf(document, 'crisis-support'), (key, value) => (key === 'extension' ? undefined : value))
    expect(words).toContain('Ines, sister, +1 212 555 0101')
    expect(words).not.toContain('Jon')
  })

  it('is active with signs, coping and professional help alone', async () => {
    const { 'internal-coping': _, ...rest } = sections
    const member = await made({ sections: rest })
    const refused = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'activate' })
    expect([refused.status, refused.body.issues[0].path]).toEqual([422, 'sections.internal-coping'])
    expect((await patch(gateway, member, { sections: { 'internal-coping': { items: ['Counting'] } } })).status).toBe(200)
    expect(await event(gateway, member, 'activate')).toMatchObject({ state: 'active' })
    expect((await patch(gateway, member, { sections: { 'warning-signs': null } })).status).toBe(422)
  })

  it('is gone through again: the document is of that day', async () => {
    const member = await made()
    await event(gateway, member, 'activate')
    gateway.clock.advance(24 * 3600_000)
    expect(await event(gateway, member, 'review')).toMatchObject({ reviewedAt: '2026-03-03T09:30:00.000Z', state: 'active' })
    expect(await documentOf(member)).toMatchObject({ status: 'final', date: '2026-03-03T09:30:00.000Z' })
    gateway.clock.advance(24 * 3600_000)
    const changed = await patch(gateway, member, { sections: { 'reason-for-living': { items: ['My daughter'] } } })
    expect(changed.body.reviewedAt).toBe('2026-03-04T09:30:00.000Z')
  })

  it('is replaced in the commit that activates the next', async () => {
    const old = await made()
    await event(gateway, old, 'activate')
    const next = await made()
    expect(await event(gateway, next, 'activate')).toMatchObject({ replaces: old.split('/')[1] })
    expect(await read(old)).toMatchObject({ state: 'superseded' })
    expect((await planOf(old)).meta.lastUpdated).toBe((await planOf(next)).meta.lastUpdated)
    expect(await event(gateway, next, 'withdraw', { reason: 'Wants none' })).toMatchObject({
      state: 'withdrawn-by-client',
      statusReason: 'Wants none',
    })
    expect((await planOf(next)).status).toBe('revoked')
  })

  it('is shown to nobody without a consent that is in force', async () => {
    const member = await made()
    await event(gateway, member, 'activate')
    const share = (body: object) =>
      say(gateway, 'POST', `/coordination/${member}/events`, { type: 'share', who: 'RelatedPerson/rel-ines', ...body })
    expect((await share({})).status).toBe(400)
    expect((await share({ consentId: 'con-none' })).body.code).toBe('unresolved-reference')
    await put(gateway, { ...consent, status: 'inactive', id: 'con-old' })
    expect((await share({ consentId: 'con-old' })).status).toBe(422)
    expect((await share({ consentId: 'con-marisol' })).body.sharedWith).toEqual([
      { who: 'RelatedPerson/rel-ines', consentId: 'con-marisol', at: expect.stringMatching('2026-03-02') },
    ])
  })

  it('of an EHR is readable, words and all', async () => {
    const category = [{ coding: [{ system: 'http://loinc.org', code: '87626-8' }] }]
    const subject = { reference: 'Patient/cli-marisol' }
    await put(gateway, { resourceType: 'CarePlan', id: 'theirs', status: 'completed', intent: 'plan', subject, category })
    expect(await read('safety-plans/theirs')).toMatchObject({ state: 'superseded', sections: {} })
    const code = {
      coding: [{ system: 'https://warm-handoff.example/fhir/CodeSystem/safety-plan-section', code: 'warning-signs' }],
    }
    const text = {
      status: 'generated',
      div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>No <b>sleep</b></p><p>R&amp;B</p></div>',
    }
    await put(gateway, {
      resourceType: 'Composition',
      id: 'their-document',
      status: 'final',
      type: category[0],
      subject,
      date: '2026-01-01',
      author: [{ display: 'Dr. Field' }],
      title: 'Plan',
      section: [{ code, text, entry: [{ reference: 'CarePlan/theirs' }] }],
    })
    expect((await read('safety-plans/theirs')).sections).toEqual({
      'warning-signs': { items: ['No sleep', 'R&B'], contacts: [] },
    })
    expect((await say(gateway, 'GET', '/fhir/Composition/their-document')).body.meta.versionId).toBe('1')
  })

  it('names no sections but the seven', async () => {
    const body = { clientId: 'cli-marisol', sections: { ...sections, hobbies: { items: ['x'] } } }
    const answer = await say(gateway, 'POST', '/coordination/safety-plans', body)
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid'])
  })
})
