/** Conversations about one member, as HTTP knows them. */
import { expect, test } from 'vitest'
import { startGateway } from '../support/gateway.ts'

test('who has the newest answer already is told so', async () => {
  const gateway = await startGateway()
  const body = { names: [{ use: 'official', family: 'Nguyen', given: ['Lan'] }], gender: 'female' }
  const made = await gateway.request('/coordination/clients', { method: 'POST', json: body })
  const etag = made.headers.get('etag')!
  const read = async (known: string) =>
    (await gateway.request(made.headers.get('location')!, { headers: { 'if-none-match': known } })).status
  expect(await read(etag)).toBe(304)
  expect(await read(`W/"0", ${etag}`)).toBe(304)
  expect(await read('*')).toBe(304)
  expect(await read('W/"0"')).toBe(200)
  await gateway.stop()
})
