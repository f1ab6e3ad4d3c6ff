/** A payer's rule proves to be another one after lines were made by it: what no payer has taken follows, what one has stays. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ok } from '../../src/domain/problem.ts'
import { followPayerRules, noteChangedRule } from '../../src/flows/billing/follow-payer-rule.ts'
import { payerRules } from '../../src/flows/billing/payer-rule-for.ts'
import { write } from '../../src/store/store.ts'
import { type Agency, ack, type Body, feed, openAgency, shown, tell } from '../support/billing.ts'
import { adminToken, local } from '../support/gateway.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
})

const rule = (body: Body, key = 'medicaid-ffs') => agency.put(`/admin/payer-rules/${key}`, body)
const h2015 = { procedureCode: 'H2015' }

describe('a line that is ready', () => {
  it('is counted anew, and told again', async () => {
    const session = await agency.sign(h2015, 23)
    const first = await feed(agency)
    await rule({ quarterHour: 'medicare8', codes: { H2015: { modifiers: ['U1'] } } })
    expect(await agency.lines(session)).toMatchObject([
      { version: 2, state: 'ready', units: '2', unitBasis: { ruleId: 'medicare8' }, modifiers: ['HO', 'U1'] },
    ])
    expect((await feed(agency, `?after=${first.next}`)).items).toMatchObject([
      { line: first.items[0]!.line, version: 2, frequency: '1', units: '2' },
    ])
  })

  it('follows its coverage’s own rule, and what is left once that is removed', async () => {
    const session = await agency.sign(h2015, 23)
    await rule({ quarterHour: 'medicare8' }, agency.coverage)
    expect(await agency.lines(session)).toMatchObject([{ units: '2' }])
    const headers = { authorization: `Bearer ${adminToken}` }
    await agency.gateway.request(`/admin/payer-rules/${agency.coverage}`, { method: 'DELETE', headers })
    expect(await agency.lines(session)).toMatchObject([{ units: '1', state: 'ready' }])
  })

  it('waits for the authorization that is wanted now, and goes once none is', async () => {
    const session = await agency.sign(h2015, 30)
    await rule({ quarterHour: 'full', authorizationRequired: ['H2015'] })
    expect(shown(await agency.lines(session))).toEqual([
      ['H2015', 'void', '2'],
      ['H2015', 'held', '2'],
    ])
    await rule({ quarterHour: 'full' })
    expect(shown(await agency.lines(session))).toContainEqual(['H2015', 'ready', '2'])
  })

  it('waits for a visit in person that is wanted now', async () => {
    const session = await agency.sign({ ...h2015, modality: 'video', telehealth: { clientLocation: 'home' } }, 30)
    expect(shown(await agency.lines(session))).toEqual([['H2015', 'ready', '2']])
    await rule({ quarterHour: 'full', inPerson: { first: 6, later: 12 } })
    expect((await agency.lines(session)).map(({ state, holdReasons }) => [state, holdReasons])).toContainEqual([
      'held',
      ['no-visit-in-person'],
    ])
  })

  it('loses the warning that nobody has said the rule', async () => {
    agency = await openAgency({ rule: null })
    const session = await agency.sign(h2015, 30)
    expect(await agency.lines(session)).toMatchObject([{ state: 'ready', warnings: ['rule-unknown'] }])
    await rule({ quarterHour: 'full' })
    expect(await agency.lines(session)).toMatchObject([{ state: 'ready', units: '2', warnings: [] }])
  })

  it('stands where the rule is another payer’s, or says only what it costs', async () => {
    const session = await agency.sign(h2015, 23)
    await rule({ quarterHour: 'medicare8' }, 'commercial')
    await rule({ quarterHour: 'full', codes: { H2015: { fee: '20.00' } } })
    expect(await agency.lines(session)).toMatchObject([{ version: 1, units: '1' }])
  })

  it('is counted with the others of its day', async () => {
    const sessions = [await agency.sign({}, 20), await agency.sign({}, 20), await agency.sign({}, 20)]
    const units = async () =>
      (await Promise.all(sessions.map((one) => agency.lines(one)))).flatMap((lines) =>
        lines.filter(({ state }) => state === 'ready').map(({ units: count }) => Number(count)),
      )
    expect(await units()).toEqual([1, 1, 1])
    await rule({ quarterHour: 'full', sumOfDay: true })
    expect((await units()).reduce((sum, one) => sum + one, 0)).toBe(4)
  })
})

describe('a line that went out', () => {
  it.each(['billed', 'accepted', 'paid'])('and is %s stays by the rule that it was billed by', async (state) => {
    const session = await agency.sign(h2015, 23)
    const [item] = (await feed(agency)).items
    await tell(agency, ack(item!, 'billed', { claim: 'CLM-1' }), ...(state === 'billed' ? [] : [ack(item!, state)]))
    const before = await agency.lines(session)
    await rule({ quarterHour: 'medicare8' })
    expect(await agency.lines(session)).toEqual(before)
  })

  it('and was rejected is answered by another', async () => {
    const session = await agency.sign(h2015, 23)
    const [item] = (await feed(agency)).items
    await tell(agency, ack(item!, 'billed', { claim: 'CLM-1' }), ack(item!, 'rejected'))
    await rule({ quarterHour: 'medicare8' })
    expect(shown(await agency.lines(session))).toEqual([
      ['H2015', 'corrected', '1'],
      ['H2015', 'ready', '2'],
    ])
  })
})

it('of a rule that nobody came to follow, follows by the clock, once', async () => {
  const session = await agency.sign(h2015, 23)
  const ctx = await agency.gateway.gateway.context(local())
  await ctx.store.commit(function* () {
    yield* write(payerRules.remember('medicaid-ffs', { quarterHour: 'medicare8' }), yield* noteChangedRule('medicaid-ffs'))
    return ok(undefined)
  })
  expect(await agency.lines(session)).toMatchObject([{ units: '1' }])
  expect(await followPayerRules(ctx)).toEqual({ ok: true, value: 1 })
  expect(await agency.lines(session)).toMatchObject([{ units: '2' }])
  expect(await followPayerRules(ctx)).toEqual({ ok: true, value: 0 })
})
