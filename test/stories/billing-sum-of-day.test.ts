/** Where a payer adds up the minutes of a day, its units are right in all, whatever becomes of one of its sessions. */
import { beforeEach, describe, expect, it, test } from 'vitest'
import { type Agency, ack, type Body, feed, openAgency, tell } from '../support/billing.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency({ rule: { quarterHour: 'full', sumOfDay: true } })
})

/** Units of each line that stands, by its session. */
async function units(sessions: readonly string[]): Promise<readonly (readonly (readonly [unknown, unknown])[])[]> {
  const all = await Promise.all(sessions.map((session) => agency.lines(session)))
  return all.map((lines) =>
    lines.filter(({ state }) => state !== 'void' && state !== 'corrected').map((line) => [line.state, line.units]),
  )
}
const three = async (minutes: number): Promise<readonly [string, string, string]> => [
  await agency.sign({}, minutes),
  await agency.sign({}, minutes),
  await agency.sign({}, minutes),
]
const change = async (session: string, actual: Body): Promise<void> => {
  const path = `/coordination/sessions/${session}`
  await agency.event(`sessions/${session}`, { type: 'amend', reason: 'The clock was wrong.' })
  const { etag } = Object.fromEntries((await agency.gateway.request(path)).headers)
  const headers = { 'content-type': 'application/merge-patch+json', 'if-match': etag! }
  expect((await agency.gateway.request(path, { method: 'PATCH', headers, json: { actual } })).status).toBe(200)
  await agency.event(`sessions/${session}`, { type: 'sign' })
}

describe('three sessions of twenty minutes are four units', () => {
  it('and two of them are two, once the first proves wrong', async () => {
    const sessions = await three(20)
    expect(await units(sessions)).toEqual([[['ready', '1']], [['ready', '1']], [['ready', '2']]])
    await agency.event(`sessions/${sessions[0]}`, { type: 'mark-error', reason: 'Never was.' })
    expect(await units(sessions)).toEqual([[], [['held', undefined]], [['ready', '2']]])
  })

  it('and stay what was billed of them: what is left of the sum goes to the others', async () => {
    const sessions = await three(20)
    const last = (await feed(agency)).items.find(({ session }) => session === sessions[2])!
    await tell(agency, ack(last, 'billed', { claim: 'CLM-1' }))
    await agency.event(`sessions/${sessions[0]}`, { type: 'mark-error', reason: 'Never was.' })
    expect(await units(sessions)).toEqual([[], [['held', undefined]], [['billed', '2']]])
  })

  it('and three where the first was ten minutes shorter', async () => {
    const sessions = await three(20)
    await change(sessions[0], { start: '2026-03-02T10:00:00-05:00', end: '2026-03-02T10:10:00-05:00' })
    const counted = (await units(sessions)).flat().map(([, count]) => Number(count ?? 0))
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(3)
  })

  it('and again four once the one that proved wrong was held after all', async () => {
    const sessions = await three(20)
    await agency.event(`sessions/${sessions[0]}`, { type: 'mark-error', reason: 'Never was.' })
    const again = await agency.sign({}, 20)
    const counted = (await units([...sessions, again])).flat().map(([, count]) => Number(count ?? 0))
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(4)
  })
})

test('what is counted by the session stays as it is beside others', async () => {
  await agency.put('/admin/payer-rules/medicaid-ffs', { quarterHour: 'full' })
  const sessions = await three(31)
  await agency.event(`sessions/${sessions[0]}`, { type: 'mark-error', reason: 'Never was.' })
  expect(await units(sessions)).toEqual([[], [['ready', '2']], [['ready', '2']]])
})
