/**
 * Sixteen systems tell of the same people at the same time. Each person is one record, every system is told the same id, and none is told
 * to try again. RACES says how many identifiers are fought for (1,000 take some minutes).
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dischargeMessage } from '../support/hl7v2.ts'
import { authority, type Hospital, openHospital } from '../support/hospital.ts'
import { notification } from '../support/notification.ts'

const racers = 16
const identifiers = Number(process.env.RACES ?? 10)
const patience = 60_000 + identifiers * 3000

let gateway: Hospital
beforeAll(async () => {
  gateway = await openHospital()
})
afterAll(() => gateway.stop())

const fhir = { 'content-type': 'application/fhir+json' }
const patient = (system: string, value: string) => ({ resourceType: 'Patient', identifier: [{ system, value }], active: true })
const send = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  gateway.request(path, { method, headers: { ...fhir, ...headers }, body: JSON.stringify(body) })

interface Told {
  readonly status: number
  readonly id: string | undefined
}

const byHeader = async (system: string, value: string): Promise<Told> => {
  const answer = await send('POST', '/fhir/Patient', patient(system, value), { 'if-none-exist': `identifier=${system}|${value}` })
  return { status: answer.status, id: answer.headers.get('location')?.split('/Patient/')[1]?.split('/')[0] }
}
const byUpdate = async (system: string, value: string): Promise<Told> => {
  const answer = await send('PUT', `/fhir/Patient?identifier=${system}|${value}`, patient(system, value))
  return { status: answer.status, id: answer.headers.get('location')?.split('/Patient/')[1]?.split('/')[0] }
}
const byTransaction = async (system: string, value: string): Promise<Told> => {
  const answer = await send('POST', '/fhir', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:p',
        resource: patient(system, value),
        request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=${system}|${value}` },
      },
      {
        fullUrl: 'urn:uuid:f',
        resource: { resourceType: 'Flag', status: 'active', code: { text: 'x' }, subject: { reference: 'urn:uuid:p' } },
        request: { method: 'POST', url: 'Flag' },
      },
    ],
  })
  const { entry } = (await answer.json()) as { entry?: { response: { location: string } }[] }
  return { status: answer.status, id: entry?.[0]?.response.location.split('/')[1] }
}

/** All racers, each identifier at once. */
async function race(system: string, ways: readonly ((system: string, value: string) => Promise<Told>)[]): Promise<void> {
  const values = Array.from({ length: identifiers }, (_, i) => `n${i}`)
  const told = await Promise.all(
    values.map((value) => Promise.all(Array.from({ length: racers }, (_, racer) => ways[racer % ways.length]!(system, value)))),
  )
  for (const [i, answers] of told.entries()) {
    expect(answers.filter(({ status }) => status !== 200 && status !== 201)).toEqual([])
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    const found = (await (await gateway.request(`/fhir/Patient?identifier=${system}|${values[i]}`)).json()) as {
      entry: { resource: { id: string } }[]
    }
    expect(found.entry.map(({ resource }) => resource.id)).toEqual([answers[0]!.id])
  }
}

it.each([
  ['If-None-Exist', [byHeader]],
  ['transactions', [byTransaction]],
  ['conditional updates', [byUpdate]],
  ['all of these together', [byHeader, byTransaction, byUpdate]],
])('one record for each person, by %s', (name, ways) => race(`urn:race:${name.replaceAll(' ', '-')}`, ways), patience)

/** The stays that a visit number has come to, after everybody told of it. */
const stays = async (visit: string): Promise<number> =>
  ((await (await gateway.request(`/fhir/Encounter?identifier=${authority}|${visit}&_summary=count`)).json()) as { total: number })
    .total

const adt = async (visit: string, racer: number): Promise<string> => {
  const body = dischargeMessage({ MSH: { 10: `${visit}-${racer}` }, PV1: { 19: `${visit}^^^STB` } })
  const answer = await gateway.request('/hl7v2', { method: 'POST', headers: { 'content-type': 'application/hl7-v2' }, body })
  return `${answer.status} ${/\rMSA\|(\w+)/.exec(await answer.text())?.[1]}`
}
const message = async (visit: string, racer: number): Promise<string> => {
  const identifier = [
    {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'VN' }] },
      system: authority,
      value: visit,
    },
  ]
  const body = notification({
    bundle: { id: `${visit}-${racer}` },
    header: { id: `${visit}-${racer}` },
    encounter: { identifier },
  })
  const answer = await send('POST', '/fhir/$process-message', body)
  const { entry } = (await answer.json()) as { entry?: { resource: { response?: { code: string } } }[] }
  return `${answer.status} ${entry?.[0]?.resource.response?.code}`
}

it.each([
  ['ADT', [adt], ['200 AA']],
  ['FHIR messages', [message], ['200 ok']],
  ['both', [adt, message], ['200 AA', '200 ok']],
])(
  'one stay for each visit, by %s',
  async (name, ways, expected) => {
    const visits = Array.from({ length: identifiers }, (_, i) => `${name.replaceAll(' ', '')}${i}`)
    const told = await Promise.all(
      visits.flatMap((visit) => Array.from({ length: racers }, (_, racer) => ways[racer % ways.length]!(visit, racer))),
    )
    expect(new Set(told)).toEqual(new Set(expected))
    for (const visit of visits) expect([visit, await stays(visit)]).toEqual([visit, 1])
  },
  patience,
)
