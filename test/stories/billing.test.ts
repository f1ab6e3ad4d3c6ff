/** From a session to a claim: stories of billing, as an agency and its biller live them. */
import { afterEach, describe, expect, it } from 'vitest'
import { type Agency, openAgency, type Setting } from '../support/billing.ts'

let agency: Agency | undefined
const open = async (setting?: Setting): Promise<Agency> => {
  const opened = await openAgency(setting)
  agency = opened
  return opened
}
afterEach(() => agency?.gateway.stop())

describe('a signed session', () => {
  it('becomes a ready line', async () => {
    const { sign, lines } = await open()
    const session = await sign()
    const [line, ...more] = await lines(session)
    expect(more).toEqual([])
    expect(line).toMatchObject({ code: 'T1017', units: '4', state: 'ready' })
  })
})
