/** What Colorado's report wants otherwise than plain R4 has it (`mappings/exports/us-co-bha.ts` says where that is written), and of whom. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { agrees, label } from '../../support/consent-story.ts'
import { put, type ResourceToPut, say } from '../../support/coordination.ts'
import { deliveries, drain } from '../../support/outbox.ts'
import { type Told, tell } from '../../support/partner.ts'
import { concept, tellDeviations } from '../partners/deviations.ts'

const guide = 'http://bha.colorado.gov/fhir/bha-ig'
const extension = (name: string, system: string, code: string) => ({
  url: `${guide}/StructureDefinition/${name}`,
  valueCodeableConcept: { coding: [{ system: `${guide}/CodeSystem/${system}`, code }] },
})
const omb = (...categories: readonly string[]) => ({
  url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race',
  extension: [
    ...categories.map((code) => ({ url: 'ombCategory', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code } })),
    { url: 'text', valueString: 'as she says' },
  ],
})
const wholeAddress = { use: 'home', city: 'Denver', state: 'CO', postalCode: '80205', district: '17' }
/** As the report has her already: each story takes something away. */
const rosa = {
  resourceType: 'Patient',
  id: 'cli-rosa',
  extension: [omb('2028-9'), extension('bha-race', 'bha-race-cs', '02')],
  name: [{ family: 'Quintero', given: ['Rosa'] }],
  birthDate: '1984-02-19',
  gender: 'female',
  maritalStatus: concept('v3-MaritalStatus', 'M'),
  address: [wholeAddress],
}
const npi = { system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }
const clinic = { resourceType: 'Organization', id: 'org-clinic', name: 'Front Range Counseling', identifier: [npi] }
const admission = {
  resourceType: 'Encounter',
  id: 'enc-1',
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  subject: { reference: 'Patient/cli-rosa' },
  period: { start: '2026-07-02T15:00:00Z', end: '2026-07-02T16:00:00Z' },
  serviceProvider: { reference: 'Organization/org-clinic' },
  extension: [extension('bha-action-type', 'bha-action-type-cs', '01')],
}
const depressed = {
  resourceType: 'Condition',
  id: 'need-1',
  subject: { reference: 'Patient/cli-rosa' },
  encounter: { reference: 'Encounter/enc-1' },
  category: [concept('condition-category', 'encounter-diagnosis')],
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F33.1' }] },
  extension: [extension('bha-diagnosis-type', 'bha-diagnosis-type-cs', 'MH')],
}
const outpatient = { coding: [{ system: `${guide}/CodeSystem/bha-episode-identifier-cs`, code: '17' }] }
const episode = {
  resourceType: 'EpisodeOfCare',
  id: 'epi-1',
  status: 'active',
  patient: { reference: 'Patient/cli-rosa' },
  managingOrganization: { reference: 'Organization/org-clinic' },
  type: [outpatient],
}

const without = (resource: ResourceToPut, name: string): ResourceToPut => {
  const { [name]: _, ...rest } = resource
  return rest as unknown as ResourceToPut
}
const push = ['Patient', 'Organization', 'Encounter', 'Condition', 'EpisodeOfCare', 'QuestionnaireResponse']
const july = Date.UTC(2026, 6, 3, 9)
const story = { kind: 'payer', now: july } as const
const report = { more: { exportProfile: 'us-co-bha' } }

