/** A hospital sends its discharge summary or a referral note as C-CDA: it becomes what an ADT message would have become, or adds to it. */
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { validate } from '../../src/fhir/validate/validate.ts'
import { appointment, clinicalDocument, diagnosis, medication, section } from '../support/clinical-document.ts'
import { authority, type Hospital, openHospital } from '../support/hospital.ts'

let hospital: Hospital
beforeEach(async () => {
  hospital = await openHospital()
})
afterEach(() => hospital.stop())

interface Told {
  readonly status: number
  readonly message: string
  readonly state: string
  readonly wrote: readonly string[]
  readonly issues: readonly { readonly path?: string; readonly message: string }[]
}
async function send(document: string | Uint8Array<ArrayBuffer> = clinicalDocument(), type = 'application/xml'): Promise<Told> {
  const answer = await hospital.request('/documents', { method: 'POST', headers: { 'content-type': type }, body: document })
  return { status: answer.status, ...((await answer.json()) as Omit<Told, 'status'>) }
}
interface Condition {
  readonly code: { readonly coding: readonly { readonly code: string }[] }
  readonly clinicalStatus?: { readonly coding: readonly { readonly code: string }[] }
  readonly verificationStatus?: { readonly coding: readonly { readonly code: string }[] }
}
const conditions = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await hospital.search<Condition>('Condition')).map((one) => [
      one.code.coding[0]!.code,
      `${one.clinicalStatus?.coding[0]?.code} ${one.verificationStatus?.coding[0]?.code}`,
    ]),
  )

