import { expect, test } from 'vitest'
import { inGroups } from '../../src/flows/in-groups.ts'

test.each([
  [0, 0],
  [50, 0],
  [51, 1],
  [120, 2],
])('of %i things others have their turn %i times, and the results are in the order of the things', async (count, turns) => {
  let paused = 0
  const pause = async () => {
    paused++
  }
  const things = Array.from({ length: count }, (_, i) => i)
  const results = await inGroups({ pause }, things, async (i) => {
    if (i % 2 === 0) await Promise.resolve()
    return `${i}`
  })
  expect([paused, results]).toEqual([turns, things.map(String)])
})
