/** What stories about mail begin with: a client who reads Spanish and has an address, and a connection that mail leaves by. */
import { marisol, say } from './coordination.ts'
import type { TestGateway } from './gateway.ts'

export const from = 'no-reply@harbor.example'

/** Puts the connection; answers what was said of it. */
export const connectMail = (gateway: TestGateway, baseUrl: string, changes: object = {}) =>
  say(gateway, 'PUT', '/admin/connections/post', {
    kind: 'mail',
    baseUrl,
    from,
    retry: { baseMs: 1000, capMs: 60_000, maxAttempts: 5 },
    ...changes,
  })

const safety = 'https://warm-handoff.example/fhir/StructureDefinition/contact-safety'
export const withMail = (safe = 'yes', changes: object = {}) => ({
  ...marisol,
  communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es-US' }] }, preferred: true }],
  telecom: [{ system: 'email', value: 'mv@home.example', extension: [{ url: safety, valueCode: safe }] }],
  ...changes,
})

/** A message to her; answers its path below /coordination. */
export async function messageTo(gateway: TestGateway, changes: object): Promise<string> {
  const made = await say(gateway, 'POST', '/coordination/communications', {
    clientId: 'cli-marisol',
    direction: 'out',
    channel: 'email-tls',
    from: { id: 'org-1', type: 'Organization' },
    to: [{ id: 'cli-marisol', type: 'Patient' }],
    category: 'reminder',
    classification: 'generic',
    ...changes,
  })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return `communications/${made.body.id}`
}
