/** What a record's own codes say that it is about, it says in its labels, by whichever door it came. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { gatewayWith, make, marisol, patch, put, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const clientId = marisol.id
const subject = { reference: `Patient/${clientId}` }
const icd10 = (code: string) => ({ coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code }] })
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] })
const hcpcs = (code: string) => ({ coding: [{ system: 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets', code }] })
const condition = (code: object, more: object = {}) => ({ resourceType: 'Condition', id: 'ned-1', subject, code, ...more })
const procedure = (code: object) => ({ resourceType: 'Procedure', id: 'prc-1', status: 'completed', subject, code })
const observation = (code: object) => ({ resourceType: 'Observation', id: 'obs-1', status: 'final', subject, code })

const labelsOf = async (reference: string): Promise<string[]> => {
  const { meta } = (await say(gateway, 'GET', `/fhir/${reference}`)).body
  return (meta.security ?? []).map(({ code }: { code: string }) => code)
}
const clinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
const act = (code: string) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code })
const level = (code: string) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code })

it.each([
  [condition(icd10('F10.20')), ['R', 'SUD']],
  [condition(icd10('F1920')), ['R', 'SUD']],
  [condition(icd10('F33.1')), ['R', 'MH']],
  [condition(icd10('F03.90')), ['R', 'MH']],
  [condition({ coding: [...icd10('F11.20').coding, ...icd10('F32.1').coding] }), ['R', 'SUD', 'MH']],
  [condition(icd10('Z59.41')), []],
  [condition({ coding: [{ system: 'urn:elsewhere', code: 'F10.20' }] }), []],
  [procedure(hcpcs('H0001')), ['R', 'SUD']],
  [procedure(hcpcs('G2067')), ['R', 'SUD']],
  [procedure(hcpcs('H0004')), []],
  [observation(loinc('82667-7')), ['R', 'SUD']],
  [observation(loinc('68518-0')), ['R', 'ETHUD']],
  [observation(loinc('93373-9')), ['R', 'PSY']],
  [observation(loinc('88122-7')), []],
  [
    {
      ...condition(icd10('Z59.41')),
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      reasonCode: [icd10('F33.1')],
    },
    [],
  ],
])('is told of its codes on /fhir: %j → %j', async (resource, labels) => {
  await put(gateway, resource as never)
  const reference = `${resource.resourceType}/${resource.id}`
  expect(await labelsOf(reference)).toEqual(labels)
  expect((await say(gateway, 'GET', `/fhir/${reference}`)).body.meta.versionId).toBe('1')
})

it('takes nothing from what somebody labelled it, and is no less strict', async () => {
  await put(gateway, condition(icd10('F10.20'), { meta: { security: [act('ETHUD'), level('V')] } }))
  expect(await labelsOf('Condition/ned-1')).toEqual(['ETHUD', 'V', 'SUD'])
  const normal = { ...condition(icd10('F10.20'), { meta: { security: [level('N')] } }), id: 'ned-2' }
  await put(gateway, normal)
  await put(gateway, normal)
  expect(await labelsOf('Condition/ned-2')).toEqual(['R', 'SUD'])
  expect((await say(gateway, 'GET', '/fhir/Condition/ned-2')).body.meta.versionId).toBe('1')
  // Once more without them: what its code says stands.
  await put(gateway, { ...condition(icd10('F10.20')), id: 'ned-2' })
  expect(await labelsOf('Condition/ned-2')).toEqual(['R', 'SUD'])
})

it.each([
  '',
  ', "meta": { "source":  "urn:elsewhere" }',
  ', "meta": { "security": [ {"code" : "R"} ] , "source":  "urn:elsewhere" }',
])('leaves all else as it was written, to the white space: with%s', async (meta) => {
  const text = (own: string) =>
    `{ "resourceType":  "Condition", "id": "ned-1"${own},\n "subject": { "reference":"Patient/${clientId}" },` +
    ` "code": {"coding":[ {"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F10.20"} ] }, "extension": [{"url":"urn:x","valueDecimal":1.50}] }`
  const headers = { 'content-type': 'application/fhir+json' }
  const sent = await gateway.request('/fhir/Condition/ned-1', { method: 'PUT', headers, body: text(meta) })
  expect(sent.status).toBe(201)
  const stored = await (await gateway.request('/fhir/Condition/ned-1')).text()
  expect(stored.replace(/,\s*"meta":\s*\{.*?\}(?=,\n)/s, '')).toBe(text(''))
  expect(await labelsOf('Condition/ned-1')).toContain('SUD')
})

it('is told of needs and sessions by command, and of what changes to such a code', async () => {
  const need = {
    ...{ clientId, domain: 'substance', category: { code: 'alcohol-use' } },
    assertedBy: 'clinician',
    clientView: 'agrees',
  }
  const drinking = await make(gateway, 'needs', { ...need, code: { codings: icd10('F10.20').coding } })
  const { body } = await say(gateway, 'GET', `/coordination/needs/${drinking}`)
  expect(body).toMatchObject({ sensitivity: ['SUD'], confidentiality: 'R', legalBasis: [] })
  const plain = await make(gateway, 'needs', { ...need, code: { text: 'Low mood' } })
  const told = await patch(gateway, `needs/${plain}`, { code: { codings: icd10('F32.1').coding } })
  expect(told.body).toMatchObject({ sensitivity: ['MH'], confidentiality: 'R' })
  const visit = await make(gateway, 'sessions', {
    ...{ clientId, kind: 'assessment-visit', modality: 'in-person', renderer: { id: 'prl-okafor' }, procedureCode: 'H0001' },
    interventions: [{ text: 'Assessment' }],
  })
  expect(await labelsOf(`Encounter/${visit}`)).toEqual(['R', 'SUD'])
})

const basis = 'http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-sec-label-basis'
it('says by which version of the rules each label came, and nothing of those of others', async () => {
  await put(gateway, condition(icd10('F10.20'), { meta: { security: [act('ETHUD')] } }))
  const { meta } = (await say(gateway, 'GET', '/fhir/Condition/ned-1')).body
  const byRules = ({ code, extension }: { code: string; extension?: { url: string; valueCoding?: object }[] }) => [
    code,
    extension?.find(({ url }) => url === basis)?.valueCoding,
  ]
  const rules = { system: expect.stringContaining('/CodeSystem/label-basis'), code: 'own-codes', version: '1' }
  expect(meta.security.map(byRules)).toEqual([
    ['ETHUD', undefined],
    ['R', rules],
    ['SUD', rules],
  ])
})

const withdraw = (label: string, more: object = {}) =>
  say(gateway, 'POST', '/admin/labels/withdraw', { resource: 'Condition/ned-1', label, reason: 'Coded by mistake', ...more })

it('lets an operator take away what codes gave wrongly, and does not give it again for the same code', async () => {
  await put(gateway, condition(icd10('F10.20')))
  expect((await withdraw('SUD', { reason: undefined })).status).toBe(400)
  expect((await withdraw('SUD', { resource: 'Condition/ned-2' })).status).toBe(404)
  expect(await withdraw('MH')).toMatchObject({ status: 422, body: { code: 'rule-broken' } })
  expect(await withdraw('SUD')).toMatchObject({ status: 200, body: { version: 2 } })
  expect(await labelsOf('Condition/ned-1')).toEqual([])
  // Whoever writes it again, with and without what it said.
  await put(gateway, condition(icd10('F10.20'), { clinicalStatus: { coding: [{ system: clinical, code: 'active' }] } }))
  expect(await labelsOf('Condition/ned-1')).toEqual([])
  expect((await say(gateway, 'GET', '/admin/labels/withdrawn')).body.items).toEqual([
    { resource: 'Condition/ned-1', label: 'SUD', by: 'local', at: expect.any(String), reason: 'Coded by mistake' },
  ])
  const { items } = (await say(gateway, 'GET', '/admin/audit')).body
  expect(items).toContainEqual(expect.objectContaining({ action: 'withdraw-label', entities: ['Condition/ned-1/_history/2'] }))
  // Another code tells anew, and so does a person.
  await put(gateway, condition(icd10('F11.20')))
  expect(await labelsOf('Condition/ned-1')).toEqual(['R', 'SUD'])
  expect((await withdraw('SUD')).status).toBe(200)
  await put(gateway, condition(icd10('F11.20'), { meta: { security: [act('SUD')] } }))
  expect(await labelsOf('Condition/ned-1')).toEqual(['SUD', 'R'])
})

it('takes away what the codes gave alone: not what somebody said, nor 42 CFR Part 2, nor more than was asked for', async () => {
  await put(gateway, condition({ coding: [...icd10('F11.20').coding, ...icd10('F32.1').coding] }))
  expect((await withdraw('SUD')).status).toBe(200)
  expect(await labelsOf('Condition/ned-1')).toEqual(['R', 'MH'])
  await put(gateway, condition(icd10('Z59.41'), { meta: { security: [act('SUD'), act('42CFRPart2')] } }))
  expect(await withdraw('SUD')).toMatchObject({ status: 422, body: { code: 'rule-broken' } })
  expect((await withdraw('42CFRPart2')).status).toBe(400)
  expect(await labelsOf('Condition/ned-1')).toEqual(['SUD', '42CFRPart2'])
  // What its code gave before it was corrected.
  await put(gateway, condition(icd10('F10.20')))
  const { meta } = (await say(gateway, 'GET', '/fhir/Condition/ned-1')).body
  await put(gateway, condition(icd10('Z59.41'), { meta: { security: meta.security } }))
  expect(await labelsOf('Condition/ned-1')).toEqual(['R', 'SUD'])
  expect((await withdraw('SUD')).status).toBe(200)
  expect(await labelsOf('Condition/ned-1')).toEqual([])
})
