/** All that comes in, each kind as its sender sends it, again and again until it is acknowledged. Everybody is invented. */
import type { SandboxServer } from '../../../src/demo/sandbox/fhir-server.ts'
import { frame } from '../../../src/hl7v2/mllp.ts'
import { type Agency, ack, feed, openAgency } from '../../support/billing.ts'
import { clinicalDocument } from '../../support/clinical-document.ts'
import type { TestGateway } from '../../support/gateway.ts'
import { bytes, segmentText } from '../../support/hl7v2.ts'
import { notification } from '../../support/notification.ts'
import { bundle, discharge, hospital, markOf } from '../power/work.ts'
import { openSender, verdictOf } from '../sender.ts'

/** An address at which nobody listens. */
export const nobody = '127.0.0.1:9'

/** Where the gateway is now: it is somewhere else after each start. */
export interface Where {
  readonly url: string
  readonly mllpPort: number
}

export interface Kind {
  readonly name: string
  /** What has to be there before the n-th one is sent. */
  prepare?(at: Where, n: number): Promise<void>
  /** What its sender is told: nothing if no answer came. */
  send(at: Where, n: number): Promise<string | undefined>
  /** The acknowledgement that the sender waits for. */
  readonly acknowledged: RegExp
  /** Its parts stand alone: one may be there without the others. */
  readonly isDivided?: true
}

interface Told {
  readonly status: number
  readonly text: string
}

async function ask(url: string, method: string, body: unknown, headers: Record<string, string> = {}): Promise<Told | undefined> {
  try {
    const answer = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: answer.status, text: await answer.text() }
  } catch {
    return undefined
  }
}

async function must(url: string, method: string, body: unknown): Promise<void> {
  const told = await ask(url, method, body)
  if (!told || told.status >= 300) throw new Error(`${method} ${url}: ${told?.status} ${told?.text}`)
}

const key = (n: number) => ({ 'idempotency-key': markOf(n) })
const said = (told: Told | undefined): string | undefined => told && `${told.status} ${told.text}`

async function overMllp({ mllpPort }: Where, message: string): Promise<string | undefined> {
  const sender = await openSender(mllpPort)
  await sender.write(frame(bytes(message)))
  const answer = await sender.answer()
  sender.close()
  return answer && verdictOf(answer)
}
const overHttp = async ({ url }: Where, message: string): Promise<string | undefined> => {
  const told = await ask(`${url}/hl7v2`, 'POST', message, { 'content-type': 'application/hl7-v2' })
  return told && verdictOf(told.text)
}

/** The client of the n-th one. */
const client = ({ url }: Where, n: number) =>
  must(`${url}/fhir/Patient/cli-${n}`, 'PUT', {
    ...{ resourceType: 'Patient', id: `cli-${n}`, identifier: [{ system: hospital, value: String(n) }] },
  })

const msh = (n: number, type: string) =>
  segmentText('MSH', {
    2: '^~\\&',
    3: 'CAREADT',
    4: 'STBRENDAN',
    7: '20260302090000',
    9: type,
    10: markOf(n),
    11: 'P',
    12: '2.5.1',
  })
const pid = (n: number) => segmentText('PID', { 3: `${n}^^^STB&2.16.840.1.113883.19.5&ISO^MR` })

/** PHQ-9 with 1 to each item. */
const result = (n: number): string =>
  [
    ...[msh(n, 'ORU^R01^ORU_R01'), pid(n)],
    segmentText('OBR', { 1: '1', 3: `R-${n}^STB`, 4: '44249-1^PHQ-9^LN', 7: '20260302080000' }),
    ...['44250-9', '44255-8', '44259-0', '44254-1', '44251-7', '44258-2', '44252-5', '44253-3', '44260-8'].map((code, i) =>
      segmentText('OBX', { 1: `${i + 1}`, 2: 'NM', 3: `${code}^item^LN`, 5: '1', 11: 'F' }),
    ),
    '',
  ].join('\r')

const appointment = (n: number): string =>
  [
    ...[
      msh(n, 'SIU^S12^SIU_S12'),
      segmentText('SCH', { 1: `P-${n}`, 2: `F-${n}^STB`, 7: 'FOLLOWUP', 9: '45', 10: 'min', 25: 'Booked' }),
    ],
    ...[segmentText('TQ1', { 7: '20260314093000' }), pid(n), segmentText('AIL', { 1: '1', 3: 'OPD^Room 2^^STB' }), ''],
  ].join('\r')

const message = (n: number): object =>
  notification({
    bundle: { identifier: { system: 'urn:power', value: markOf(n) } },
    header: { id: `note-${n}` },
    patient: { identifier: [{ system: hospital, value: String(n) }] },
    encounter: {
      identifier: [
        {
          type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'VN' }] },
          ...{ system: hospital, value: `V-${n}` },
        },
      ],
    },
  })

