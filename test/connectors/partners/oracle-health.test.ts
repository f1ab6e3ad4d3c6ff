/** What Oracle Health Millennium wants otherwise than plain R4 has it (`mappings/partners/oracle-health.ts` says where that is written). */
import { afterEach, describe, expect, it } from 'vitest'
import { deliveries } from '../../support/outbox.ts'
import { type Told, tell } from '../../support/partner.ts'
import { afterALostAnswer, concept, tellDeviations } from './deviations.ts'

const push = ['Organization', 'Patient', 'RelatedPerson', 'Practitioner', 'Condition', 'Communication']
const harbor = { resourceType: 'Organization', id: 'org-harbor', name: 'Harbor Hospital' }
const rosa = {
  resourceType: 'Patient',
  id: 'cli-rosa',
  name: [{ use: 'official', family: 'Quintero', given: ['Rosa'] }],
  managingOrganization: { reference: 'Organization/org-harbor' },
}
const okafor = { resourceType: 'Practitioner', id: 'prc-okafor', name: [{ family: 'Okafor', given: ['Nnamdi'] }] }
const problem = {
  resourceType: 'Condition',
  id: 'need-1',
  subject: { reference: 'Patient/cli-rosa' },
  clinicalStatus: concept('condition-clinical', 'active'),
  category: [concept('condition-category', 'problem-list-item')],
  code: { text: 'Food insecurity' },
}
const message = {
  resourceType: 'Communication',
  id: 'com-1',
  status: 'completed',
  category: [concept('communication-category', 'notification')],
  subject: { reference: 'Patient/cli-rosa' },
  sender: { reference: 'Practitioner/prc-okafor' },
  recipient: [{ reference: 'Practitioner/prc-okafor' }],
  payload: [{ contentAttachment: { contentType: 'text/plain;charset=utf-8', data: 'U8Ot' } }],
}
const paper = {
  resourceType: 'DocumentReference',
  id: 'doc-1',
  status: 'current',
  docStatus: 'final',
  type: { coding: [{ system: 'http://loinc.org', code: '18842-5' }] },
  date: '2026-03-02T09:00:00Z',
  content: [{ attachment: { contentType: 'text/plain;charset=utf-8', data: 'U8Ot' } }],
  context: { period: { end: '2026-03-01T12:00:00Z' } },
}
const before = [harbor, okafor]
// A plain connection gets no client through; what it cannot be told of a client is one deviation, the rest are told without one.
const { subject: _, ...noticed } = message

tellDeviations('oracle-health', [
  {
    that: 'a document says in which characters it is written',
    push: ['DocumentReference'],
    resources: [{ ...paper, content: [{ attachment: { contentType: 'text/plain', data: 'U8Ot' } }] }],
    refusal: 'The content type must include a character set.',
    arrives: { content: paper.content, context: paper.context },
  },
  {
    that: 'a document covers a time that has ended',
    push: ['DocumentReference'],
    resources: [{ ...paper, context: undefined }],
    refusal: 'The period.end field is required.',
    arrives: { context: { period: { end: paper.date } } },
  },
  {
    that: 'a document is one',
    push: ['DocumentReference'],
    resources: [{ ...paper, content: [...paper.content, { attachment: { contentType: 'application/pdf', data: 'JVBERg==' } }] }],
    refusal: 'content must contain only one entry.',
    arrives: { content: paper.content },
  },
  {
    that: 'an organization has official identifiers alone',
    push: ['Organization'],
    resources: [{ ...harbor, identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }] }],
    refusal: 'The identifier must contain only an NPI, OID or TAXID system.',
    arrives: { name: 'Harbor Hospital', identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }] },
  },
  {
    that: 'a problem is on the problem list, or a diagnosis of a visit',
    push: ['Condition'],
    resources: [{ ...problem, category: [concept('condition-category', 'health-concern')] }],
    refusal: 'The category is not supported.',
    arrives: { category: [concept('condition-category', 'problem-list-item')] },
  },
  {
    that: 'a message is a notification or a reminder',
    push,
    resources: [...before, { ...noticed, category: [concept('communication-category', 'alert')] }],
    refusal: 'The category is not supported.',
    arrives: { category: [concept('communication-category', 'notification')] },
  },
  {
    that: 'a message has a category',
    push,
    resources: [...before, { ...noticed, category: undefined }],
    refusal: 'A category must be provided.',
    arrives: { category: [concept('communication-category', 'notification')] },
  },
  {
    that: 'a message is routine or urgent',
    push,
    resources: [...before, { ...noticed, priority: 'stat' }],
    refusal: "Only 'routine' and 'urgent' priorities are supported.",
    arrives: { priority: 'urgent' },
  },
  {
    that: 'the text of a message is an attachment',
    push,
    resources: [...before, { ...noticed, payload: [{ contentString: 'Sí' }] }],
    refusal: 'content must be supplied as a contentAttachment.',
    arrives: { payload: message.payload },
  },
])

