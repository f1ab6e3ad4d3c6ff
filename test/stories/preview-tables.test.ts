/** A changed code table is looked at before it is made: what it would make of the messages and records that are here. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Hospital, openHospital } from '../support/hospital.ts'
import { notification } from '../support/notification.ts'

let hospital: Hospital
beforeEach(async () => {
  hospital = await openHospital()
})
afterEach(() => hospital.stop())

interface Previewed {
  readonly messages: { readonly read: number; readonly changed: number }
  readonly resources: { readonly read: number; readonly changed: number }
  readonly items: readonly { readonly of: string; readonly differences: readonly { readonly path: string }[] }[]
}
async function preview(json: object): Promise<Previewed> {
  const answer = await hospital.admin('mappings/preview', { method: 'POST', json })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Previewed
}
const disposition = (...rows: object[]) => ({ table: 'dischargeDisposition', rows })

test('a code that was unknown until now is shown in the message that had it, place by place', async () => {
  await hospital.register()
  await hospital.send({ PV1: { 36: 'HOM' } })
  await hospital.send({ MSH: { 10: 'SB-2' }, PV1: { 19: 'V2^^^STB' } })
  const [other, odd] = await hospital.messages()
  const before = await hospital.list('discharges')
  const { messages, items } = await preview({ tables: [disposition({ code: 'HOM', term: '01' })] })
  expect(messages).toEqual({ read: 2, changed: 1 })
  expect(items).toMatchObject([
    {
      of: odd!.id,
      differences: [
        { path: 'visit.disposition.system', after: 'https://www.nubc.org/CodeSystem/PatDischargeStatus' },
        { path: 'visit.disposition.code', before: 'HOM', after: '01' },
        { path: 'visit.disposition.display', after: 'Home' },
        { path: 'issues', before: [expect.stringContaining('PV1-36')], after: [] },
      ],
    },
  ])
  const gone = await preview({ tables: [disposition({ code: '01', term: null })] })
  expect(gone.items.map(({ of }) => of)).toEqual([other!.id])
  // Nothing was written, and the table is as it was.
  expect(await hospital.list('discharges')).toEqual(before)
  expect((await hospital.messages())[1]).toEqual(odd)
  expect(await hospital.send({ MSH: { 10: 'SB-3' }, PV1: { 19: 'V3^^^STB', 36: 'HOM' } })).toBe('AA')
  const codes = (await hospital.list('discharges')).map((one) => (one.disposition as { code: string }).code)
  expect(codes.sort()).toEqual(['01', 'HOM', 'HOM'])
})

test('so is what would become of records: how they are read, and what would be written', async () => {
  const client = await hospital.register()
  const need = {
    resourceType: 'Condition',
    subject: { reference: `Patient/${client}` },
    code: { text: 'is about to lose the flat' },
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
    severity: { coding: [{ system: 'http://snomed.info/sct', code: '255604002' }] },
  }
  const made = await hospital.request('/fhir/Condition', { method: 'POST', json: need })
  expect(made.status, await made.clone().text()).toBe(201)
  const { id } = (await made.json()) as { id: string }
  const { resources, items } = await preview({
    tables: [{ table: 'severity', rows: [{ code: '255604002', term: 'moderate' }] }],
  })
  expect(resources.changed).toBe(1)
  expect(items).toMatchObject([{ of: `Condition/${id}`, differences: [{ path: 'severity', before: 'mild', after: 'moderate' }] }])
})

test('notifications are read again as well, and as many as are wanted', async () => {
  await hospital.request('/fhir/$process-message', { method: 'POST', json: notification() })
  await hospital.send()
  const change = { tables: [disposition({ code: '01', term: '02' })] }
  expect((await preview(change)).messages.read).toBe(2)
  expect(await preview({ ...change, messages: 1, resources: 0 })).toMatchObject({ messages: { read: 1 }, resources: { read: 0 } })
})

test.each([
  [{}, ['tables']],
  [{ tables: [{ table: 'nobody', rows: [{ code: 'a', term: 'b' }] }] }, ['tables.0.table']],
  [{ tables: [disposition({ code: 'HOM', term: 'home' })] }, ['tables.0.rows.0.term']],
  [{ tables: [disposition({ code: 'HOM', term: null })] }, ['tables.0.rows.0']],
  [{ tables: [disposition({ code: 'HOM', term: '01' }, { code: 'HOM', term: '02' })] }, ['tables.0.rows.1']],
  [{ tables: [disposition({ code: 'HOM', term: '01' })], messages: 1001 }, ['messages']],
  [{ tables: [{ table: 'toString', rows: [{ code: 'a', term: 'b' }] }] }, ['tables.0.table']],
])('what is no change of a table is refused, with its places: %j', async (json, paths) => {
  const answer = await hospital.admin('mappings/preview', { method: 'POST', json })
  expect(answer.status).toBe(400)
  const { code, issues } = (await answer.json()) as { code: string; issues: { path: string }[] }
  expect([code, issues.map(({ path }) => path)]).toEqual(['invalid', paths])
})

test('it is the operator’s', async () => {
  const guarded = await openHospital({ auth: 'smart' })
  expect((await guarded.request('/admin/mappings/preview', { method: 'POST', json: {} })).status).toBe(401)
  await guarded.stop()
})
