/** Ready is what can write: a store that only reads is not. */
import { expect, it } from 'vitest'
import { createReadiness } from '../../src/flows/readiness.ts'
import type { Store } from '../../src/store/store.ts'
import { startGateway } from '../support/gateway.ts'

it('is ready while the store takes what is written', async () => {
  const gateway = await startGateway()
  expect((await gateway.request('/readyz')).status).toBe(200)
  await gateway.stop()
  gateway.clock.advance(2000)
  const answer = await gateway.request('/readyz')
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
})

it('asks the disk once a second, however often it is asked', async () => {
  let commits = 0
  let now = 0
  const store = {
    async commit() {
      commits++
      return { ok: true, value: undefined }
    },
  } as unknown as Store
  const ready = createReadiness(
    () => [store],
    () => now,
  )
  await Promise.all([ready(), ready(), ready()])
  now = 999
  await ready()
  expect(commits).toBe(1)
  now = 1000
  await ready()
  expect(commits).toBe(2)
})