describe('what Colorado wants said otherwise, element by element', () =>
  tellDeviations(
    'us-co-bha',
    [
      {
        that: 'a client’s race is said by the state’s own code, once',
        push,
        resources: [{ ...rosa, extension: [omb('2106-3')] }],
        refusal: 'extension:bharace 1..1',
        arrives: { extension: [omb('2106-3'), extension('bha-race', 'bha-race-cs', '05')] },
      },
      {
        that: 'a county is said by its number',
        push,
        resources: [{ ...rosa, address: [{ ...wholeAddress, district: 'El Paso County' }] }],
        refusal: 'bha-counties-vs',
        arrives: { address: [{ ...wholeAddress, district: '21' }] },
      },
      {
        that: 'an address in another state has no county here, and one without a postal code is left out',
        push,
        resources: [
          {
            ...rosa,
            address: [wholeAddress, { state: 'WY', postalCode: '82001', district: 'Laramie' }, { state: 'CO', district: 'Weld' }],
          },
        ],
        refusal: 'address.postalCode 1..1',
        arrives: { address: [wholeAddress, { state: 'WY', postalCode: '82001', district: '77' }] },
      },
      {
        that: 'whether a client is married is said, or that nobody knows',
        push,
        resources: [without(rosa, 'maritalStatus')],
        refusal: 'maritalStatus 1..1',
        arrives: { maritalStatus: concept('v3-NullFlavor', 'UNK') },
      },
      {
        that: 'so is a client’s gender',
        push,
        resources: [without(rosa, 'gender')],
        refusal: 'gender 1..1',
        arrives: { gender: 'unknown' },
      },
      {
        that: 'a number of social security says that it is one',
        push,
        resources: [{ ...rosa, identifier: [{ system: 'http://hl7.org/fhir/sid/us-ssn', value: '111-11-1111' }] }],
        refusal: 'identifier:SSN.type 1..1',
        arrives: { identifier: expect.arrayContaining([expect.objectContaining({ type: concept('v2-0203', 'SS') })]) },
      },
      {
        that: 'a diagnosis says of which kind it is',
        push,
        resources: [rosa, clinic, admission, without(depressed, 'extension')],
        refusal: 'extension:diagnosisType 1..1',
        arrives: { extension: depressed.extension },
      },
      {
        that: 'a need that was found at an encounter is one of its diagnoses',
        push,
        resources: [rosa, clinic, admission, { ...depressed, category: [concept('condition-category', 'problem-list-item')] }],
        refusal: 'category:us-core 1..*',
        arrives: { category: ['problem-list-item', 'encounter-diagnosis'].map((code) => concept('condition-category', code)) },
      },
      {
        that: 'an episode is one of the state’s services, beside what it is called here',
        push,
        resources: [rosa, clinic, { ...episode, type: [{ text: 'Wednesday programme' }, outpatient] }],
        refusal: 'type 1..1',
        arrives: { type: [outpatient] },
      },
    ],
    story,
    report,
  ))

let told: Told

const begin = async (changes: object = {}) => {
  told = await tell({ partner: 'us-co-bha', flavour: 'fhir-r4', push, ...story, ...report, facility: 'org-bha', ...changes })
  onTestFinished(() => told.end())
  await put(told.gateway, { resourceType: 'Organization', id: 'org-bha', name: 'BHASO' } as never)
}
const outcomes = async () => (await deliveries(told.gateway, 'delivered')).flatMap(({ outcome }) => outcome ?? [])

describe('what does not say enough is not reported until it does', () => {
  it.each<[string, readonly ResourceToPut[], ResourceToPut]>([
    ['a client of two races', [], { ...rosa, extension: [omb('2028-9', '2106-3')] }],
    ['a client whose birth date nobody knows', [], without(rosa, 'birthDate')],
    ['a clinic without its number', [], without(clinic, 'identifier')],
    ['an encounter that is no admission, update or discharge', [rosa, clinic], without(admission, 'extension')],
    ['an encounter that is not over', [rosa, clinic], { ...admission, period: { start: admission.period.start } }],
    ['a diagnosis of the body', [rosa], { ...without(depressed, 'extension'), id: 'n', code: { text: 'Asthma' } }],
    ['a diagnosis of no encounter', [rosa], without(depressed, 'encounter')],
    ['an episode of no service of the state’s', [rosa, clinic], { ...episode, type: [{ text: 'Wednesday programme' }] }],
    [
      'answers to other questions',
      [rosa],
      {
        resourceType: 'QuestionnaireResponse',
        id: 'q',
        status: 'completed',
        questionnaire: 'http://a.example/Q',
        subject: episode.patient,
      },
    ],
  ])('%s', async (_, before, resource) => {
    await begin()
    await told.send(...before, resource)
    const ours = told.partner.all(resource.resourceType).filter((one) => JSON.stringify(one).includes(`"value":"${resource.id}"`))
    expect([await told.dead(), ours]).toEqual([[], []])
    expect(await outcomes()).toContainEqual(expect.stringContaining('have no form for it'))
  })
})

