/**
 * A clinic that keeps records of substance use treatment beside others, and three programs that ask it for things: the programme's own,
 * which has the right to such records, the clinic's, which has not, and the operators. Everybody is invented.
 */
import serviceLine from '../../mappings/service-line.charge-item.ts'
import { ServiceLine } from '../../src/domain/service-line.ts'
import { nextOf } from '../../src/flows/next-version.ts'
import { system } from '../../src/gateway.ts'
import { ask, write } from '../../src/store/store.ts'
import { registerClient } from './client.ts'
import { sdoh } from './coordination.ts'
import { adminToken, startGateway, type TestGateway } from './gateway.ts'

/** Stands in all that is protected; in what only a therapist may know stands the other one. */
export const secret = 'wormwood'
export const confided = 'laudanum'

export const who = ['programme', 'clinic', 'operator'] as const
export type Who = (typeof who)[number]

export interface Clinic {
  readonly gateway: TestGateway
  /** Id of a need that the programme's people told of. */
  readonly need: string
  ask(who: Who, path: string, init?: RequestInit & { readonly json?: unknown }): Promise<Response>
  stop(): Promise<void>
}

const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const labelled = (...codes: string[]) => ({ security: codes.map((code) => ({ system: actCode, code })) })
const part2 = { meta: labelled('42CFRPart2') }
const subject = { reference: 'Patient/rosa' }
const code = { coding: [{ system: 'urn:s', code: secret, display: secret }], text: secret }
const clinical = (word: string, name: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/condition-${name}`, code: word }],
})
const condition = (id: string, more: object) => ({
  resourceType: 'Condition',
  id,
  subject,
  clinicalStatus: clinical('active', 'clinical'),
  verificationStatus: clinical('confirmed', 'ver-status'),
  recordedDate: '2026-02-01',
  code,
  ...more,
})
const base64 = btoa(secret)
const beside = (id: string) => ({ reference: `Condition/${id}`, display: secret, identifier: { system: 'urn:s', value: secret } })

const resources = [
  { resourceType: 'Organization', id: 'org-1', name: 'Harbor Street' },
  { resourceType: 'Patient', id: 'rosa', name: [{ family: 'Quintero' }] },
  condition('ned-open', { code: { text: 'Food insecurity' } }),
  condition('ned-1', part2),
  // What is labelled later has said it before.
  condition('ned-2', {}),
  condition('ned-2', part2),
  condition('ned-3', { meta: labelled('PSYTHPN'), code: { text: confided } }),
  {
    resourceType: 'Observation',
    id: 'pms-1',
    ...part2,
    status: 'final',
    code,
    subject,
    extension: [
      { url: 'http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal', valueReference: { reference: 'Goal/gol-1' } },
    ],
    effectiveDateTime: '2026-02-01T10:00:00Z',
    valueQuantity: { value: 7, unit: secret },
  },
  {
    resourceType: 'Goal',
    id: 'gol-1',
    lifecycleStatus: 'active',
    description: { text: 'Sleep through the night' },
    subject,
    target: [{ measure: { coding: [{ system: 'urn:s', code: 'm' }] }, detailQuantity: { value: 3 } }],
  },
  {
    resourceType: 'CarePlan',
    id: 'cpl-1',
    status: 'active',
    intent: 'plan',
    title: 'Together',
    subject,
    // Of a type that no author is of: a coordinator reads it as it stands.
    author: beside('ned-1'),
    // What is said beside a reference is said of what it leads to.
    addresses: [{ reference: 'Condition/ned-open' }, beside('ned-1'), beside('ned-2')],
    text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${secret}</div>` },
  },
  {
    resourceType: 'Composition',
    id: 'cmp-1',
    status: 'final',
    type: { text: 'Discharge summary' },
    subject,
    date: '2026-02-01',
    author: [{ display: 'The programme' }],
    title: 'Discharge summary',
    section: [
      {
        text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${secret}</div>` },
        entry: [{ reference: 'Condition/ned-1' }],
      },
    ],
  },
  { resourceType: 'Binary', id: 'bin-1', contentType: 'text/plain', data: base64 },
  {
    resourceType: 'DocumentReference',
    id: 'doc-1',
    ...part2,
    status: 'current',
    subject,
    description: secret,
    content: [{ attachment: { contentType: 'text/plain', url: 'Binary/bin-1' } }],
  },
  { resourceType: 'List', id: 'all', status: 'current', mode: 'working', entry: [{ item: beside('ned-1') }] },
  {
    resourceType: 'Encounter',
    id: 'ses-1',
    status: 'finished',
    class: { code: 'AMB' },
    subject,
    reasonReference: [beside('ned-1')],
  },
  // A version of its own from before.
  {
    resourceType: 'Encounter',
    id: 'ses-1',
    status: 'finished',
    class: { code: 'AMB' },
    subject,
    diagnosis: [{ condition: beside('ned-2') }],
  },
]

// Made here alone, so that no door takes it.
const line = serviceLine.write(
  ServiceLine.parse({
    ...{
      clientId: 'rosa',
      code: 'H0004',
      units: '3',
      diagnoses: ['F10.20'],
      pointers: [1],
      placeOfService: '11',
      state: 'ready',
      legalBasis: ['42CFRPart2'],
    },
    ...{ serviceFrom: '2026-02-01', serviceTo: '2026-02-01', createdAt: '2026-02-02T00:00:00Z' },
  }),
)

/** As the programme's people tell it. */
const told = {
  clientId: 'rosa',
  domain: 'sdoh',
  category: {
    system: sdoh,
    code: 'food-insecurity',
  },
  code: { text: secret },
  assertedBy: 'client',
  clientView: 'agrees',
  legalBasis: ['42CFRPart2'],
}

export async function openClinic(): Promise<Clinic> {
  // What is not sound came from elsewhere: it stays, and is read as it stands.
  const gateway = await startGateway({ auth: 'smart', validation: 'mark' })
  const scope = 'system/*.cruds system/AuditEvent.rs'
  const clients = {
    programme: await registerClient(gateway, scope, { protected_records: true }),
    clinic: await registerClient(gateway, scope),
  }
  const ofClient = { programme: await clients.programme.bearer(scope), clinic: await clients.clinic.bearer(scope) }
  const headersOf = (who: Who) => (who === 'operator' ? { authorization: `Bearer ${adminToken}` } : ofClient[who])
  let need = ''
  const clinic: Clinic = {
    gateway,
    get need() {
      return need
    },
    ask: (who, path, { headers, ...init } = {}) =>
      gateway.request(path, { ...init, headers: { ...headersOf(who), ...(headers as Record<string, string>) } }),
    stop: () => gateway.stop(),
  }
  for (const resource of resources) {
    const put = await clinic.ask('programme', `/fhir/${resource.resourceType}/${resource.id}`, { method: 'PUT', json: resource })
    if (!put.ok) throw new Error(`${resource.id}: ${await put.text()}`)
  }
  const { store } = await gateway.gateway.context(system())
  await store.commit(function* () {
    const { at } = yield* ask({ ask: 'now' })
    yield* write(nextOf(line.ChargeItem, 'chg-1', undefined, at))
    return { ok: true, value: undefined }
  })
  const made = await clinic.ask('programme', '/coordination/needs', { method: 'POST', json: told })
  if (!made.ok) throw new Error(await made.text())
  need = ((await made.json()) as { id: string }).id
  const note = '/coordination/sessions/ses-1/psychotherapy-note'
  const kept = await clinic.ask('programme', note, { method: 'PUT', json: { body: confided } })
  if (!kept.ok) throw new Error(await kept.text())
  return clinic
}
