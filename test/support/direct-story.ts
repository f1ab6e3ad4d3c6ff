/** What stories about Direct begin with: a HISP that speaks TLS and wants to be signed in to, a client, and a psychiatrist with a Direct address. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { meet } from './consent-story.ts'
import { event, put, say } from './coordination.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { localhost } from './localhost-certificate.ts'
import { type MailServerForTests, startMailServer } from './mail-server.ts'

export const ours = 'care@direct.harbor.example'
export const theirs = 'o.osei@direct.northwind.example'
const isDirect = { url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-direct', valueBoolean: true }
export const telecom = [
  { system: 'email', value: 'osei@northwind.example', rank: 1 },
  { system: 'email', value: theirs, extension: [isDirect], rank: 2 },
]
export const osei = {
  resourceType: 'PractitionerRole',
  id: 'prl-osei',
  practitioner: { reference: 'Practitioner/prc-osei' },
  organization: { reference: 'Organization/org-ehr' },
  telecom,
}

/** The process trusts the HISP's certificate, as `NODE_EXTRA_CA_CERTS` has it do; answers the way back. */
export function trusted(): () => void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, localhost.cert])
  return () => setDefaultCACertificates(before)
}

export const startHisp = (): Promise<MailServerForTests> =>
  startMailServer({
    ...localhost,
    disabledCommands: [],
    allowInsecureAuth: false,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username ?? '' }) : done(new Error('no')),
  })

/** Puts the connection; answers what was said of it. */
export const connectHisp = (gateway: TestGateway, baseUrl: string, changes: object = {}) =>
  say(gateway, 'PUT', '/admin/connections/hisp', {
    kind: 'direct',
    baseUrl,
    from: ours,
    auth: { type: 'basic', user: 'harbor', password: 'right' },
    retry: { baseMs: 1000, capMs: 60_000, maxAttempts: 3 },
    ...changes,
  })

/** A gateway that knows the people, and the HISP. */
export async function directGateway(hisp: MailServerForTests, options: object = {}): Promise<TestGateway> {
  const gateway = await startGateway({ allowTargets: [hisp.target], ...options })
  await meet(gateway)
  await put(gateway, { resourceType: 'Practitioner', id: 'prc-osei', name: [{ family: 'Osei', given: ['Ola'] }] })
  await put(gateway, osei)
  await connectHisp(gateway, hisp.url)
  return gateway
}

/** A draft to Dr. Osei about Rosa; answers its path below /coordination. */
export async function letter(gateway: TestGateway, changes: object = {}): Promise<string> {
  const made = await say(gateway, 'POST', '/coordination/communications', {
    clientId: 'cli-rosa',
    direction: 'out',
    channel: 'direct',
    from: { id: 'org-harbor', type: 'Organization' },
    to: [{ id: 'prl-osei', type: 'PractitionerRole' }],
    category: 'notification',
    classification: 'phi',
    subject: 'Sleep',
    body: 'Rosa sleeps four hours a night since Monday.',
    ...changes,
  })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return `communications/${made.body.id}`
}

/** The same, queued. */
export async function queued(gateway: TestGateway, changes: object = {}): Promise<string> {
  const member = await letter(gateway, changes)
  await event(gateway, member, 'queue')
  return member
}

/** A notification as it lies in the HISP's mailbox; `messageId` with its brackets. */
export const notification = (messageId: string, disposition: string): string =>
  [
    'From: postmaster@direct.northwind.example',
    `To: ${ours}`,
    'Message-ID: <mdn-1@direct.northwind.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=disposition-notification;',
    ' boundary="=_half"',
    '',
    '--=_half',
    'Content-Type: text/plain',
    '',
    'Your message was seen to.',
    '--=_half',
    'Content-Type: message/disposition-notification',
    '',
    'Reporting-UA: direct.northwind.example; Security Agent',
    `Final-Recipient: rfc822; ${theirs}`,
    `Original-Message-ID: ${messageId}`,
    `Disposition: automatic-action/MDN-sent-automatically; ${disposition}`,
    ...(disposition === 'dispatched' ? ['X-DIRECT-FINAL-DESTINATION-DELIVERY:'] : []),
    '',
    '--=_half--',
    '',
  ].join('\r\n')

/** Brings it to the gateway; answers the status and the body. */
export async function bring(gateway: TestGateway, body: string, type = 'message/rfc822', name = 'hisp') {
  const answer = await gateway.request(`/admin/connections/${name}/notices`, {
    method: 'POST',
    headers: { 'content-type': type, authorization: 'Bearer an-operators-token' },
    body,
  })
  return { status: answer.status, body: (await answer.json()) as { code?: string; communication?: string; told?: string } }
}