describe('a client', () => {
  let told: Told
  afterEach(() => told.end())

  it('has an official name, and a use for every name, number and address', async () => {
    told = await tell({ partner: 'oracle-health', flavour: 'oracle-health', push })
    await told.send(...before, {
      ...rosa,
      name: [{ text: 'Rosa Quintero', family: 'Quintero', given: ['Rosa'] }],
      telecom: [{ system: 'phone', value: '555-0100' }],
      address: [{ text: '1 Pier Road', city: 'Lynn' }],
      communication: [{ language: { text: 'Spanish' } }, { language: { text: 'English' } }],
      active: false,
    })
    expect(await told.dead()).toEqual([])
    const [there] = told.partner.all('Patient')
    expect(there).toMatchObject({
      name: [{ use: 'official', family: 'Quintero', given: ['Rosa'] }],
      telecom: [{ system: 'phone', value: '555-0100', use: 'home' }],
      address: [{ use: 'home', city: 'Lynn' }],
      communication: [{ language: { text: 'Spanish' } }],
    })
    expect(there!.active).toBeUndefined()
  })

  it('dies on a plain connection, being enrolled nowhere', async () => {
    told = await tell({ partner: 'oracle-health', flavour: 'fhir-r4', push: ['Patient'] })
    await told.send(rosa)
    expect((await told.dead()).join()).toContain('An identifier with the assigner alone must be provided.')
  })

  it('is enrolled in the organization of that very name, on whatever page of them it stands', async () => {
    told = await tell({ partner: 'oracle-health', flavour: 'oracle-health', push })
    for (const [i, side] of ['North', 'South', 'East'].entries())
      await told.send({ resourceType: 'Organization', id: `org-${i}`, name: `Harbor Hospital ${side}` })
    await told.send(rosa, harbor)
    const enrolledIn = told.partner.all('Organization').find(({ name }) => name === 'Harbor Hospital')
    expect(told.partner.all('Patient')).toMatchObject([
      { identifier: [{ assigner: { reference: `Organization/${enrolledIn?.id}` } }, { value: 'cli-rosa' }] },
    ])
    expect(told.partner.all('Organization')).toHaveLength(4)
  })

  it.each(['fhir-r4', 'oracle-health'])('a relative of theirs is found by more than an identifier (%s)', async (flavour) => {
    const tia = {
      resourceType: 'RelatedPerson',
      id: 'rel-tia',
      patient: { reference: 'Patient/cli-rosa' },
      relationship: [{ text: 'aunt' }],
      name: [{ use: 'official', family: 'Quintero' }],
      identifier: [{ type: { text: 'member' }, system: 'urn:member', value: '9' }],
    }
    told = await afterALostAnswer({ partner: 'oracle-health', flavour, push: ['RelatedPerson'] }, [tia])
    const there = told.partner.all('RelatedPerson')
    if (flavour === 'oracle-health') expect([there.length, await told.dead()]).toEqual([1, []])
    else
      expect([there.length, await told.dead()]).toEqual([0, [expect.stringContaining('Each identifier must contain the type.')]])
  })
})

describe('a message', () => {
  let told: Told
  afterEach(() => told.end())

  it('that is not through yet dies on a plain connection', async () => {
    told = await tell({ partner: 'oracle-health', flavour: 'fhir-r4', push })
    await told.send(...before, { ...noticed, status: 'in-progress' })
    expect((await told.dead()).join()).toContain("All communications must be in 'completed' status.")
  })

  it('that is not through yet waits, and arrives when it is', async () => {
    told = await tell({ partner: 'oracle-health', flavour: 'oracle-health', push })
    await told.send(...before, { ...noticed, status: 'in-progress' })
    expect([await told.dead(), told.partner.all('Communication')]).toEqual([[], []])
    const [last] = await deliveries(told.gateway, 'delivered')
    expect(last).toMatchObject({ type: 'Communication', outcome: expect.stringContaining('Nothing was sent') })
    await told.send(noticed)
    expect(told.partner.all('Communication')).toMatchObject([{ status: 'completed' }])
  })

  it('whose answer was lost is left to a person, for it cannot be found there', async () => {
    told = await afterALostAnswer({ partner: 'oracle-health', flavour: 'oracle-health', push }, [...before, noticed])
    expect(told.partner.all('Communication')).toHaveLength(1)
    expect(await told.dead()).toEqual([expect.stringContaining('look there, and send it again if it did not')])
  })

  it('whose answer was lost stands there twice after a plain connection’s second try', async () => {
    told = await afterALostAnswer({ partner: 'oracle-health', flavour: 'fhir-r4', push }, [...before, noticed])
    expect(told.partner.all('Communication')).toHaveLength(2)
  })
})

