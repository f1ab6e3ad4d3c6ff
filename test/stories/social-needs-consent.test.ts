/**
 * Rosa needs food, and a pantry could help. A pantry is no covered entity: it is told of her when she says so, and no more than it takes.
 * Everybody is invented.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { account, agrees, drinking, meet, revokes } from '../support/consent-story.ts'
import { put, say, sdoh } from '../support/coordination.ts'
import { deliveries, drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

const push = ['Organization', 'Patient', 'Condition', 'Coverage', 'ServiceRequest', 'Task', 'Binary']
let told: Told
beforeEach(async () => {
  told = await tell({ partner: 'plain', flavour: 'fhir-r4', kind: 'cbo', push, facility: 'org-pantry' })
  await meet(told.gateway)
  await told.send(pantry, shelter, rosa, hunger, depression, coverage)
})
afterEach(() => told.end())

const local = (name: string) => `https://warm-handoff.example/fhir/StructureDefinition/${name}`
const food = { coding: [{ system: sdoh, code: 'food-insecurity' }] }
const icd10 = (code: string) => ({ coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code }] })
const subject = { reference: 'Patient/cli-rosa', display: 'Rosa Quintero' }

const pantry = { resourceType: 'Organization', id: 'org-pantry', name: 'Harvest Pantry' }
const shelter = { resourceType: 'Organization', id: 'org-shelter', name: 'Open Door Shelter' }
const rosa = {
  resourceType: 'Patient',
  id: 'cli-rosa',
  identifier: [{ system: 'urn:stb', value: 'PSYCH-77' }],
  name: [{ family: 'Quintero', given: ['Rosa'] }],
  birthDate: '1990-04-02',
  maritalStatus: { text: 'Separated' },
  extension: [{ url: local('cultural-note'), valueString: 'Fears her husband' }],
  telecom: [
    { system: 'phone', value: '555-0101' },
    { system: 'phone', value: '555-0102', extension: [{ url: local('contact-safety'), valueCode: 'no' }] },
  ],
  address: [
    { city: 'Dayton', state: 'OH' },
    { city: 'Xenia', extension: [{ url: local('confidential-address'), valueBoolean: true }] },
  ],
}
const hunger = {
  resourceType: 'Condition',
  id: 'ned-food',
  category: [food],
  code: { text: 'Skips meals' },
  subject,
  note: [{ text: 'Since her ward stay' }],
}
const depression = { resourceType: 'Condition', id: 'ned-low', code: { text: 'Depression' }, subject }
const coverage = {
  resourceType: 'Coverage',
  id: 'cov-1',
  status: 'active',
  beneficiary: subject,
  payor: [{ reference: 'Organization/org-shelter' }],
}
const referral = (performer?: string) => ({
  resourceType: 'ServiceRequest',
  id: 'ref-food',
  status: 'active',
  intent: 'order',
  category: [food],
  code: { text: 'Food box' },
  subject,
  ...(performer !== undefined && { performer: [{ reference: performer }] }),
  reasonCode: [icd10('F33.1'), icd10('Z59.41')],
  reasonReference: [
    { reference: 'Condition/ned-food', display: 'Hunger' },
    { reference: 'Condition/ned-low', display: 'Depression' },
  ],
  insurance: [{ reference: 'Coverage/cov-1' }],
  supportingInfo: [{ reference: 'Condition/ned-low', display: 'Depression' }],
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Depression</div>' },
})
const work = {
  resourceType: 'Task',
  id: 'tsk-food',
  status: 'requested',
  intent: 'order',
  code: { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] },
  focus: { reference: 'ServiceRequest/ref-food' },
  for: subject,
  owner: { reference: 'Organization/org-pantry' },
  note: [{ text: 'She was on the ward' }],
}
const release = {
  kind: 'sdoh-cbo-release',
  recipients: [{ who: { id: 'org-pantry' } }],
  content: { narrative: 'Her need for food' },
}
const agreesTo = (changes: object = {}) => agrees(told.gateway, { ...release, ...changes })

const about = ['Patient', 'Condition', 'Coverage', 'ServiceRequest', 'Task']
/** What it has of her. */
const known = () => about.flatMap((type) => told.partner.all(type).map(({ resourceType }) => resourceType))
const all = () => JSON.stringify(about.map((type) => told.partner.all(type)))

