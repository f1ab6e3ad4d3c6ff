/** Parts that do not point at their member (its number, or its own word, says that they are its): the same rules hold for them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, marisol, patch, put, say } from '../../support/coordination.ts'
import { startGateway, type TestGateway } from '../../support/gateway.ts'
import { type Hospital, openHospital } from '../../support/hospital.ts'

// biome-ignore lint/suspicious/noExplicitAny: resources as they come; the stories look at them
type Resource = any
type Door = Pick<TestGateway, 'request'>
const sent = (gateway: Door, method: string, resource: Resource) =>
  say(gateway as TestGateway, method, `/fhir/${resource.resourceType}/${resource.id}`, method === 'DELETE' ? undefined : resource)

describe('of a crisis', () => {
  let gateway: TestGateway
  let member: string
  beforeEach(async () => {
    gateway = await startGateway()
    await put(gateway, marisol)
    await put(gateway, { resourceType: 'Practitioner', id: 'prc-okafor', qualification: [{ code: { text: 'LCSW' } }] })
    const opened = { clientId: marisol.id, trigger: 'call-988', riskTypes: ['suicide'], level: 'moderate' }
    member = `crises/${(await say(gateway, 'POST', '/coordination/crises', opened)).body.id}`
  })
  afterEach(() => gateway.stop())
  const read = async () => (await say(gateway, 'GET', `/coordination/${member}`)).body
  const part = async (type: string): Promise<Resource> => {
    const { system, value } = (await read()).identifiers[0]
    return (await say(gateway, 'GET', `/fhir/${type}?identifier=${encodeURIComponent(`${system}|${value}`)}`)).body.entry[0]
      .resource
  }

  it('what was done stays written down, whichever door is tried', async () => {
    const actions = [{ at: '2026-03-02T09:31:00Z', kind: 'mobile-team' }]
    const done = await patch(gateway, member, { actions })
    expect(done.status, JSON.stringify(done.body)).toBe(200)
    const procedure = await part('Procedure')
    const { note: _, ...emptied } = procedure
    for (const [method, resource] of [
      ['PUT', emptied],
      ['DELETE', procedure],
    ])
      expect((await sent(gateway, method, resource)).status, method).toBe(422)
    expect((await read()).actions).toHaveLength(1)
    expect((await sent(gateway, 'PUT', { ...procedure, followUp: [{ text: 'tomorrow' }] })).status).toBe(200)
  })

  it('nobody forges that it went up the line', async () => {
    const alert = await part('Communication')
    const topic = JSON.parse(JSON.stringify(alert.topic).replaceAll('opened', 'escalated'))
    const forged = { ...alert, id: 'msg-forged', topic, recipient: [{ display: 'supervisor' }], sent: '2026-03-02T09:40:00Z' }
    expect((await sent(gateway, 'PUT', forged)).status).toBe(422)
    expect((await read()).escalations).toEqual([])
  })

  it('a graver level has to be acknowledged in time', async () => {
    const risk = await part('RiskAssessment')
    const graver = { coding: [{ system: 'https://warm-handoff.example/fhir/CodeSystem/crisis-level', code: 'acute' }] }
    const acute = { ...risk, prediction: [{ ...risk.prediction[0], qualitativeRisk: graver }] }
    const written = await sent(gateway, 'PUT', acute)
    expect(written.status, JSON.stringify(written.body)).toBe(200)
    expect(await read()).toMatchObject({ level: 'acute', acknowledgeBy: expect.stringMatching('^2026-03-02T09:45:00') })
    await event(gateway, member, 'acknowledge', { clinician: { id: 'prc-okafor' } })
  })
})

const pneumonia = [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'J18.9' }]

describe('of a stay', () => {
  let hospital: Hospital
  beforeEach(async () => {
    hospital = await openHospital()
    await hospital.register()
    await hospital.send()
  })
  afterEach(() => hospital.stop())

  it('a corrected diagnosis changes what is owed, in the same commit', async () => {
    expect(Object.keys(await hospital.owed())).toEqual(expect.arrayContaining(['FUH-7@MY2025', 'TCM-2BD']))
    const [condition] = await hospital.search<Resource>('Condition?category=encounter-diagnosis')
    expect((await sent(hospital, 'PUT', { ...condition, code: { coding: pneumonia } })).status).toBe(200)
    expect(
      Object.entries(await hospital.owed())
        .filter(([, state]) => state.endsWith(' open'))
        .map(([policy]) => policy),
    ).toEqual(['TCM-2BD'])
  })

  it('a diagnosis that comes after the stay that names it counts, too', async () => {
    const [stay] = await hospital.search<Resource>('Encounter')
    const [condition] = await hospital.search<Resource>('Condition?category=encounter-diagnosis')
    const elsewhere = await openHospital()
    const subject = { reference: `Patient/${await elsewhere.register()}` }
    const named = JSON.parse(JSON.stringify(stay.diagnosis).replaceAll(condition.id, 'later'))
    expect((await sent(elsewhere, 'PUT', { ...stay, subject, diagnosis: named })).status).toBe(201)
    expect((await elsewhere.owed())['FUH-7@MY2025']).toMatch(/ open$/)
    const later = {
      ...condition,
      id: 'later',
      code: { coding: pneumonia },
      subject,
      encounter: { reference: `Encounter/${stay.id}` },
    }
    expect((await sent(elsewhere, 'PUT', later)).status).toBe(201)
    expect((await elsewhere.owed())['FUH-7@MY2025'] ?? '').not.toMatch(/ open$/)
    await elsewhere.stop()
  })
})

describe('of a document', () => {
  it('the original cannot be exchanged for another', async () => {
    const gateway = await startGateway()
    await put(gateway, marisol)
    const body = {
      clientId: marisol.id,
      title: 'Letter',
      type: { system: 'http://loinc.org', code: '18842-5' },
      categories: [
        { system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' },
      ],
      author: { id: 'org-1', type: 'Organization' },
      original: { mime: 'text/plain', data: btoa('as it came') },
    }
    const made = await say(gateway, 'POST', '/coordination/documents', body)
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const binary = (await say(gateway, 'GET', `/fhir/${made.body.storageRef}`, undefined, { accept: 'application/fhir+json' }))
      .body
    expect((await sent(gateway, 'PUT', { ...binary, data: btoa('as I like it') })).status).toBe(422)
    await gateway.stop()
  })
})