describe('a change', () => {
  let told: Told
  afterEach(() => told.end())

  it('of a problem is written onto theirs, and nothing that was put in other words comes back as a change', async () => {
    told = await tell({ partner: 'oracle-health', flavour: 'oracle-health', push: ['Condition'] })
    const concern = { ...problem, category: [concept('condition-category', 'health-concern')] }
    await told.send(concern)
    const [there] = told.partner.all('Condition')
    told.partner.edit('Condition', there!.id, (resource) => ({ ...resource, severity: { text: 'severe' } }))
    await told.send({ ...concern, clinicalStatus: concept('condition-clinical', 'resolved') })
    expect(told.partner.all('Condition')).toMatchObject([
      { severity: { text: 'severe' }, clinicalStatus: concept('condition-clinical', 'resolved'), category: problem.category },
    ])
    expect([await told.dead(), await told.conflicts()]).toEqual([[], []])
  })

  it('of numbers and addresses goes by JSON Patch onto what they have now, and is sent once', async () => {
    told = await tell({ partner: 'oracle-health', flavour: 'oracle-health', push })
    const phone = (value: string) => ({ system: 'phone', value, use: 'home' })
    await told.send(...before, {
      ...rosa,
      telecom: [phone('555-0100'), phone('555-0101')],
      address: [{ use: 'home', city: 'Lynn' }],
    })
    const there = () => told.partner.all('Patient')[0]!
    told.partner.edit('Patient', there().id, (resource) => ({ ...resource, maritalStatus: { text: 'married' } }))
    await told.send({
      ...rosa,
      telecom: [phone('555-0101'), phone('555-0102')],
      address: [{ use: 'home', city: 'Lynn' }],
      gender: 'female',
    })
    expect(there()).toMatchObject({
      telecom: [phone('555-0101'), phone('555-0102')],
      address: [{ city: 'Lynn' }],
      maritalStatus: { text: 'married' },
    })
    const patches = told.partner.requests.filter(({ method }) => method === 'PATCH')
    expect(patches.map(({ body }) => JSON.parse(body))).toEqual([
      [
        { op: 'test', path: '/telecom/0/id', value: expect.any(String) },
        { op: 'remove', path: '/telecom/0' },
        { op: 'add', path: '/telecom/-', value: phone('555-0102') },
      ],
    ])
    expect(told.partner.requests.filter(({ method }) => method === 'PUT')).toEqual([])
    expect([await told.dead(), await told.conflicts()]).toMatchObject([
      [],
      [{ resource: 'Patient/cli-rosa', elements: ['gender'] }],
    ])
  })

  it('of the same number by both sides is left to a person', async () => {
    told = await tell({ partner: 'oracle-health', flavour: 'oracle-health', push })
    const phone = (value: string) => ({ system: 'phone', value, use: 'home' })
    await told.send(...before, { ...rosa, telecom: [phone('555-0100')] })
    const [there] = told.partner.all('Patient')
    told.partner.edit('Patient', there!.id, (resource) => ({ ...resource, telecom: [{ ...phone('555-0199'), id: 'own' }] }))
    await told.send({ ...rosa, telecom: [phone('555-0102')] })
    expect(told.partner.all('Patient')).toMatchObject([{ telecom: [phone('555-0199')] }])
    expect(await told.conflicts()).toMatchObject([{ elements: ['telecom'] }])
  })

  it.each(['fhir-r4', 'oracle-health'])('of a client goes by a way of theirs, and is told to a person (%s)', async (flavour) => {
    told = await tell({ partner: 'oracle-health', flavour: 'oracle-health', push })
    await told.send(...before, rosa)
    if (flavour === 'fhir-r4') {
      const { status } = await told.gateway.request('/admin/connections/partner', {
        method: 'PUT',
        json: { kind: 'ehr', flavour, baseUrl: told.partner.baseUrl, push },
      })
      expect(status).toBe(200)
    }
    await told.send({ ...rosa, gender: 'female' })
    expect(told.partner.requests.filter(({ method }) => method === 'PATCH')).toEqual([])
    if (flavour === 'fhir-r4') expect((await told.dead()).join()).toContain('Patient cannot be updated here')
    else
      expect([await told.dead(), await told.conflicts()]).toMatchObject([
        [],
        [{ resource: 'Patient/cli-rosa', elements: ['gender'] }],
      ])
  })
})
