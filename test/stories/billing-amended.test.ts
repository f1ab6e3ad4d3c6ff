/** A session is signed again, or was an error: what becomes of its lines, billed or not. */
import { describe, expect, it } from 'vitest'
import { type Agency, ack, type Body, feed, openAgency, tell } from '../support/billing.ts'

describe('signed again', () => {
  const amend = async ({ event, get, gateway }: Agency, session: string, minutes: number): Promise<void> => {
    await event(`sessions/${session}`, { type: 'amend', reason: 'The end was written down wrongly.' })
    const { etag, body } = await gateway.request(`/coordination/sessions/${session}`).then(async (answer) => ({
      etag: answer.headers.get('etag')!,
      body: (await answer.json()) as Body,
    }))
    const actual = { ...(body.actual as object), end: new Date(Date.UTC(2026, 2, 2, 15, minutes)).toISOString() }
    const patched = await gateway.request(`/coordination/sessions/${session}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json', 'if-match': etag },
      body: JSON.stringify({ actual }),
    })
    expect(patched.status).toBe(200)
    expect((await get(`/coordination/sessions/${session}`)).state).toBe('amended')
    await event(`sessions/${session}`, { type: 'sign' })
  }

  it('an unbilled line gets a new version', async () => {
    const a = await openAgency()
    const session = await a.sign()
    await amend(a, session, 80)
    const [line, ...more] = await a.lines(session)
    expect(more).toEqual([])
    expect(line).toMatchObject({ version: 2, units: '5', state: 'ready' })
    expect((await feed(a)).items.map(({ version, units, frequency }) => [version, units, frequency])).toEqual([
      [1, '4', '1'],
      [2, '5', '1'],
    ])
  })

  it('a billed line is answered by one that corrects it', async () => {
    const a = await openAgency()
    const session = await a.sign()
    const first = await feed(a)
    await tell(a, ack(first.items[0]!, 'billed', { claim: 'CLM-1' }))
    await amend(a, session, 80)
    const { items } = await feed(a, `?after=${first.next}`)
    expect(items).toMatchObject([
      { state: 'corrected', line: first.items[0]!.line, units: '4' },
      { state: 'ready', corrects: first.items[0]!.line, correctsClaim: 'CLM-1', frequency: '7', units: '5' },
    ])
  })

  it('a session that was an error takes back what was not billed, and says so of what was', async () => {
    const a = await openAgency()
    const [unbilled, billed] = [await a.sign(), await a.sign({ procedureCode: 'H2015' })]
    const first = await feed(a)
    const claimed = first.items.find(({ code }) => code === 'H2015')!
    await tell(a, ack(claimed, 'billed', { claim: 'CLM-2' }))
    for (const session of [unbilled, billed])
      await a.event(`sessions/${session}`, { type: 'mark-error', reason: 'Another client.' })
    const { items } = await feed(a, `?after=${first.next}`)
    expect(
      items.map(({ code, state, frequency = null, correctsClaim = null }) => [code, state, frequency, correctsClaim]),
    ).toEqual([
      ['T1017', 'void', null, null],
      ['H2015', 'corrected', null, null],
      ['H2015', 'void', '8', 'CLM-2'],
    ])
  })
})