describe('a discharge summary', () => {
  test('becomes the discharge that a message would have become, and opens its follow-ups', async () => {
    const client = await hospital.register()
    expect(await send()).toMatchObject({ status: 201, state: 'applied' })
    expect(await hospital.list('discharges')).toMatchObject([
      {
        clientId: client,
        state: 'obligations-created',
        source: 'ccda',
        visitNumber: { system: authority, value: 'V90017' },
        dischargedAt: '2025-03-10',
        disposition: { code: '01' },
        diagnoses: [{ role: 'principal', code: { codings: [{ code: 'F32.2' }, { code: '74400008' }] } }],
      },
    ])
    expect(Object.keys(await hospital.owed())).toEqual(expect.arrayContaining(['FUH-7@MY2025', 'FUH-30@MY2025']))
  })

  test('is kept byte for byte, hashed as FHIR wants it, and as confidential as it is', async () => {
    const client = await hospital.register()
    const text = clinicalDocument()
    await send(text)
    const [document] = await hospital.list('documents')
    const { content, ...reference } = await hospital.resource<{
      content: { attachment: Record<string, unknown> }[]
      meta: { security: object[] }
    }>(`DocumentReference/${document!.id}`)
    const bytes = Buffer.from(text)
    expect(content[0]!.attachment).toMatchObject({
      contentType: 'application/xml',
      size: bytes.length,
      hash: createHash('sha1').update(bytes).digest('base64'),
    })
    expect(reference).toMatchObject({
      masterIdentifier: { value: 'DOC-1' },
      subject: { reference: `Patient/${client}` },
      context: { encounter: [{ reference: `Encounter/${(await hospital.list('discharges'))[0]!.id}` }] },
      author: [{ display: 'Dr Nnamdi Okafor' }],
    })
    expect(reference.meta.security).toMatchObject([{ code: 'R' }])
    const original = await hospital.request(`/coordination/documents/${document!.id}/content`)
    expect(await original.text()).toBe(text)
    expect((await hospital.list('discharges'))[0]!.summaryId).toBe(document!.id)
  })

  test('says of each diagnosis what it says: what was ruled out is no diagnosis, what has ended is not active', async () => {
    await hospital.register()
    await send(
      clinicalDocument({
        diagnoses: [
          diagnosis('F32.2'),
          diagnosis('F10.20', { not: 'observation' }),
          diagnosis('F20.9', { not: 'act' }),
          diagnosis('J18.9', { until: '20250308' }),
          diagnosis('F41.1', { status: '73425007' }),
        ],
      }),
    )
    expect(await conditions()).toEqual({
      'F32.2': 'active confirmed',
      'F10.20': 'undefined refuted',
      'F20.9': 'undefined refuted',
      'J18.9': 'resolved confirmed',
      'F41.1': 'inactive confirmed',
    })
    const [stay] = await hospital.list('discharges')
    expect(stay!.diagnoses).toHaveLength(3)
    expect(await hospital.list('needs')).toEqual([])
  })

  test('tells of medications, of what is planned, and of instructions; all of it is FHIR R4', async () => {
    await hospital.register()
    const sections = [
      section(
        '10183-2',
        'Medications',
        medication('312940', 'Sertraline') +
          medication('311725', 'Lorazepam', 'negationInd="true"') +
          medication('1', 'Old one', '', 'aborted'),
      ),
      section('18776-5', 'Plan', appointment('20250314100000-0400')),
      section('8653-8', '<paragraph>Call 988 at any time.</paragraph><paragraph>No alcohol.</paragraph>'),
    ]
    await send(clinicalDocument({ sections, diagnoses: [diagnosis('F32.2'), diagnosis('F20.9', { not: 'act' })] }))
    const medications = await hospital.search<{
      status: string
      medicationCodeableConcept: { coding: { display: string }[] }
      dosage: { text: string }[]
    }>('MedicationStatement')
    expect(Object.fromEntries(medications.map((one) => [one.medicationCodeableConcept.coding[0]!.display, one.status]))).toEqual({
      Sertraline: 'active',
      Lorazepam: 'not-taken',
      'Old one': 'stopped',
    })
    expect(medications[0]!.dosage).toEqual([{ text: '50 mg, Oral, every 24 h' }])
    const plans = await hospital.search('CarePlan')
    expect(plans).toMatchObject([
      {
        status: 'draft',
        intent: 'proposal',
        activity: [
          { detail: { kind: 'Appointment', status: 'scheduled', scheduledPeriod: { start: '2025-03-14T10:00:00-04:00' } } },
        ],
        note: [{ text: 'Call 988 at any time.\nNo alcohol.' }],
      },
    ])
    const types = ['Encounter', 'Condition', 'DocumentReference', 'MedicationStatement', 'CarePlan', 'Provenance', 'Task']
    const written = await Promise.all(types.map((type) => hospital.search(type)))
    for (const resource of written.flat()) expect(validate(resource)).toEqual({ structure: [], rules: [] })
  })

  test('adds to the stay that a message told of, and takes nothing from it', async () => {
    await hospital.register()
    await hospital.send()
    const [before] = await hospital.list('discharges')
    const owed = await hospital.owed()
    expect(
      await send(clinicalDocument({ disposition: '07', diagnoses: [diagnosis('F32.2'), diagnosis('F41.1')] })),
    ).toMatchObject({
      status: 201,
    })
    const [after, ...more] = await hospital.list('discharges')
    expect(more).toEqual([])
    expect(after).toMatchObject({
      id: before!.id,
      dischargedAt: before!.dischargedAt,
      disposition: { code: '01' },
      source: 'adt',
    })
    expect((after!.diagnoses as { role?: string }[]).map(({ role }) => role)).toEqual(['principal', undefined])
    expect(await hospital.owed()).toEqual(owed)
    expect(await conditions()).toEqual({ 'F32.2': 'active confirmed', 'F41.1': 'active confirmed' })
  })

  test('that comes before the message is the same stay, and the message knows better', async () => {
    await hospital.register()
    await send()
    await hospital.send()
    expect(await hospital.list('discharges')).toMatchObject([{ dischargedAt: '2025-03-10T23:40:00-04:00' }])
    expect(await hospital.list('follow-ups')).toHaveLength(3)
  })

  test('ends a stay of which only the admission was told', async () => {
    await hospital.register()
    await hospital.send({ MSH: { 9: 'ADT^A01^ADT_A01' }, EVN: { 1: 'A01', 2: '20250303080000' }, PV1: { 36: '', 45: '' } })
    expect((await hospital.list('discharges'))[0]?.state).toBeUndefined()
    await send()
    expect(await hospital.list('discharges')).toMatchObject([{ state: 'obligations-created', dischargedAt: '2025-03-10' }])
  })

  test.each([['OTHER-7'], [null]])(
    'that numbers the visit otherwise (%s) is about the stay that ended that day',
    async (visit) => {
      await hospital.register()
      await hospital.send()
      await send(clinicalDocument({ visit }))
      const [stay, ...more] = await hospital.list('discharges')
      expect(more).toEqual([])
      expect([stay!.summaryId]).toEqual((await hospital.list('documents')).map(({ id }) => id))
    },
  )

  test('of a day on which several stays ended waits for a person', async () => {
    await hospital.register()
    await hospital.send()
    await hospital.send({ MSH: { 10: 'SB-2' }, PV1: { 19: 'V2^^^STB' } })
    expect(await send(clinicalDocument({ visit: 'OTHER-7' }))).toMatchObject({
      status: 202,
      state: 'held',
      issues: [{ path: 'encompassingEncounter.id' }],
    })
    expect(await hospital.list('discharges')).toHaveLength(2)
  })

  test('of nobody here stays visible, and is filed once it is known whose it is', async () => {
    const told = await send()
    expect(told).toMatchObject({
      status: 201,
      issues: expect.arrayContaining([{ path: 'recordTarget.patientRole.id', message: expect.any(String), severity: 'warning' }]),
    })
    const [stay] = await hospital.list('discharges')
    expect(stay).toMatchObject({ state: 'notified', patientIdentifier: { value: '778812' } })
    expect(await hospital.list('documents')).toEqual([])
    const client = await hospital.register({ identifier: [{ system: 'urn:example:other', value: '1' }] })
    await hospital.event(`discharges/${stay!.id}`, { type: 'match', clientId: client })
    expect(await hospital.list('documents')).toMatchObject([{ clientId: client }])
    expect(await hospital.list('discharges')).toHaveLength(1)
  })
})

