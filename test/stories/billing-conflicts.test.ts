/** Two sessions whose codes are not billed beside each other: the second waits, and goes once the first is taken back. */
import { beforeEach, expect, it } from 'vitest'
import { type Agency, openAgency } from '../support/billing.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
})

const standing = async (session: string) =>
  (await agency.lines(session)).map(({ code, state, holdReasons }) => [code, state, holdReasons])

it('therapy beside crisis work on one day', async () => {
  const crisis = await agency.sign({ procedureCode: '90839' }, 60)
  const therapy = await agency.sign({ procedureCode: '90834' }, 45)
  const other = await agency.sign({ procedureCode: 'T1017' }, 30)
  expect(await standing(crisis)).toEqual([['90839', 'ready', []]])
  expect(await standing(therapy)).toEqual([['90834', 'held', ['code-conflict']]])
  expect(await standing(other)).toEqual([['T1017', 'ready', []]])
  await agency.event(`sessions/${crisis}`, { type: 'mark-error', reason: 'Another client' })
  expect(await standing(therapy)).toEqual([['90834', 'ready', []]])
})
