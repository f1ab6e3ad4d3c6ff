/** Everything that can make the gateway ask for an address that somebody gave it. */
import { exportJWK, generateKeyPair } from 'jose'
import { registerClient } from '../../support/client.ts'
import { clinicalDocument, section } from '../../support/clinical-document.ts'
import type { TestGateway } from '../../support/gateway.ts'
import { drain } from '../../support/outbox.ts'
import type { LeadingPartner } from './partner.ts'

export interface House {
  readonly gateway: TestGateway
  readonly partner: LeadingPartner
}

/** Tries to have an address asked for; whether it is refused before or later is of no matter. */
type Surface = (house: House, url: string) => Promise<void>

/** A connection is spoken to in every way there is, and then forgotten. */
async function speak({ gateway }: House, connection: object): Promise<void> {
  const at = '/admin/connections/led'
  const made = await gateway.request(at, {
    method: 'PUT',
    json: { kind: 'ehr', push: ['Patient'], pull: ['Patient'], retry: { baseMs: 1, capMs: 1, maxAttempts: 1 }, ...connection },
  })
  if (!made.ok) return
  for (const what of ['test', 'pull', 'reconcile?repair=true']) await gateway.request(`${at}/${what}`, { method: 'POST' })
  const changed = { resourceType: 'Patient', id: 'led', birthDate: new Date(gateway.clock.now++).toISOString().slice(0, 10) }
  await gateway.request('/fhir/Patient/led', {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    json: changed,
  })
  await drain(gateway)
  await gateway.request(at, { method: 'DELETE' })
}

const post = (gateway: TestGateway, path: string, json: object) =>
  gateway.request(path, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, json })

/** These ask, where they may. */
export const asking: Readonly<Record<string, Surface>> = {
  'the base of a connection': (house, url) => speak(house, { baseUrl: url }),
  'a token endpoint': (house, url) =>
    speak(house, {
      baseUrl: house.partner.baseUrl,
      auth: { type: 'client-credentials', tokenUrl: url, clientId: 'us', clientSecret: 'word' },
    }),
  'a token endpoint of SMART': async (house, url) => {
    const privateJwk = { ...(await exportJWK(await keys)), kid: 'k', alg: 'ES384' }
    await speak(house, {
      baseUrl: house.partner.baseUrl,
      auth: { type: 'smart-backend-services', tokenUrl: url, clientId: 'us', privateJwk },
    })
  },
  'a key set': async ({ gateway }, url) => {
    const client = await registerClient(gateway, 'system/Patient.rs', { jwks_uri: url }).catch(() => undefined)
    await client?.ask('system/Patient.rs')
    gateway.clock.advance(60_000)
  },
  'a mail server': async ({ gateway }, url) => {
    for (const scheme of ['smtp', 'smtps']) {
      const baseUrl = url.replace(/^https?:\/\//, `${scheme}://`).replace(/\/fhir$/, '')
      const json = { kind: 'mail', baseUrl, from: 'us@harbor.example' }
      const made = await gateway.request('/admin/connections/led', { method: 'PUT', json })
      if (made.ok) await gateway.request('/admin/connections/led/test', { method: 'POST' })
    }
    await gateway.request('/admin/connections/led', { method: 'DELETE' })
  },
}
const keys = generateKeyPair('ES384', { extractable: true }).then(({ privateKey }) => privateKey)

/** These never ask: an address in what somebody sends, or in what a partner answers, is a text. */
export const telling: Readonly<Record<string, Surface>> = {
  'a redirect': async (house, url) => {
    house.partner.lead(url, 'redirect')
    await speak(house, { baseUrl: house.partner.baseUrl })
    await asking['a key set']!(house, house.partner.baseUrl)
    await asking['a token endpoint']!(house, house.partner.baseUrl)
  },
  'what a partner answers': async (house, url) => {
    house.partner.lead(url, 'content')
    await speak(house, { baseUrl: house.partner.baseUrl })
  },
  'a resource': async ({ gateway }, url) => {
    const attachment = { contentType: 'application/pdf', url }
    for (const resource of [
      {
        resourceType: 'Patient',
        meta: { profile: [url], source: url },
        photo: [attachment],
        link: [{ other: { reference: url }, type: 'seealso' }],
      },
      { resourceType: 'DocumentReference', status: 'current', content: [{ attachment }], subject: { reference: url } },
      { resourceType: 'Endpoint', status: 'active', connectionType: { code: 'x' }, payloadType: [{ text: 'x' }], address: url },
      {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'x',
        criteria: 'Patient?',
        channel: { type: 'rest-hook', endpoint: url },
      },
      { resourceType: 'ValueSet', status: 'active', url, compose: { include: [{ system: url, valueSet: [url] }] } },
      {
        resourceType: 'Questionnaire',
        status: 'active',
        derivedFrom: [url],
        item: [{ linkId: '1', type: 'choice', answerValueSet: url }],
      },
      {
        resourceType: 'StructureDefinition',
        url,
        name: 'X',
        status: 'active',
        kind: 'resource',
        abstract: false,
        type: 'Patient',
        baseDefinition: url,
      },
    ])
      await post(gateway, `/fhir/${resource.resourceType}`, resource)
    await post(gateway, `/fhir/Patient/$validate?profile=${encodeURIComponent(url)}`, { resourceType: 'Patient' })
    const source = { name: 'x', endpoint: url }
    const header = {
      resourceType: 'MessageHeader',
      eventUri: url,
      source,
      destination: [source],
      focus: [{ reference: url }],
      definition: url,
    }
    await post(gateway, '/fhir/$process-message', {
      resourceType: 'Bundle',
      type: 'message',
      entry: [{ fullUrl: url, resource: header }],
    })
    const request = { method: 'GET', url }
    await post(gateway, '/fhir', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ request }, { fullUrl: url, request: { method: 'PUT', url } }],
    })
  },
  'a document': async ({ gateway }, url) => {
    const quoted = url
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('"', '&quot;')
      .replaceAll(/[\t\n\0]/g, ' ')
    const whole = clinicalDocument({
      sections: [section('11535-2', `<linkHtml href="${quoted}">x</linkHtml><renderMultiMedia referencedObject="${quoted}"/>`)],
    })
    const prologue = `<?xml-stylesheet type="text/xsl" href="${quoted}"?><!DOCTYPE x SYSTEM "${quoted}" [<!ENTITY % y SYSTEM "${quoted}"> %y; <!ENTITY z SYSTEM "${quoted}">]>`
    for (const body of [
      whole,
      whole.replace('<ClinicalDocument', `${prologue}<ClinicalDocument`),
      whole.replace('xmlns=', `xsi:schemaLocation="${quoted} ${quoted}" xmlns=`),
    ])
      await gateway.request('/documents', { method: 'POST', headers: { 'content-type': 'application/xml' }, body })
  },
}
