/** Whoever asks what is to be done learns all of it, however much stands before that. */
import { afterEach, expect, test } from 'vitest'
import { event, make, marisol, put, say } from '../support/coordination.ts'
import { startGateway, systemDesk, type TestGateway } from '../support/gateway.ts'
import { openHospital } from '../support/hospital.ts'
import { putStraight } from '../support/straight.ts'

const canonical = 'https://warm-handoff.example/fhir'
/** As many as are found together, and one more. */
const many = Array.from({ length: 1001 }, (_, i) => i)
const haddad = [
  { url: `${canonical}/StructureDefinition/supervisor`, valueReference: { reference: 'PractitionerRole/prl-haddad' } },
]
const workItem = (id: string, owner: string, more: object = {}) => ({
  ...{ resourceType: 'Task', id, status: 'requested', intent: 'order', owner: { reference: owner } },
  code: { coding: [{ system: `${canonical}/CodeSystem/work-item-kind`, code: 'call' }] },
  ...more,
})

let gateway: TestGateway
afterEach(() => gateway.stop())

test('a session waits in the supervisor’s queue behind a thousand that do not, and so does work that is late', async () => {
  gateway = await startGateway()
  const person = (id: string, who: string, more: object = {}) =>
    put(gateway, { resourceType: 'PractitionerRole', id, practitioner: { reference: `Practitioner/${who}` }, ...more })
  await put(gateway, { resourceType: 'Practitioner', id: 'prc-haddad' })
  await person('prl-haddad', 'prc-haddad')
  await person('prl-intern', 'prc-intern', { extension: haddad })
  await put(gateway, marisol)
  const visit = (id: string, state?: string) => ({
    ...{ resourceType: 'Encounter', id, status: 'finished', subject: { reference: 'Patient/cli-marisol' } },
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    participant: [{ individual: { reference: 'Practitioner/prc-intern' } }],
    ...(state && { extension: [{ url: `${canonical}/StructureDefinition/domain-state`, valueCode: state }] }),
  })
  const late = [
    {
      url: `${canonical}/StructureDefinition/sla`,
      extension: [
        { url: 'policy', valueCode: 'response' },
        { url: 'started', valueDateTime: '2026-01-01T09:00:00Z' },
        { url: 'target', valueDateTime: '2026-01-01T10:00:00Z' },
      ],
    },
  ]
  await putStraight(gateway, [
    ...many.map((i) => visit(`held-${i}`)),
    ...many.map((i) => workItem(`timely-${i}`, 'PractitionerRole/prl-intern')),
    visit('signed', 'signed'),
    workItem('late', 'PractitionerRole/prl-intern', { extension: late }),
  ])
  const { body } = await say(gateway, 'GET', '/coordination/practitioners/prc-haddad/queue')
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['late', 'signed'])
})

test('what is most pressing heads a worklist, wherever it stands among a thousand', async () => {
  gateway = await startGateway()
  await put(gateway, marisol)
  await put(gateway, { resourceType: 'PractitionerRole', id: 'prl-okafor' })
  const list = await make(gateway, 'caseloads', { coordinatorId: 'prl-okafor', capacityWeighted: 20 })
  const own = 'PractitionerRole/prl-okafor'
  await putStraight(gateway, [
    ...many.map((i) => workItem(`some-${i}`, own)),
    workItem('first', own, { priority: 'stat', restriction: { period: { end: '2026-03-01' } } }),
  ])
  const { body } = await say(gateway, 'GET', `/coordination/caseloads/${list}/worklist?limit=1`)
  expect(body.items).toMatchObject([{ id: 'first' }])
})

test('whose client it is stands in the last of a thousand lists that name the client, too', async () => {
  gateway = await startGateway()
  await put(gateway, marisol)
  for (const id of ['prl-okafor', 'prl-osei']) await put(gateway, { resourceType: 'PractitionerRole', id })
  await putStraight(
    gateway,
    many.map((i) => ({
      ...{ resourceType: 'List', id: `old-${i}`, status: 'retired', mode: 'working' },
      code: { coding: [{ system: `${canonical}/CodeSystem/list-kind`, code: 'caseload' }] },
      entry: [{ item: { reference: 'Patient/cli-marisol' } }],
    })),
  )
  const primary = { clientId: 'cli-marisol', episodeId: 'epi-1', role: 'primary', acuity: 2 }
  const own = await make(gateway, 'caseloads', { coordinatorId: 'prl-okafor', capacityWeighted: 20 })
  await event(gateway, `caseloads/${own}`, 'assign', primary)
  const other = { coordinatorId: 'prl-osei', capacityWeighted: 20, assignments: [primary] }
  expect((await say(gateway, 'POST', '/coordination/caseloads', other)).status).toBe(409)
})

test('a client’s own follow-up keeps what was tried when its last day passes, beside a thousand that a payer tells of', async () => {
  const hospital = await openHospital()
  gateway = hospital
  const rosa = await hospital.register()
  await putStraight(
    hospital,
    many.map((i) => ({
      ...{ resourceType: 'Task', id: `told-${i}`, status: 'requested', intent: 'order', for: { reference: `Patient/${rosa}` } },
      code: { coding: [{ system: `${canonical}/CodeSystem/obligation-policy`, code: 'PAYER-OWN' }] },
    })),
  )
  await hospital.send()
  const [owed] = await hospital.search<{ id: string }>('Task?code=TCM-2BD')
  const path = `follow-ups/${owed!.id}`
  const tried = await hospital.event(path, { type: 'attempt', channel: 'phone', outcome: 'no-answer' })
  expect(tried.status, await tried.text()).toBe(200)
  hospital.clock.advance(40 * 24 * 3600_000)
  const desk = await systemDesk(hospital)
  await desk.passDueDates()
  const answer = await hospital.request(`/coordination/${path}`)
  expect(await answer.json()).toMatchObject({ state: 'missed', attempts: [{ outcome: 'no-answer' }] })
})
