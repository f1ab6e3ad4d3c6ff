/** Marisol lets the hospital know about her treatment, and thinks better of it. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { event, marisol, patch, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
  await put(gateway, marisol)
  await put(gateway, {
    resourceType: 'DocumentReference',
    id: 'doc-signed',
    status: 'current',
    subject: { reference: 'Patient/cli-marisol' },
    content: [{ attachment: { contentType: 'application/pdf', url: 'Binary/b1' } }],
  })
})
afterEach(() => gateway.stop())

const asked = {
  clientId: 'cli-marisol',
  kind: 'part2-specific',
  grantedBy: { who: { id: 'cli-marisol' }, capacity: 'self' },
  disclosers: [{ external: { display: 'Harbor Street Counseling' } }],
  recipients: [{ who: { external: { display: 'St. Brendan’s' } } }],
  purposes: ['TREAT'],
  content: { narrative: 'Attendance and diagnoses', sensitivities: ['SUD'] },
  expires: { on: '2027-03-01' },
  redisclosureNotice: { id: 'statement-1' },
  jurisdiction: 'MD',
  language: 'es',
}
const signed = {
  signature: { party: 'Patient/cli-marisol', role: 'client', method: 'wet', at: '2026-03-01T09:00:00-05:00' },
  copyDocumentId: 'doc-signed',
}
const make = async (body: object): Promise<string> => {
  const made = await say(gateway, 'POST', '/coordination/consents', body)
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return `consents/${made.body.id}`
}

it('is signed, is then not rewritten, and ends when she says so', async () => {
  const member = await make(asked)
  await event(gateway, member, 'propose')
  const unsigned = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'activate' })
  expect([unsigned.status, unsigned.body.issues.map(({ path }: { path: string }) => path)]).toEqual([
    422,
    ['signature', 'copyDocumentId'],
  ])
  expect((await patch(gateway, member, signed)).status).toBe(200)
  expect(await event(gateway, member, 'activate')).toMatchObject({ state: 'active', givenAt: '2026-03-01T09:00:00-05:00' })

  const widened = await patch(gateway, member, { purposes: ['TREAT', 'HPAYMT'] })
  expect([widened.status, widened.body.issues[0].path]).toEqual([422, 'purposes'])
  expect((await patch(gateway, member, { confidentiality: 'R' })).status).toBe(200)
  const checked = { verified: true, verifiedWith: { id: 'cli-marisol' }, at: '2026-03-02T10:00:00Z' }
  expect((await patch(gateway, member, { verifications: [checked] })).body.verifications).toMatchObject([checked])

  const early = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'revoke', at: '2099-01-01T00:00:00Z' })
  expect([early.status, early.body.issues[0].path]).toEqual([422, 'at'])
  const gone = await event(gateway, member, 'revoke', { how: 'by telephone' })
  expect(gone).toMatchObject({ state: 'revoked', revokedHow: 'by telephone' })
  const again = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'activate' })
  expect([again.status, again.body.allowed]).toEqual([409, ['mark-error']])
  const stored = await say(gateway, 'GET', `/fhir/Consent/${gone.id}`)
  expect(stored.body).toMatchObject({
    status: 'inactive',
    sourceReference: { reference: 'DocumentReference/doc-signed' },
    verification: [{ verified: true, verifiedWith: { reference: 'Patient/cli-marisol' } }],
  })
})

it('is a record under the law that it is of, whoever told of it', async () => {
  const member = await make(asked)
  const told = await say(gateway, 'GET', `/coordination/${member}`)
  expect(told.body.legalBasis).toEqual(['42CFRPart2'])
  const stored = (await say(gateway, 'GET', `/fhir/Consent/${told.body.id}`)).body
  const { security: _, ...meta } = stored.meta
  await put(gateway, { ...stored, id: 'con-theirs', meta, status: 'active' })
  const theirs = (await say(gateway, 'GET', '/fhir/Consent/con-theirs')).body
  expect(theirs.meta).toMatchObject({ security: [{ code: '42CFRPart2' }], versionId: '1' })
})

it('another one takes its place, and then it is over', async () => {
  const former = await make({ ...asked, ...signed })
  await event(gateway, former, 'activate')
  const next = await make({ ...asked, ...signed, purposes: ['HPAYMT'], replaces: former.split('/')[1] })
  expect((await say(gateway, 'GET', `/coordination/${former}`)).body.state).toBe('active')
  await event(gateway, next, 'activate')
  expect((await say(gateway, 'GET', `/coordination/${former}`)).body.state).toBe('revoked')
  const listed = await say(gateway, 'GET', '/coordination/consents?client=cli-marisol&state=active')
  expect(listed.body.items.map(({ id }: { id: string }) => `consents/${id}`)).toEqual([next])
})

it('has run out the day after its last', async () => {
  const member = await make({ ...asked, ...signed })
  await event(gateway, member, 'activate')
  gateway.clock.now = Date.parse('2027-03-02T00:00:00Z')
  const { body } = await say(gateway, 'GET', `/coordination/${member}`)
  expect(body.state).toBe('expired')
  const late = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'revoke' })
  expect(late.status).toBe(409)
})

it('is given by whoever may give it, over papers that are hers', async () => {
  const guardian = { who: { id: 'rel-ana', type: 'RelatedPerson' }, capacity: 'guardian' }
  const ana = { resourceType: 'RelatedPerson', id: 'rel-ana', patient: { reference: 'Patient/cli-marisol' } }
  const refusedFor = async (body: object) => {
    const { status, body: answer } = await say(gateway, 'POST', '/coordination/consents', { ...asked, ...body })
    return [status, answer.issues?.[0]?.path]
  }
  expect(await refusedFor({ grantedBy: { ...asked.grantedBy, who: { id: 'cli-other' } } })).toEqual([422, 'grantedBy.who'])
  expect(await refusedFor({ grantedBy: guardian })).toEqual([422, 'grantedBy'])
  await put(gateway, ana)
  expect(await refusedFor({ grantedBy: guardian })).toEqual([422, 'grantedBy'])
  const url = 'https://warm-handoff.example/fhir/StructureDefinition/authority'
  await put(gateway, { ...ana, extension: [{ url, valueCode: 'guardian' }] })
  expect(await refusedFor({ grantedBy: guardian })).toEqual([201, undefined])
  expect(await refusedFor({ replaces: 'cns-unknown' })).toEqual([422, 'replaces'])

  const member = await make({ ...asked, ...signed, copyDocumentId: 'doc-unknown' })
  const activated = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'activate' })
  expect([activated.status, activated.body.issues[0].path]).toEqual([422, 'copyDocumentId'])
})
