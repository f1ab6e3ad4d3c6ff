/** The progress note of a session: written, signed with it, and told to others as a document. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, make, marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
const licence = { code: { text: 'LCSW' }, period: { start: '2020-01-01', end: '2027-12-31' } }
beforeEach(async () => {
  gateway = await startGateway()
  await put(gateway, marisol)
  await put(gateway, { resourceType: 'Practitioner', id: 'prc-okafor', qualification: [licence] })
})
afterEach(() => gateway.stop())

const actual = { start: '2026-03-02T10:00:00-05:00', end: '2026-03-02T10:50:00-05:00' }
const note = { presentation: 'Slept badly — “again”.', response: 'Tried the breathing.', plan: 'Calls the landlord.' }
const held = async (more: object = {}, details: object = {}) => {
  const id = await make(gateway, 'sessions', {
    clientId: 'cli-marisol',
    kind: 'individual-counselling',
    modality: 'in-person',
    renderer: { id: 'prc-okafor' },
    sensitivity: ['PSY'],
    ...more,
  })
  for (const type of ['book', 'start']) await event(gateway, `sessions/${id}`, type)
  await event(gateway, `sessions/${id}`, 'complete', { actual, ...details })
  return id
}
const read = async (id: string) => (await say(gateway, 'GET', `/coordination/sessions/${id}`)).body
const documentOf = async (id: string) => (await say(gateway, 'GET', `/fhir/DocumentReference/${id}`)).body
const patch = async (id: string, body: object) => {
  const { etag } = await say(gateway, 'GET', `/coordination/sessions/${id}`)
  return say(gateway, 'PATCH', `/coordination/sessions/${id}`, body, { 'if-match': etag })
}
const refusedToSign = async (id: string, details: object = {}) => {
  const { status, body } = await say(gateway, 'POST', `/coordination/sessions/${id}/events`, { type: 'sign', ...details })
  return [status, ...(body.issues ?? []).map(({ path }: { path: string }) => path)]
}

it('a session tells the minutes face to face, and its Encounter does', async () => {
  const encounterOf = async (id: string) => (await say(gateway, 'GET', `/fhir/Encounter/${id}`)).body
  const long = (value: number) => ({ value, unit: 'min', system: 'http://unitsofmeasure.org', code: 'min' })
  const id = await held({ minutesIndirect: 15 }, { actual: { ...actual, breakMinutes: 5 } })
  expect([(await read(id)).minutesDirect, (await encounterOf(id)).length]).toEqual([45, long(45)])
  const whole = await patch(id, { actual: { breakMinutes: null }, minutesDirect: 600 })
  expect([whole.body.minutesDirect, (await encounterOf(id)).length]).toEqual([50, long(50)])
  // What somebody else says of the same times stands.
  await put(gateway, { ...(await encounterOf(id)), length: { value: 1, unit: 'h' } })
  expect((await patch(id, { interpreterUsed: true })).body.minutesDirect).toBe(50)
  expect((await encounterOf(id)).length).toEqual({ value: 1, unit: 'h' })
})

describe('a note', () => {
  it('is a draft until the session is signed, and reads as any other document of the visit', async () => {
    const id = await held({}, { note })
    const { documentId } = (await read(id)).note
    expect((await read(id)).note).toEqual({ ...note, documentId })
    const draft = await documentOf(documentId)
    expect(draft).toMatchObject({
      status: 'current',
      docStatus: 'preliminary',
      type: { coding: [{ system: 'http://loinc.org', code: '34904-3' }] },
      subject: { reference: 'Patient/cli-marisol' },
      author: [{ reference: 'Practitioner/prc-okafor' }],
      context: { encounter: [{ reference: `Encounter/${id}` }] },
      meta: { security: [{ code: 'PSY' }] },
    })
    await event(gateway, `sessions/${id}`, 'sign', { at: '2026-03-02T11:00:00-05:00' })
    const signed = await documentOf(documentId)
    expect(signed).toMatchObject({ docStatus: 'final', date: '2026-03-02T11:00:00-05:00' })
    const words = Buffer.from(signed.content[0].attachment.data, 'base64').toString()
    expect(words).toBe(
      'Progress note\n\nPresentation\nSlept badly — “again”.\n\nResponse\nTried the breathing.\n\nPlan\nCalls the landlord.',
    )
    const documents = (await say(gateway, 'GET', '/coordination/documents?client=cli-marisol')).body.items
    expect(documents).toMatchObject([{ id: documentId, sessionId: id, docStatus: 'final' }])
  })

  it('is written again until it is signed, then once more when the session is amended; what it said before is kept', async () => {
    const id = await held({ note: { plan: 'Rest' } })
    const { documentId } = (await read(id)).note
    expect((await patch(id, { note: { presentation: 'Tired' } })).body.note).toEqual({
      presentation: 'Tired',
      plan: 'Rest',
      documentId,
    })
    expect((await patch(id, { note: null })).body.issues).toMatchObject([{ path: 'note' }])
    await event(gateway, `sessions/${id}`, 'sign')
    expect((await patch(id, { note: { plan: 'Work' } })).body).toMatchObject({ status: 422, issues: [{ path: 'note' }] })
    await event(gateway, `sessions/${id}`, 'amend', { reason: 'The plan was another' })
    expect((await patch(id, { note: { plan: 'Work' } })).status).toBe(200)
    await event(gateway, `sessions/${id}`, 'sign')
    expect(await documentOf(documentId)).toMatchObject({ docStatus: 'amended' })
    const history = (await say(gateway, 'GET', `/fhir/DocumentReference/${documentId}/_history`)).body.entry
    expect(JSON.stringify(history)).toContain('"valueString":"Rest"')
  })

  it('is nobody’s to hang onto another document', async () => {
    await put(gateway, {
      resourceType: 'DocumentReference',
      id: 'doc-other',
      status: 'current',
      subject: { reference: 'Patient/cli-marisol' },
      content: [{ attachment: { title: 'A letter' } }],
    })
    const id = await held()
    const taken = await patch(id, { note: { plan: 'Mine', documentId: 'doc-other' } })
    expect([taken.status, taken.body.issues]).toMatchObject([422, [{ path: 'note.documentId' }]])
    expect((await documentOf('doc-other')).content[0].attachment.title).toBe('A letter')
  })
})

describe('a session is signed', () => {
  it('with a note, which may come with the signature', async () => {
    const id = await held()
    expect(await refusedToSign(id)).toEqual([422, 'note'])
    expect(await refusedToSign(id, { note: {} })).toEqual([422, 'note'])
    expect(await event(gateway, `sessions/${id}`, 'sign', { note: { plan: 'Rest' } })).toMatchObject({
      state: 'signed',
      note: { plan: 'Rest' },
    })
  })

  it('with a note that is a document of its own: dictated, or written in an EHR', async () => {
    const id = await held()
    const dictated = {
      resourceType: 'DocumentReference',
      id: 'doc-dictated',
      status: 'current',
      type: { coding: [{ system: 'http://loinc.org', code: '11506-3' }] },
      subject: { reference: 'Patient/cli-marisol' },
      context: { encounter: [{ reference: `Encounter/${id}` }] },
      content: [{ attachment: { contentType: 'audio/mpeg', url: 'https://ehr.example/note.mp3' } }],
    }
    await put(gateway, { ...dictated, id: 'doc-wrong', status: 'entered-in-error' })
    expect(await refusedToSign(id)).toEqual([422, 'note'])
    await put(gateway, dictated)
    expect((await read(id)).note).toEqual({ documentId: 'doc-dictated' })
    expect((await event(gateway, `sessions/${id}`, 'sign')).state).toBe('signed')
    expect((await documentOf('doc-dictated')).meta.versionId).toBe('1')
  })

  it('by whoever had a credential that day', async () => {
    const id = await held({ note })
    await put(gateway, {
      resourceType: 'Practitioner',
      id: 'prc-okafor',
      qualification: [{ ...licence, period: { start: '2020-01-01', end: '2026-03-01' } }],
    })
    expect(await refusedToSign(id)).toEqual([422, 'renderer'])
    await put(gateway, { resourceType: 'Practitioner', id: 'prc-okafor', qualification: [licence] })
    expect(await refusedToSign(id)).toEqual([200])
  })

  it('on /fhir by the same rules', async () => {
    const id = await held()
    const encounter = (await say(gateway, 'GET', `/fhir/Encounter/${id}`)).body
    const signed = {
      ...encounter,
      extension: [
        ...(encounter.extension ?? []),
        { url: 'https://warm-handoff.example/fhir/StructureDefinition/domain-state', valueCode: 'signed' },
      ],
    }
    const refused = await say(gateway, 'PUT', `/fhir/Encounter/${id}`, signed)
    expect(refused.status, JSON.stringify(refused.body)).toBe(422)
    await patch(id, { note })
    expect((await say(gateway, 'PUT', `/fhir/Encounter/${id}`, signed)).status).toBe(200)
    expect((await read(id)).note.plan).toBe(note.plan)
  })
})
