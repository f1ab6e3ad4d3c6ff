/** Security labels on both sides of a connection: none is lost on the way out, none that a partner adds goes unheard. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consent, marisol, put, say } from '../support/coordination.ts'
import { deliveries, drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

const act = (code: string) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code })
const level = (code: string) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code })
const tag = (code: string) => ({ system: 'urn:tags', code })
const profile = ['http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition-problems-health-concerns']

const need = (...security: object[]) => ({
  resourceType: 'Condition',
  id: 'need-1',
  meta: { security },
  subject: { reference: 'Patient/cli-marisol' },
  code: { text: 'Food insecurity' },
})

let told: Told
const partner = async (flavour = 'fhir-r4') => {
  told = await tell({ partner: flavour, flavour, push: ['Patient', 'Condition'] })
  await put(told.gateway, marisol)
}
afterEach(() => told.end())

const there = () => told.partner.all('Condition')[0]!
const metaThere = () => there().meta as { security?: object[]; tag?: object[]; profile?: string[] }
const here = async () => (await say(told.gateway, 'GET', '/fhir/Condition/need-1')).body
const edit = (meta: object) =>
  told.partner.edit('Condition', there().id, (resource) => ({ ...resource, meta: { ...resource.meta, ...meta } }))

describe.each(['fhir-r4', 'medplum'])('labels and tags (%s)', (flavour) => {
  beforeEach(() => partner(flavour))

  it('that are changed here reach the partner; what the partner has besides stays', async () => {
    await told.send({ ...need(level('N'), act('MH')), meta: { security: [level('N'), act('MH')], tag: [tag('ours')] } })
    edit({ tag: [...metaThere().tag!, tag('theirs')], profile })
    await told.send({ ...need(), meta: { security: [level('R'), act('SUD')], tag: [tag('new')], profile: ['urn:ours'] } })
    expect(metaThere()).toMatchObject({ security: [level('R'), act('SUD')], tag: [tag('theirs'), tag('new')], profile })
    expect([await told.dead(), await told.conflicts()]).toEqual([[], []])
    // A partner's tags are of its own ways of working.
    expect((await here()).meta).toMatchObject({ tag: [tag('new')], profile: ['urn:ours'], versionId: '2' })
  })

  it('that are taken away by the partner come back with the next delivery', async () => {
    await told.send(need(level('R'), act('MH')))
    edit({ security: [] })
    await told.send({ ...need(level('R'), act('MH')), code: { text: 'Hunger' } })
    expect(metaThere().security).toEqual([level('R'), act('MH')])
  })

  it('that the partner adds hold here, too, and no more often than once', async () => {
    await told.send(need(level('N')))
    edit({ security: [level('R'), act('HIV'), { system: 'urn:own', code: 'vip' }] })
    await told.send({ ...need(level('N')), code: { text: 'Hunger' } })
    expect(await here()).toMatchObject({
      meta: { security: [level('R'), act('HIV'), { system: 'urn:own', code: 'vip' }], versionId: '3' },
      code: { text: 'Hunger' },
    })
    expect(metaThere().security).toEqual([level('R'), act('HIV'), { system: 'urn:own', code: 'vip' }])
    const { length } = told.partner.writes
    await drain(told.gateway)
    expect((await here()).meta.versionId).toBe('3')
    expect(told.partner.writes).toHaveLength(length)
  })

  it('of a partner that are weaker than ours count for nothing; one that we lowered is lowered there', async () => {
    await told.send(need(level('R')))
    edit({ security: [level('N')] })
    await told.send({ ...need(level('R')), code: { text: 'Hunger' } })
    expect([(await here()).meta.security, metaThere().security]).toEqual([[level('R')], [level('R')]])
    await told.send(need(level('N')))
    expect([(await here()).meta.security, metaThere().security]).toEqual([[level('N')], [level('N')]])
  })
})

it('a label of a partner’s on a paper is one of its original, too', async () => {
  told = await tell({ partner: 'plain', flavour: 'fhir-r4', push: ['Patient', 'DocumentReference'] })
  await put(told.gateway, marisol)
  await put(told.gateway, { resourceType: 'Binary', id: 'bin-1', contentType: 'text/plain', data: btoa('words') })
  const paper = (description: string) => ({
    resourceType: 'DocumentReference',
    id: 'doc-1',
    status: 'current',
    subject: { reference: 'Patient/cli-marisol' },
    description,
    content: [{ attachment: { contentType: 'text/plain', url: 'Binary/bin-1' } }],
  })
  await told.send(paper('A letter'))
  const [theirs] = told.partner.all('DocumentReference')
  told.partner.edit('DocumentReference', theirs!.id, (resource) => ({
    ...resource,
    meta: { ...resource.meta, security: [act('42CFRPart2')] },
  }))
  await told.send(paper('A letter of 2 March'))
  expect((await say(told.gateway, 'GET', '/fhir/Binary/bin-1?_format=json')).body.meta).toMatchObject({
    security: [act('42CFRPart2')],
  })
})

describe('what a partner may not have', () => {
  beforeEach(() => partner())
  const part2 = { coding: [{ system: 'https://warm-handoff.example/fhir/CodeSystem/consent-policy', code: 'part2-tpo' }] }
  const permitting = {
    ...consent,
    policyRule: part2,
    provision: {
      type: 'permit',
      period: { end: '2027-03-01' },
      actor: [
        {
          role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'PRCP' }] },
          reference: { reference: 'Organization/org-ehr' },
        },
      ],
      purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
      securityLabel: [act('SUD')],
    },
  }

  it('because of a label that came later is not sent, and the outcome tells of the copy they have', async () => {
    await told.send(need(level('R')))
    await told.send({ ...need(level('R'), act('42CFRPart2')), code: { text: 'Alcohol use disorder' } })
    expect(there().code).toEqual({ text: 'Food insecurity' })
    const [letter] = await deliveries(told.gateway, 'dead')
    expect(letter!.outcome).toContain(`still has the copy that it was sent before, as Condition/${there().id}`)
  })

  it.each([
    ['42CFRPart2', act('42CFRPart2')],
    ['very restricted', level('V')],
    ['notes of psychotherapy', act('HIPAAPsyNotes')],
  ])('never goes there: %s', async (_, label) => {
    await told.send(need(label))
    expect(told.partner.all('Condition')).toEqual([])
    expect(await told.dead()).toHaveLength(1)
  })

  it('goes there once the client has consented, and not any more when that is withdrawn', async () => {
    const connection = { kind: 'ehr', baseUrl: told.partner.baseUrl, push: ['Patient', 'Condition'], facility: 'org-ehr' }
    expect((await say(told.gateway, 'PUT', '/admin/connections/partner', connection)).status).toBe(200)
    await put(told.gateway, permitting)
    await told.send(need(act('42CFRPart2'), act('SUD')))
    expect(await told.dead()).toEqual([])
    expect(there().code).toEqual({ text: 'Food insecurity' })
    await put(told.gateway, { ...permitting, status: 'inactive' })
    await told.send({ ...need(act('42CFRPart2'), act('SUD')), code: { text: 'Alcohol use disorder' } })
    expect(there().code).toEqual({ text: 'Food insecurity' })
    expect(await told.dead()).toHaveLength(1)
  })
})

/** https://www.ecfr.gov/current/title-45/section-164.522 (a)(1)(vi) */
it.each([
  ['payer', []],
  ['ehr', ['Food insecurity']],
] as const)('what the client paid for: what a %s is told of it', async (kind, known) => {
  told = await tell({ partner: 'plain', flavour: 'fhir-r4', kind, push: ['Patient', 'Condition'] })
  await told.send(marisol, need(act('HIPAASelfPay')))
  expect(told.partner.all('Condition').map(({ code }) => (code as { text: string }).text)).toEqual(known)
  expect(await told.dead()).toEqual(kind === 'payer' ? ['The client paid for it: payers are not told.'] : [])
})