describe('the same document', () => {
  test('again is given the same answer, and writes nothing', async () => {
    await hospital.register()
    const first = await send()
    const before = await hospital.search('Provenance')
    expect(await send()).toEqual({ ...first, status: 200 })
    expect(await hospital.search('Provenance')).toEqual(before)
  })

  test('read again, or sent again after its time, writes nothing either', async () => {
    await hospital.register()
    const sections = [section('10183-2', 'Medications', medication('312940', 'Sertraline')), section('8653-8', 'Call 988.')]
    const text = clinicalDocument({ sections, diagnoses: [diagnosis('F32.2'), diagnosis('F20.9', { not: 'act' })] })
    const { message } = await send(text)
    const before = await hospital.search('Provenance')
    // What follows from the stay bears its labels at once, not from its next reading on.
    expect(await hospital.search('Task?_security=R')).toHaveLength(3)
    await hospital.admin(`messages/${message}/replay`, { method: 'POST' })
    expect(await hospital.search('Provenance')).toEqual(before)
    hospital.clock.advance(8 * 86_400_000)
    expect(await send(text)).toMatchObject({ status: 201 })
    expect(await hospital.list('documents')).toHaveLength(1)
    expect(await hospital.search('MedicationStatement')).toHaveLength(1)
  })

  test('with other bytes is refused, and kept', async () => {
    await hospital.register()
    await send()
    expect(await send(clinicalDocument({ disposition: '20' }))).toMatchObject({ status: 409, code: 'conflict' })
    expect(await hospital.messages('?state=held')).toHaveLength(1)
    expect((await hospital.list('discharges'))[0]!.disposition).toMatchObject({ code: '01' })
  })

  test('in a later version takes the place of the earlier, whichever comes first', async () => {
    await hospital.register()
    const later = clinicalDocument({
      id: 'DOC-2',
      version: '2',
      written: '20250312090000-0400',
      diagnoses: [diagnosis('F32.2', { until: '20250310' })],
    })
    for (const text of [later, clinicalDocument()]) await send(text)
    const states = (await hospital.list('documents')).map((one) => [(one as { title?: string }).title, one.state])
    expect(states.map(([, state]) => state).sort()).toEqual(['current', 'superseded'])
    expect(await conditions()).toEqual({ 'F32.2': 'resolved confirmed' })
    expect(await hospital.list('discharges')).toHaveLength(1)
  })
})

describe('a referral note', () => {
  const note = (said: object = {}) =>
    clinicalDocument({
      type: '57133-1',
      sections: [
        section('42349-1', 'Please see her within a week.'),
        section('11450-4', 'Problems', diagnosis('F32.2') + diagnosis('F20.9', { not: 'act' })),
      ],
      ...said,
    })

  test('becomes a referral that waits to be taken up, with its reasons and the note', async () => {
    const client = await hospital.register()
    expect(await send(note())).toMatchObject({ status: 201, state: 'applied' })
    const [referral, ...more] = await hospital.list('referrals')
    expect(more).toEqual([])
    const [document] = await hospital.list('documents')
    expect(referral).toMatchObject({
      clientId: client,
      state: 'requested',
      attachments: [document!.id],
      requestedAt: '2025-03-11T09:00:00-04:00',
    })
    const request = await hospital.resource<{ reasonCode: { text?: string; coding?: { code: string }[] }[] }>(
      `ServiceRequest/${referral!.id}`,
    )
    expect(request.reasonCode.map(({ text, coding }) => text ?? coding?.[0]?.code)).toEqual([
      'Please see her within a week.',
      'F32.2',
    ])
    expect(validate(request)).toEqual({ structure: [], rules: [] })
    await send(note({ id: 'DOC-2', version: '2', written: '20250312' }))
    expect(await hospital.list('referrals')).toHaveLength(1)
    const taken = await hospital.event(`referrals/${referral!.id}`, { type: 'accept' })
    expect(taken.status, await taken.clone().text()).toBeLessThan(300)
  })

  test('about nobody here is kept until it can be read again', async () => {
    const told = await send(note())
    expect(told).toMatchObject({ status: 202, state: 'held', issues: [{ path: 'recordTarget.patientRole.id' }] })
    await hospital.register()
    await hospital.admin(`messages/${told.message}/replay`, { method: 'POST' })
    expect(await hospital.list('referrals')).toHaveLength(1)
  })
})

test('any other document is a paper of its client', async () => {
  const client = await hospital.register()
  expect(await send(clinicalDocument({ type: '34133-9' }))).toMatchObject({ status: 201 })
  expect(await hospital.list('documents')).toMatchObject([{ clientId: client, type: { code: '34133-9' } }])
  expect(await hospital.list('discharges')).toEqual([])
})