describe('a referral to the pantry', () => {
  it('waits for her word, and goes out by itself when it counts, with what it names and what it must know of her', async () => {
    await told.send(referral('Organization/org-pantry'), work)
    expect([known(), (await told.dead()).length, await account(told.gateway)]).toEqual([[], 2, []])
    const consentId = await agreesTo({ validFrom: '2026-03-05T12:00:00Z' })
    await drain(told.gateway)
    expect(told.gateway.clock.now).toBe(Date.parse('2026-03-05T12:00:00Z'))
    expect([known(), await told.dead()]).toEqual([['Patient', 'Condition', 'ServiceRequest', 'Task'], []])
    expect(
      (await account(told.gateway)).map((one) => [one.resources[0].type, one.recipient.id, one.consentId, one.result]),
    ).toEqual(['Patient', 'Condition', 'ServiceRequest', 'Task'].map((type) => [type, 'org-pantry', consentId, 'sent']))
  })

  it('says no more than the work takes', async () => {
    await agreesTo()
    await told.send(referral('Organization/org-pantry'), work)
    const [person] = told.partner.all('Patient')
    expect(person).toMatchObject({
      name: rosa.name,
      birthDate: '1990-04-02',
      telecom: [{ value: '555-0101' }],
      address: [{ city: 'Dayton' }],
    })
    expect(person!.identifier).toHaveLength(1)
    const [request] = told.partner.all('ServiceRequest')
    expect(request).toMatchObject({
      code: { text: 'Food box' },
      reasonCode: [icd10('Z59.41')],
      reasonReference: [{ display: 'Hunger' }],
    })
    for (const word of ['555-0102', 'Xenia', 'PSYCH', 'Fears', 'Separated', 'Depression', 'F33', 'ward', 'Coverage', 'ned-low'])
      expect(all()).not.toContain(word)
    expect((await say(told.gateway, 'GET', '/fhir/ServiceRequest/ref-food')).body.reasonReference).toHaveLength(2)
  })

  it.each<[why: string, consent: object]>([
    ['names another', { recipients: [{ who: { id: 'org-shelter' } }] }],
    ['names a class that it does not belong to', { recipients: [{ who: { class: 'treating-providers' } }] }],
    ['is for another purpose', { purposes: ['HPAYMT'] }],
    ['is of another kind of record', { content: { narrative: 'Needs', classes: ['Condition'] } }],
    ['is to be treated in some way', { kind: 'telehealth' }],
    ['has ended', { expires: { on: '2026-02-01' } }],
  ])('does not go where her consent %s', async (_, consent) => {
    await agreesTo(consent)
    await told.send(referral('Organization/org-pantry'))
    expect([known(), (await told.dead()).length]).toEqual([[], 1])
  })

  it('does not go under a release of social needs where it is about something else', async () => {
    await agreesTo()
    const clinical = { ...referral('Organization/org-pantry'), category: [icd10('F33.1')] }
    await told.send(clinical, work)
    expect(known()).toEqual([])
    await agreesTo({ kind: 'hipaa-authorization' })
    await drain(told.gateway)
    expect(known()).toContain('ServiceRequest')
  })

  it('takes more than that where it is under Part 2', async () => {
    await agreesTo()
    const { meta } = drinking()
    await told.send({ ...referral('Organization/org-pantry'), meta })
    expect(known()).toEqual([])
    await agreesTo({ kind: 'part2-specific', content: { narrative: 'All', sensitivities: ['SUD'] } })
    await drain(told.gateway)
    expect(told.partner.all('ServiceRequest')[0]).toMatchObject({ meta: { extension: [{}, {}] } })
  })

  it('is not brought up to date once she thought better of it', async () => {
    const consent = await agreesTo()
    await told.send(referral('Organization/org-pantry'))
    await revokes(told.gateway, consent)
    await told.send({ ...referral('Organization/org-pantry'), patientInstruction: 'Bring a bag' })
    expect(told.partner.all('ServiceRequest')).not.toMatchObject([{ patientInstruction: 'Bring a bag' }])
    expect(await told.dead()).toContainEqual(expect.stringContaining('still has the copy'))
  })
})

describe('of what is not addressed to it', () => {
  it.each([['Organization/org-shelter'], [undefined]])('it learns nothing, whatever she consented to (%s)', async (performer) => {
    await agreesTo({ kind: 'hipaa-authorization' })
    await told.send(referral(performer), rosa, hunger, {
      resourceType: 'Binary',
      id: 'bin-1',
      contentType: 'text/plain',
      data: 'aGk=',
    })
    expect([known(), told.partner.all('Binary'), await told.dead()]).toEqual([[], [], []])
    const sent = await deliveries(told.gateway, 'delivered')
    expect(sent.filter(({ outcome }) => outcome?.startsWith('Nothing was sent'))).not.toEqual([])
  })

  it.each([
    [
      'a service of its',
      { resourceType: 'HealthcareService', id: 'svc-1', providedBy: { reference: 'Organization/org-pantry' } },
    ],
    [
      'somebody of its',
      { resourceType: 'PractitionerRole', id: 'svc-1', organization: { reference: 'Organization/org-pantry' } },
    ],
  ])('%s is it', async (_, whom) => {
    await agreesTo()
    await told.send(whom, referral(`${whom.resourceType}/svc-1`))
    expect(known()).toContain('ServiceRequest')
  })

  it('who and where is free to know', () => expect(told.partner.all('Organization').length).toBeGreaterThan(1))
})

it('an organization without a name here is told nothing of anybody', async () => {
  const nameless = { kind: 'cbo', baseUrl: told.partner.baseUrl, push }
  expect((await say(told.gateway, 'PUT', '/admin/connections/partner', nameless)).status).toBe(200)
  await agreesTo({ kind: 'hipaa-authorization' })
  await put(told.gateway, referral('Organization/org-pantry'))
  await drain(told.gateway)
  expect([known(), await told.dead()]).toEqual([[], [expect.stringContaining('which organization it is')]])
})
