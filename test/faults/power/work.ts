/** A working day in a few seconds: partners, a hospital, clinicians and billing at once. What was promised to each of them is written down. */

import { ack, feed, openAgency } from '../../support/billing.ts'
import type { TestGateway } from '../../support/gateway.ts'
import { dischargeMessage } from '../../support/hl7v2.ts'

/** What an acknowledgement says that there is. */
export type Fact =
  | { readonly is: 'bundle' | 'message' | 'load'; readonly n: number }
  | { readonly is: 'version'; readonly id: string; readonly version: number }
  | { readonly is: 'session' | 'billed'; readonly id: string }

/** @property mark is in the bytes of the answer, and of no other */
export interface Promised {
  readonly mark: string
  readonly fact: Fact
}

export const system = 'urn:power'
export const hospital = 'urn:oid:2.16.840.1.113883.19.5'
/** In what is written, so that it can be found there. */
export const markOf = (n: number): string => `power-${String(n).padStart(6, '0')}`

/** Resources of one load. */
export const loadSize = 300

const named = (n: number) => [{ system, value: markOf(n) }]
const post = (name: string, resource: { resourceType: string; [element: string]: unknown }) => ({
  fullUrl: `urn:uuid:${name}`,
  resource,
  request: { method: 'POST', url: resource.resourceType },
})
const subject = { reference: 'urn:uuid:p' }
export const bundle = (n: number) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    post('p', { resourceType: 'Patient', identifier: [...named(n), { system: hospital, value: String(n) }] }),
    post('e', {
      ...{ resourceType: 'Encounter', identifier: named(n), status: 'planned', class: { code: 'AMB' }, subject },
    }),
    post('f', {
      ...{ resourceType: 'Flag', identifier: named(n), status: 'active', code: { text: 'x' }, subject },
      encounter: { reference: 'urn:uuid:e' },
    }),
  ],
})
/** The client of that bundle leaves the hospital. */
export const discharge = (n: number): string =>
  dischargeMessage({
    MSH: { 10: markOf(n) },
    PID: { 3: `${n}^^^STB&2.16.840.1.113883.19.5&ISO^MR` },
    PV1: { 19: `V-${markOf(n)}^^^STB` },
  })

const load = (n: number) =>
  Array.from({ length: loadSize }, (_, i) => ({
    resource: { resourceType: 'Basic', id: `load-${n}-${i}`, code: { text: 'x' }, subject: { display: 'x'.repeat(3000) } },
    request: { method: 'PUT', url: `Basic/load-${n}-${i}` },
  }))

/** Works until it is enough, and for some bundles more. */
export async function work(url: string, isEnough: () => boolean): Promise<readonly Promised[]> {
  const promised: Promised[] = []
  let next = 0
  let last = Number.POSITIVE_INFINITY
  const goesOn = (): boolean => {
    if (last === Number.POSITIVE_INFINITY && isEnough()) last = next + 60
    return next < last
  }
  const send = async (method: string, path: string, body: unknown, fact?: Fact): Promise<Record<string, unknown>> => {
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': typeof body === 'string' ? 'application/hl7-v2' : 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok || text.includes('MSA|AE') || text.includes('MSA|AR')) throw new Error(`${path}: ${answer.status} ${text}`)
    if (fact) promised.push({ mark: answer.headers.get('x-request-id') ?? '', fact })
    return typeof body === 'string' ? {} : JSON.parse(text)
  }
  const push = ['Patient', 'Flag']
  await send('POST', '/admin/connections', { name: 'harbor', kind: 'ehr', baseUrl: 'http://127.0.0.1:9/fhir', push })

  const client = async (): Promise<void> => {
    while (goesOn()) {
      const n = next++
      await send('POST', '/fhir', bundle(n), { is: 'bundle', n })
      if (n % 3 === 0) await send('POST', '/hl7v2', discharge(n), { is: 'message', n })
    }
  }
  /** Much at once: the WAL becomes so long that it is moved, and begins anew. */
  const loader = async (): Promise<void> => {
    for (let n = 0; last === Number.POSITIVE_INFINITY; n++)
      await send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry: load(n) }, { is: 'load', n })
  }
  const editor = async (): Promise<void> => {
    for (let n = 0; goesOn(); n++) {
      const id = `edited-${n}`
      for (let version = 1; version <= 3; version++)
        await send(
          'PUT',
          `/fhir/Basic/${id}`,
          { resourceType: 'Basic', id, identifier: named(version), code: { text: 'x' } },
          { is: 'version', id, version },
        )
    }
  }
  const biller = async (): Promise<void> => {
    const request = (path: string, init: RequestInit & { json?: unknown } = {}) =>
      fetch(url + path, {
        ...init,
        headers: { 'content-type': 'application/json' },
        ...(init.json !== undefined && { body: JSON.stringify(init.json) }),
      })
    const agency = await openAgency({ at: { request } as unknown as TestGateway })
    for (let after = ''; goesOn(); ) {
      const id = await agency.hold()
      await send('POST', `/coordination/sessions/${id}/events`, { type: 'sign' }, { is: 'session', id })
      const page = await feed(agency, after && `?after=${after}`)
      after = page.next
      for (const line of page.items) await send('POST', '/billing/acks', [ack(line, 'billed')], { is: 'billed', id: line.line })
    }
  }
  await Promise.all([...Array.from({ length: 6 }, client), loader(), editor(), biller()])
  return promised
}
