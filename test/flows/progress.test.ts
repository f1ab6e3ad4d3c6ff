/** Progress towards a goal: measured, compared, and seen where the goal is. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { event, gatewayWith, marisol, put, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const phq9 = { system: 'http://loinc.org', code: '44261-6' }
const post = async (collection: string, body: object) => {
  const answer = await say(gateway, 'POST', `/coordination/${collection}`, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}
const aGoal = () =>
  post('goals', {
    clientId: 'cli-marisol',
    statement: { text: 'To feel like myself again' },
    addresses: ['ned-1'],
    expressedBy: 'client',
    measures: [{ code: phq9 }],
  })
const measured = (goal: string, at: string, value: number, more: object = {}) =>
  post('progress', {
    clientId: 'cli-marisol',
    goalIds: [goal],
    code: phq9,
    value: { integer: value },
    at,
    source: 'self-report',
    direction: 'lower-better',
    ...more,
  })

it('a falling score is a response, at the measurement and at the goal', async () => {
  const goal = await aGoal()
  expect(goal.trends).toEqual([])
  expect(await measured(goal.id, '2026-01-05', 17)).toMatchObject({ trend: 'insufficient-data' })
  await measured(goal.id, '2026-02-05', 12)
  const last = await measured(goal.id, '2026-03-01', 8)
  expect(last).toMatchObject({ trend: 'improving', reliableChange: true })
  const read = (await say(gateway, 'GET', `/coordination/goals/${goal.id}`)).body
  expect(read.trends).toEqual([
    { measure: phq9, trend: 'improving', latest: '8', delta: '-9', reliableChange: true, response: true, remission: false },
  ])
  const { body } = await say(gateway, 'GET', `/fhir/Goal/${goal.id}`)
  expect(body.outcomeReference).toHaveLength(3)
  expect(JSON.stringify(body)).not.toContain('measure-trend') // seen, not stored
})

it('other variants, other codes and errors are no part of the series', async () => {
  const goal = await aGoal()
  await measured(goal.id, '2026-01-05', 17)
  await measured(goal.id, '2026-01-20', 2, { variant: 'other' })
  const wrong = await measured(goal.id, '2026-02-05', 3)
  await event(gateway, `progress/${wrong.id}`, 'mark-error')
  expect(await measured(goal.id, '2026-03-01', 16)).toMatchObject({ trend: 'insufficient-data', reliableChange: false })
})

it('what an assessment came to counts for the goal, and stays with the assessment', async () => {
  const goal = await aGoal()
  await put(gateway, {
    resourceType: 'Observation',
    id: 'total',
    status: 'final',
    code: { coding: [phq9] },
    subject: { reference: 'Patient/cli-marisol' },
    effectiveDateTime: '2026-02-01',
    valueQuantity: { value: 12 },
    derivedFrom: [{ reference: 'QuestionnaireResponse/asm-1' }],
  })
  expect((await say(gateway, 'GET', '/coordination/progress/total')).status).toBe(404)
  expect((await say(gateway, 'GET', `/coordination/goals/${goal.id}`)).body.trends).toMatchObject([{ latest: '12' }])
})

it('needs a goal, a coded measure and a moment; a trend is nobody’s to set', async () => {
  const body = { clientId: 'cli-marisol', goalIds: [], code: { code: 'x' }, value: { integer: 1 }, source: 'device' }
  const refused = await say(gateway, 'POST', '/coordination/progress', body)
  expect(refused.status).toBe(400)
  expect(refused.body.issues.map(({ path }: { path: string }) => path).sort()).toEqual(['at', 'code', 'direction', 'goalIds'])
  const goal = await aGoal()
  const forged = { ...body, goalIds: [goal.id], code: phq9, at: '2026-01-01', direction: 'lower-better', trend: 'improving' }
  expect((await say(gateway, 'POST', '/coordination/progress', forged)).body.issues[0].path).toBe('trend')
})