describe('whom it is of', () => {
  it.each<[string, object, number]>([
    ['lives there', {}, 1],
    ['lives elsewhere', { address: [{ ...wholeAddress, state: 'WY' }] }, 0],
    [
      'lives elsewhere, though the state’s law holds',
      {
        address: [{ ...wholeAddress, state: 'WY' }],
        extension: [
          ...rosa.extension,
          { url: 'https://warm-handoff.example/fhir/StructureDefinition/jurisdiction', valueCode: 'CO' },
        ],
      },
      1,
    ],
    ['lives nobody knows where', { address: undefined }, 0],
  ])('a client who %s', async (_, changes, count) => {
    await begin()
    await told.send({ ...rosa, ...changes })
    expect(told.partner.all('Patient')).toHaveLength(count)
    if (count === 0) expect(await outcomes()).toContainEqual(expect.stringContaining('another state'))
  })

  it('what is under Part 2 waits for the client’s consent, as everywhere', async () => {
    await begin()
    const drinking = { ...without(depressed, 'extension'), meta: { security: [label('42CFRPart2'), label('SUD')] } }
    const alcohol = { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F10.20' }] }
    await told.send(rosa, clinic, admission, { ...drinking, code: alcohol } as ResourceToPut)
    expect(told.partner.all('Condition')).toEqual([])
    expect((await told.dead()).join()).toContain('consent')
    await put(told.gateway, { resourceType: 'Organization', id: 'org-harbor', name: 'Harbor' } as never)
    await put(told.gateway, {
      resourceType: 'DocumentReference',
      id: 'doc-signed',
      status: 'current',
      subject: { reference: 'Patient/cli-rosa' },
      content: [{ attachment: { contentType: 'application/pdf', url: 'Binary/b1' } }],
    } as never)
    await agrees(told.gateway, {
      recipients: [{ who: { id: 'org-bha' } }],
      signature: { party: 'Patient/cli-rosa', role: 'client', method: 'wet', at: '2026-07-01T09:00:00-05:00' },
    })
    await drain(told.gateway)
    expect(told.partner.all('Condition')).toMatchObject([
      { extension: [extension('bha-diagnosis-type', 'bha-diagnosis-type-cs', 'SUD')] },
    ])
  })
})

describe('a connection', () => {
  it.each<[string, object, string]>([
    ['for a state that has no form here', { exportProfile: 'us-zz-nobody' }, 'exportProfile'],
    ['named like what every object has', { exportProfile: 'constructor' }, 'exportProfile'],
    ['that is pushed what the report does not ask for', { exportProfile: 'us-co-bha', push: ['Goal'] }, 'push'],
    ['that is pulled from', { exportProfile: 'us-co-bha', pull: ['Patient'] }, 'pull'],
  ])('%s is refused', async (_, changes, path) => {
    await begin()
    const body = { kind: 'payer', baseUrl: told.partner.baseUrl, push: ['Patient'], ...changes }
    const { status, body: said } = await say(told.gateway, 'PUT', '/admin/connections/partner', body)
    expect([status, said.issues[0].path]).toEqual([400, path])
    if (path === 'exportProfile') expect(said.issues[0].message).toContain('us-co-bha')
  })

  it('is refused before the report is asked for', async () => {
    await begin()
    told.gateway.clock.now = Date.UTC(2026, 5, 30, 12)
    const body = { kind: 'payer', baseUrl: told.partner.baseUrl, push: ['Patient'], exportProfile: 'us-co-bha' }
    const { status, body: said } = await say(told.gateway, 'PUT', '/admin/connections/partner', body)
    expect([status, said.issues]).toEqual([400, [{ path: 'exportProfile', message: 'is not asked for before 2026-07-01' }]])
  })
})
