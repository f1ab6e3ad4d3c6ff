/** A session is signed again, or was an error: what becomes of its lines, billed or not. */
import { describe, expect, it } from 'vitest'
import { ack, amend, type Body, feed, openAgency, tell } from '../support/billing.ts'

describe('signed again', () => {
  const until = (minutes: number): Body => ({ actual: { end: new Date(Date.UTC(2026, 2, 2, 15, minutes)).toISOString() } })

  it('an unbilled line gets a new version', async () => {
    const a = await openAgency()
    const session = await a.sign()
    await amend(a, session, until(80))
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
    await amend(a, session, until(80))
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