/** The same without references between its entries, each made once. */
const batch = (n: number) => ({
  resourceType: 'Bundle',
  type: 'batch',
  entry: ['Basic', 'Basic', 'Basic'].map((type, i) => ({
    resource: { resourceType: type, identifier: [{ system: 'urn:power', value: `${markOf(n)}-${i}` }], code: { text: 'x' } },
    request: { method: 'POST', url: type, ifNoneExist: `identifier=urn:power|${markOf(n)}-${i}` },
  })),
})

/** An agency on a gateway that is elsewhere after each start; what it keeps is known by ids. */
async function agencyOf(at: () => Where): Promise<Agency> {
  const request = (path: string, init: RequestInit & { json?: unknown } = {}) =>
    fetch(at().url + path, {
      ...init,
      headers: { 'content-type': 'application/json', ...init.headers },
      ...(init.json !== undefined && { body: JSON.stringify(init.json) }),
    })
  return openAgency({ at: { request } as unknown as TestGateway })
}

/** @param at where the gateway is now */
export async function kindsOf(at: () => Where, partner: SandboxServer): Promise<readonly Kind[]> {
  const { url } = at()
  await must(`${url}/admin/connections`, 'POST', {
    ...{ name: 'st-brendan', kind: 'hospital', timeZone: 'America/New_York' },
    senders: [{ application: 'CAREADT', facility: 'STBRENDAN' }, { endpoint: 'https://stbrendan.example/fhir' }],
    assigningAuthorities: { STB: hospital },
  })
  // What is told to others is counted as it is queued: nobody is there to take it.
  const push = ['Encounter', 'Condition', 'Task', 'Appointment', 'QuestionnaireResponse', 'Flag', 'Location', 'DocumentReference']
  await must(`${url}/admin/connections`, 'POST', { name: 'gone', kind: 'ehr', baseUrl: `http://${nobody}/fhir`, push })
  const east = { name: 'east', kind: 'ehr', baseUrl: partner.baseUrl, pull: ['Location'] }
  await must(`${url}/admin/connections`, 'POST', east)
  const agency = await agencyOf(at)
  const sessions = new Map<number, string>()
  const lines = new Map<number, object>()
  let cursor = ''
  return [
    { name: 'ADT over MLLP', prepare: client, send: (to, n) => overMllp(to, discharge(n)), acknowledged: /^AA power/ },
    { name: 'ADT over HTTP', prepare: client, send: (to, n) => overHttp(to, discharge(n)), acknowledged: /^AA power/ },
    { name: 'a result (ORU)', prepare: client, send: (to, n) => overMllp(to, result(n)), acknowledged: /^AA power/ },
    { name: 'an appointment (SIU)', prepare: client, send: (to, n) => overMllp(to, appointment(n)), acknowledged: /^AA power/ },
    {
      name: 'a FHIR message',
      prepare: client,
      send: async (to, n) => said(await ask(`${to.url}/fhir/$process-message`, 'POST', message(n))),
      acknowledged: /^200 .*"code":"ok"/,
    },
    {
      name: 'a transaction',
      send: async (to, n) => said(await ask(`${to.url}/fhir`, 'POST', bundle(n), key(n))),
      acknowledged: /^200 /,
    },
    {
      name: 'a batch',
      send: async (to, n) => said(await ask(`${to.url}/fhir`, 'POST', batch(n), key(n))),
      acknowledged: /^200 /,
      isDivided: true,
    },
    {
      name: 'a clinical document',
      prepare: client,
      send: async (to, n) => {
        const named = { id: `DOC-${n}`, patient: String(n), visit: `V-${n}` }
        const document = clinicalDocument(named).replaceAll('SET-1', `SET-${n}`)
        return said(await ask(`${to.url}/documents`, 'POST', document, { 'content-type': 'application/cda+xml' }))
      },
      acknowledged: /^20[01] /,
    },
    {
      name: 'a pull',
      prepare: async (_, n) => void partner.put('Location', `loc-${n}`, { name: `Room ${n}`, status: 'active' }),
      send: async (to) => said(await ask(`${to.url}/admin/connections/east/pull`, 'POST', {})),
      acknowledged: /^200 /,
    },
    {
      name: 'a command that signs',
      prepare: async (_, n) => void sessions.set(n, await agency.hold()),
      send: async (to, n) =>
        said(await ask(`${to.url}/coordination/sessions/${sessions.get(n)}/events`, 'POST', { type: 'sign' }, key(n))),
      acknowledged: /^200 /,
    },
    {
      name: 'an acknowledgement of billing',
      prepare: async (_, n) => {
        await agency.sign()
        const page = await feed(agency, cursor && `?after=${cursor}`)
        cursor = page.next
        lines.set(n, ack(page.items.at(-1)!, 'billed'))
      },
      send: async (to, n) => said(await ask(`${to.url}/billing/acks`, 'POST', [lines.get(n)], key(n))),
      acknowledged: /^200 /,
    },
  ]
}
