/** Rosa is treated for her drinking; the hospital may know of it as long as she says so. Everybody is invented. */
import { expect } from 'vitest'
import { event, make, put, say } from './coordination.ts'
import type { TestGateway } from './gateway.ts'

export const label = (code: string) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code })
export const secret = 'Alcohol use disorder'

/** Under 42 CFR Part 2. */
export const drinking = (text = secret) => ({
  resourceType: 'Condition',
  id: 'ned-drinking',
  meta: { security: [label('42CFRPart2'), label('SUD')] },
  subject: { reference: 'Patient/cli-rosa' },
  code: { text },
})

const people = [
  { resourceType: 'Organization', id: 'org-ehr', name: 'Northwind Hospital' },
  { resourceType: 'Organization', id: 'org-harbor', name: 'Harbor Street Counseling' },
  { resourceType: 'Patient', id: 'cli-rosa', name: [{ family: 'Quintero', given: ['Rosa'] }] },
  {
    resourceType: 'DocumentReference',
    id: 'doc-signed',
    status: 'current',
    subject: { reference: 'Patient/cli-rosa' },
    content: [{ attachment: { contentType: 'application/pdf', url: 'Binary/b1' } }],
  },
]
export const meet = async (gateway: TestGateway): Promise<void> => {
  for (const person of people) await put(gateway, person)
}

const agreed = {
  clientId: 'cli-rosa',
  kind: 'part2-specific',
  grantedBy: { who: { id: 'cli-rosa' }, capacity: 'self' },
  disclosers: [{ id: 'org-harbor' }],
  recipients: [{ who: { id: 'org-ehr' } }],
  purposes: ['TREAT'],
  content: { narrative: 'Her diagnoses', sensitivities: ['SUD'] },
  expires: { on: '2027-03-01' },
  redisclosureNotice: { id: 'statement-1' },
  jurisdiction: 'MD',
  language: 'es',
  signature: { party: 'Patient/cli-rosa', role: 'client', method: 'wet', at: '2026-03-01T09:00:00-05:00' },
  copyDocumentId: 'doc-signed',
}

/** She signs one; its id. */
export async function agrees(gateway: TestGateway, changes: object = {}): Promise<string> {
  const id = await make(gateway, 'consents', { ...agreed, ...changes })
  await event(gateway, `consents/${id}`, 'activate')
  return id
}
export const revokes = (gateway: TestGateway, id: string) => event(gateway, `consents/${id}`, 'revoke', { how: 'by telephone' })

/** Her account of disclosures, oldest first. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the answer holds
export async function account(gateway: TestGateway): Promise<any[]> {
  const { status, body } = await say(gateway, 'GET', '/coordination/disclosures?client=cli-rosa')
  expect(status).toBe(200)
  return body.items.toReversed()
}
