/** A coordinator takes a PHQ-9; an EHR sends one; both are found by others as Observations. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, gatewayWith, marisol, patch, put, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const codes = ['44250-9', '44255-8', '44259-0', '44254-1', '44251-7', '44258-2', '44252-5', '44253-3', '44260-8']
const frequency = ['LA6568-5', 'LA6569-3', 'LA6570-1', 'LA6571-9']
const coding = (score: number) => ({ system: 'http://loinc.org', code: frequency[score] })
const items = (scores: readonly number[]) =>
  scores.map((score, i) => ({ linkId: `/${codes[i]}`, answers: [{ coding: coding(score) }] }))

const phq9 = (scores: readonly number[]) => ({
  clientId: 'cli-marisol',
  kind: 'instrument',
  instrument: { id: 'phq-9' },
  administeredAt: '2026-03-02T09:00:00-05:00',
  mode: 'phone',
  respondent: 'client',
  administeredBy: { id: 'prc-okafor' },
  items: items(scores),
})
const made = async (body: object) => {
  const answer = await say(gateway, 'POST', '/coordination/assessments', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return `assessments/${answer.body.id}`
}
const completed = async (body: object) => {
  const member = await made(body)
  await event(gateway, member, 'start')
  return { member, done: await event(gateway, member, 'complete') }
}
interface Found {
  readonly id: string
  readonly status: string
  readonly code: { readonly coding: readonly { readonly code: string }[] }
  readonly [element: string]: unknown
}
const observations = async (member: string): Promise<Map<string, Found>> => {
  const id = member.split('/')[1]
  const { body } = await say(gateway, 'GET', `/fhir/Observation?derived-from=QuestionnaireResponse/${id}&_count=50`)
  return new Map((body.entry ?? []).map(({ resource }: { resource: Found }) => [resource.code.coding[0]!.code, resource]))
}

describe('taken by a coordinator', () => {
  it('the answer to completing it already names the risk', async () => {
    const { member, done } = await completed(phq9([1, 1, 1, 1, 1, 1, 1, 1, 2]))
    expect(done).toMatchObject({
      state: 'completed',
      instrument: { id: 'phq-9', questionnaire: 'http://loinc.org/q/44249-1' },
      scores: [{ key: 'total', value: '10' }],
      band: { code: 'moderate' },
      result: 'positive',
      riskFindings: [{ ruleId: 'PHQ9-I9', level: 'moderate', itemRefs: ['/44260-8'] }],
    })
    const found = await observations(member)
    expect([...found.keys()].sort()).toEqual([...codes, '44249-1', '44261-6'].sort())
    const panel = found.get('44249-1')!
    expect((panel.hasMember as { reference: string }[]).map(({ reference }) => reference).sort()).toEqual(
      [...found.values()]
        .filter((one) => one !== panel)
        .map(({ id }) => `Observation/${id}`)
        .sort(),
    )
    expect(found.get('44261-6')).toMatchObject({ status: 'final', subject: { reference: 'Patient/cli-marisol' } })
    // What was answered and what stands are one: the same ETag, nothing written twice.
    const read = await say(gateway, 'GET', `/coordination/${member}`)
    expect(read.body).toEqual(done)
    for (const one of found.values()) expect((one.meta as { versionId: string }).versionId).toBe('1')
  })

  it('nothing is an Observation before it is completed', async () => {
    const member = await made(phq9([1, 1]))
    expect((await observations(member)).size).toBe(0)
    await event(gateway, member, 'start')
    expect((await observations(member)).size).toBe(0)
  })

  it('answers change by amending, and the Observations with them', async () => {
    const { member } = await completed(phq9([1, 1, 1, 1, 1, 1, 1, 1, 0]))
    const change = async (scores: readonly number[]) => {
      const { etag } = await say(gateway, 'GET', `/coordination/${member}`)
      return say(
        gateway,
        'PATCH',
        `/coordination/${member}`,
        { items: items(scores) },
        {
          'if-match': etag,
          'content-type': 'application/merge-patch+json',
        },
      )
    }
    expect(await change([3, 3, 3, 3, 3, 3, 3, 3, 3])).toMatchObject({ status: 422, body: { issues: [{ path: 'items' }] } })
    await event(gateway, member, 'amend', { reason: 'Two answers were mixed up' })
    const amended = await change([3, 3, 3, 3, 3, 3, 3, 3])
    expect(amended.status, JSON.stringify(amended.body)).toBe(200)
    expect(amended.body).toMatchObject({ state: 'amended', statusReason: 'Two answers were mixed up', result: 'not-scorable' })
    const found = await observations(member)
    expect(found.get('44250-9')).toMatchObject({ status: 'corrected', valueCodeableConcept: { coding: [coding(3)] } })
    expect(found.get('44260-8')).toMatchObject({ status: 'cancelled' })
    expect(found.get('44261-6')).toMatchObject({ status: 'corrected', dataAbsentReason: { coding: [{ code: 'unknown' }] } })
    expect(found.get('44261-6')).not.toHaveProperty('valueQuantity')

    const reviewed = await event(gateway, member, 'review', { reviewedBy: { id: 'prc-okafor' } })
    expect(reviewed).toMatchObject({ state: 'reviewed', reviewedBy: { id: 'prc-okafor' }, reviewedAt: expect.any(String) })
    expect((await observations(member)).get('44250-9')?.status).toBe('final')
    await event(gateway, member, 'mark-error')
    expect(new Set([...(await observations(member)).values()].map(({ status }) => status))).toEqual(new Set(['entered-in-error']))
  })

  it('declined as a whole is one Observation that says so', async () => {
    const member = await made(phq9([]))
    expect(await event(gateway, member, 'decline')).toMatchObject({ state: 'declined', result: 'declined' })
    expect([...(await observations(member)).values()]).toMatchObject([
      { code: { coding: [{ code: '44249-1' }] }, dataAbsentReason: { coding: [{ code: 'asked-declined' }] } },
    ])
  })

  it('a total that was received is kept beside ours', async () => {
    const { done, member } = await completed({ ...phq9([1, 1, 1, 1, 1, 1, 1, 1, 0]), scores: [{ key: 'total', value: '14' }] })
    expect(done.scores).toMatchObject([{ value: '8', receivedValue: '14' }])
    expect((await observations(member)).get('44261-6')).toMatchObject({ valueQuantity: { value: 14 } })
  })

  it('what is computed cannot be set', async () => {
    const { member } = await completed(phq9([0, 0, 0, 0, 0, 0, 0, 0, 0]))
    const answer = await patch(gateway, member, { result: 'positive' })
    expect(answer).toMatchObject({ status: 422, body: { issues: [{ path: 'result' }] } })
  })
})

describe('sent by an EHR as a QuestionnaireResponse', () => {
  const sent = (more: object = {}) => ({
    resourceType: 'QuestionnaireResponse',
    id: 'phq-of-march',
    questionnaire: 'http://loinc.org/q/44249-1|2.78',
    status: 'completed',
    subject: { reference: 'Patient/cli-marisol' },
    authored: '2026-03-01T10:00:00-05:00',
    item: [
      ...[0, 0, 0, 0, 0, 0, 0, 0, 3].map((score, i) => ({ linkId: `/${codes[i]}`, answer: [{ valueCoding: coding(score) }] })),
      { linkId: '/44261-6', answer: [{ valueDecimal: 30 }] },
    ],
    ...more,
  })

  it('it is assessed like our own, and left as it was sent', async () => {
    await put(gateway, sent())
    const { body } = await say(gateway, 'GET', '/coordination/assessments/phq-of-march')
    expect(body).toMatchObject({
      state: 'completed',
      scores: [{ value: '3', receivedValue: '30' }],
      result: 'negative',
      riskFindings: [{ ruleId: 'PHQ9-I9' }, { ruleId: 'PHQ9-I9-3', level: 'high', at: '2026-03-01T10:00:00-05:00' }],
    })
    const found = await observations('assessments/phq-of-march')
    expect(found.size).toBe(11)
    expect(found.get('44261-6')).toMatchObject({ valueQuantity: { value: 30 }, effectiveDateTime: '2026-03-01T10:00:00-05:00' })
    const stored = await say(gateway, 'GET', '/fhir/QuestionnaireResponse/phq-of-march')
    expect(stored.body.meta.versionId).toBe('1')
    expect(stored.body).not.toHaveProperty('extension')
  })

  it('Observations that it sent along are not made twice', async () => {
    const theirs = {
      resourceType: 'Observation',
      id: 'their-total',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '44261-6' }] },
      subject: { reference: 'Patient/cli-marisol' },
      valueInteger: 5,
      derivedFrom: [{ reference: 'QuestionnaireResponse/phq-of-march' }],
    }
    await put(gateway, theirs)
    await put(gateway, sent({ item: sent().item.slice(0, 9) }))
    const found = await observations('assessments/phq-of-march')
    expect(found.get('44261-6')?.id).toBe('their-total')
    expect(found.size).toBe(11)
    expect(found.get('44249-1')?.hasMember).toContainEqual({ reference: 'Observation/their-total' })
    const { body } = await say(gateway, 'GET', '/coordination/assessments/phq-of-march')
    expect(body.scores).toMatchObject([{ value: '3', receivedValue: '5' }])
  })

  it('sent again unchanged it makes nothing new', async () => {
    await put(gateway, sent())
    await put(gateway, sent())
    for (const one of (await observations('assessments/phq-of-march')).values())
      expect((one.meta as { versionId: string }).versionId).toBe('1')
  })
})
