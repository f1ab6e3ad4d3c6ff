/** Instruments whose codes are ours or LOINC's, from the answers to what others find: by code, by risk, by label. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { instrumentById } from '../../src/domain/instruments/index.ts'
import { answersOf, linkIdOf, ownCodes, systemOf } from '../../src/domain/instruments/instrument.ts'
import { event, gatewayWith, marisol, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

/** Takes an instrument from beginning to end: the answer to completing it. */
async function taken(id: string, scores: readonly number[], more: object = {}) {
  const instrument = instrumentById(id)!
  const items = scores.map((score, i) => {
    const item = instrument.items[i]!
    const { code } = answersOf(instrument, item).find((one) => one.score === score)!
    return { linkId: linkIdOf(item), answers: [{ coding: { system: systemOf(code), code } }] }
  })
  const { status, body } = await say(gateway, 'POST', '/coordination/assessments', {
    ...{ clientId: 'cli-marisol', kind: 'instrument', instrument: { id }, mode: 'phone', respondent: 'client' },
    ...{ administeredAt: '2026-03-02T09:00:00-05:00', items, ...more },
  })
  expect(status, JSON.stringify(body)).toBe(201)
  await event(gateway, `assessments/${body.id}`, 'start')
  return event(gateway, `assessments/${body.id}`, 'complete')
}
const found = async (system: string, code: string) => {
  const { body } = await say(
    gateway,
    'GET',
    `/fhir/Observation?patient=cli-marisol&code=${encodeURIComponent(`${system}|${code}`)}`,
  )
  return (body.entry ?? []).map(({ resource }: { resource: object }) => resource)
}

it('a total is found by its code, whether that is LOINC’s or ours', async () => {
  await taken('audit-c', [1, 1, 1])
  await taken('cage-aid', [0, 1, 1, 0])
  expect(await found('http://loinc.org', '75626-2')).toMatchObject([{ valueQuantity: { value: 3 } }])
  expect(await found(ownCodes, 'cage-aid-total')).toMatchObject([{ valueQuantity: { value: 2 } }])
  expect(await found(ownCodes, 'cage-aid-2')).toMatchObject([{ valueCodeableConcept: { coding: [{ code: 'LA33-6' }] } }])
  expect(await found('http://loinc.org', 'cage-aid-total')).toEqual([])
})

it('thoughts of suicide now are a crisis before the answer returns', async () => {
  const done = await taken('asq', [0, 0, 1, 0, 1])
  expect(done).toMatchObject({ band: { code: 'acute' }, riskFindings: [{ ruleId: 'ASQ-ACUTE', level: 'acute' }] })
  const crises = (await say(gateway, 'GET', '/coordination/crises?client=cli-marisol')).body.items
  expect(crises).toMatchObject([{ state: 'open', level: 'acute', riskTypes: ['suicide'], assessments: [done.id] }])
  expect(await found(ownCodes, 'asq-level')).toMatchObject([{ valueCodeableConcept: { coding: [{ code: 'acute-positive' }] } }])
})

it('a received total that contradicts the answers stays beside ours', async () => {
  const scores = [{ key: 'total', code: { system: 'http://loinc.org', code: '82667-7' }, value: '7' }]
  const done = await taken('dast-10', [1, 1, 1, 0, 0, 0, 0, 0, 0, 0], { scores })
  expect(done).toMatchObject({ scores: [{ value: '3', receivedValue: '7' }], band: { code: 'moderate' }, sensitivity: ['SUD'] })
  const [total] = await found('http://loinc.org', '82667-7')
  expect(total).toMatchObject({
    meta: { security: expect.arrayContaining([expect.objectContaining({ code: 'SUD' })]) },
    valueQuantity: { value: 7 },
    component: [{ valueQuantity: { value: 3 } }],
  })
})
