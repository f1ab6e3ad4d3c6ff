/** Stories of secure links: Rosa, who needs food, the pantry that could help, mail of a real server, and pages as a browser reads them. */
import { event, make, put, say, sdoh } from './coordination.ts'
import type { TestGateway } from './gateway.ts'
import type { MailServerForTests } from './mail-server.ts'
import { connectMail } from './mail-story.ts'
import { drain } from './outbox.ts'

export const code = 'maple-7421'
const local = (name: string) => `https://warm-handoff.example/fhir/StructureDefinition/${name}`

export const pantry = {
  resourceType: 'Organization',
  id: 'org-pantry',
  name: 'Harvest Pantry',
  telecom: [
    { system: 'email', value: 'door@pantry.example' },
    { system: 'fax', value: '555-0190' },
  ],
}
export const harbor = { resourceType: 'Organization', id: 'org-harbor', name: 'Harbor Street Counseling' }
export const rosa = {
  resourceType: 'Patient',
  id: 'cli-rosa',
  identifier: [{ system: 'urn:stb', value: 'PSYCH-77' }],
  name: [{ use: 'official', family: 'Quintero', given: ['Rosa'] }],
  birthDate: '1990-04-02',
  communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es-US' }] }, preferred: true }],
  telecom: [
    { system: 'email', value: 'rosa@home.example' },
    { system: 'phone', value: '555-0101' },
    { system: 'phone', value: '555-0102', extension: [{ url: local('contact-safety'), valueCode: 'no' }] },
  ],
}
export const hunger = {
  resourceType: 'Condition',
  id: 'ned-food',
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
  verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] },
  category: [{ coding: [{ system: sdoh, code: 'food-insecurity' }] }],
  code: { text: 'Skips meals' },
  subject: { reference: 'Patient/cli-rosa' },
}

/** What she is asked to agree to, complete but for her word. */
export const release = {
  clientId: 'cli-rosa',
  kind: 'sdoh-cbo-release',
  grantedBy: { who: { id: 'cli-rosa' }, capacity: 'self' },
  disclosers: [{ id: 'org-harbor' }],
  recipients: [{ who: { id: 'org-pantry' } }],
  purposes: ['TREAT'],
  content: { narrative: 'Her need for food' },
  expires: { on: '2027-03-01' },
  jurisdiction: 'MD',
  language: 'es',
}
export const doc = {
  resourceType: 'DocumentReference',
  id: 'doc-signed',
  status: 'current',
  subject: { reference: 'Patient/cli-rosa' },
  content: [{ attachment: { contentType: 'application/pdf', url: 'Binary/b1' } }],
}

/** She signs it on paper; its id. */
export async function signs(gateway: TestGateway, changes: object = {}): Promise<string> {
  const id = await make(gateway, 'consents', {
    ...release,
    signature: { party: 'Patient/cli-rosa', role: 'client', method: 'wet', at: '2026-03-01T09:00:00-05:00' },
    copyDocumentId: 'doc-signed',
    ...changes,
  })
  await event(gateway, `consents/${id}`, 'activate')
  return id
}

export async function meet(gateway: TestGateway, server?: MailServerForTests): Promise<void> {
  for (const one of [pantry, harbor, rosa, hunger, doc]) await put(gateway, one)
  if (server) await connectMail(gateway, server.url)
}

/** A referral to the pantry that was sent; its id. */
export async function refers(gateway: TestGateway, consentId: string, changes: object = {}): Promise<string> {
  const id = await make(gateway, 'referrals', {
    clientId: 'cli-rosa',
    kind: 'community-service',
    category: { system: sdoh, code: 'food-insecurity' },
    service: { text: 'Food box' },
    reasons: ['ned-food'],
    priority: 'routine',
    intent: 'order',
    requester: { id: 'org-harbor', type: 'Organization' },
    target: { id: 'org-pantry', type: 'Organization' },
    consentId,
    doNotContact: 'no',
    ...changes,
  })
  await event(gateway, `referrals/${id}`, 'send')
  return id
}

/** A communication that bears a link; its path below /coordination. */
export async function bearer(gateway: TestGateway, about: string, changes: object = {}): Promise<string> {
  const id = await make(gateway, 'communications', {
    clientId: 'cli-rosa',
    direction: 'out',
    channel: 'email-tls',
    from: { id: 'org-harbor', type: 'Organization' },
    to: [{ id: 'cli-rosa', type: 'Patient' }],
    category: 'notification',
    classification: 'generic',
    notice: 'secure-link',
    about: [about],
    ...changes,
  })
  return `communications/${id}`
}
export const toPantry = { to: [{ id: 'org-pantry', type: 'Organization' }] }

/** What stands against queuing it: the status, and the places. */
export async function queued(gateway: TestGateway, mail: string, details: object = { code }): Promise<readonly unknown[]> {
  const { status, body } = await say(gateway, 'POST', `/coordination/${mail}/events`, { type: 'queue', ...details })
  return [status, ...(body.issues ?? []).map(({ path, message }: { path: string; message: string }) => `${path} ${message}`)]
}

/** Queues it and lets it leave; the path of the link that arrived. */
export async function mailed(gateway: TestGateway, server: MailServerForTests, mail: string): Promise<string> {
  await event(gateway, mail, 'queue', { code })
  await drain(gateway)
  return /http:\/\/localhost(\/messages\/\S+)/.exec(server.received.at(-1)!.text)![1]!
}

export interface Page {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  readonly ticket: string | undefined
}
export async function post(gateway: TestGateway, path: string, fields: Record<string, string>): Promise<Page> {
  const answer = await gateway.request(path, { method: 'POST', body: new URLSearchParams(fields) })
  const text = await answer.text()
  const ticket = /name="ticket" value="([^"]+)"/.exec(text)?.[1]
  return { status: answer.status, text, headers: answer.headers, ticket }
}
export const opens = (gateway: TestGateway, path: string, given = code): Promise<Page> => post(gateway, path, { code: given })
/** Sends a form of the page. */
export const answers = (gateway: TestGateway, path: string, page: Page, fields: Record<string, string>): Promise<Page> =>
  post(gateway, path, { ticket: page.ticket ?? '', ...fields })
