/** A payer's rule proves to be another one after lines were made by it: what no payer has taken follows, what one has stays. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { followPayerRules } from '../../src/flows/billing/follow-payer-rule.ts'
import { startClock } from '../../src/flows/by-the-clock/clock.ts'
import { type Agency, ack, type Body, feed, openAgency, shown, tell } from '../support/billing.ts'
import { adminToken, local, startGateway } from '../support/gateway.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
})

const followed = async () => followPayerRules(await agency.gateway.gateway.context(local()))
/** Kept otherwise, and followed, as the clock sees to it. */
const rule = async (body: Body, key = 'medicaid-ffs') => {
  await agency.put(`/admin/payer-rules/${key}`, body)
  expect(await followed()).toEqual({ ok: true, value: 'done' })
}
const beingFollowed = async () => (await agency.get('/admin/payer-rules')).following
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
    await followed()
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

describe('lines that follow a rule', () => {
  it('do so after the answer, which says nothing of them, and are told of until then', async () => {
    const session = await agency.sign(h2015, 23)
    await followed()
    expect(await beingFollowed()).toEqual([])
    await agency.put('/admin/payer-rules/medicaid-ffs', { quarterHour: 'medicare8' })
    expect(await agency.lines(session)).toMatchObject([{ units: '1' }])
    expect(await beingFollowed()).toEqual([{ key: 'medicaid-ffs', looked: 0 }])
    await followed()
    expect(await agency.lines(session)).toMatchObject([{ units: '2' }])
    expect(await beingFollowed()).toEqual([])
  })

  it('do so by the clock, which is woken for it', async () => {
    const session = await agency.sign(h2015, 23)
    const calls: (() => void)[] = []
    const ctx = await agency.gateway.gateway.context(local())
    const stop = startClock(ctx, (_, then) => {
      calls.push(then)
      return () => calls.splice(calls.indexOf(then), 1)
    })
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    await agency.put('/admin/payer-rules/medicaid-ffs', { quarterHour: 'medicare8' })
    expect(calls).toHaveLength(1)
    calls.pop()!()
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    await stop()
    expect(await agency.lines(session)).toMatchObject([{ units: '2' }])
  })

  it('go on where they were after a crash, and begin again where the rule has changed since', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'handoff-rules-'))
    const open = () => startGateway({ store: `sqlite:${folder}` })
    let gateway = await open()
    onTestFinished(async () => {
      await gateway.stop()
      await rm(folder, { recursive: true })
    })
    agency = await openAgency({ at: gateway })
    const first = await agency.sign(h2015, 23)
    // A hospital's charges are looked at and passed over: more of them than a page holds.
    const charge = {
      ...{ resourceType: 'ChargeItem', status: 'billable', code: { text: 'Bed' } },
      subject: { reference: `Patient/${agency.client}` },
    }
    const entry = Array.from({ length: 120 }, () => ({ resource: charge, request: { method: 'POST', url: 'ChargeItem' } }))
    await agency.post('/fhir', { resourceType: 'Bundle', type: 'transaction', entry })
    const last = await agency.sign(h2015, 23)
    await followed()
    const units = async () => (await Promise.all([first, last].map(agency.lines))).map(([line]) => Number(line!.units)).toSorted()

    const onePage = async () => followPayerRules(await gateway.gateway.context(local()), (pages) => pages < 1)
    await agency.put('/admin/payer-rules/medicaid-ffs', { quarterHour: 'medicare8' })
    expect(await onePage()).toEqual({ ok: true, value: 'more' })
    expect(await units()).toEqual([1, 2])
    expect(await beingFollowed()).toEqual([{ key: 'medicaid-ffs', looked: 100 }])
    await gateway.stop()
    gateway = await open()
    const asBefore = async (path: string) => (await (await gateway.request(path)).json()) as Body
    agency = { ...agency, gateway, get: asBefore }
    expect(await beingFollowed()).toEqual([{ key: 'medicaid-ffs', looked: 100 }])
    expect(await onePage()).toEqual({ ok: true, value: 'done' })
    expect(await beingFollowed()).toEqual([])

    const put = (quarterHour: string) =>
      gateway.request('/admin/payer-rules/medicaid-ffs', { method: 'PUT', json: { quarterHour } })
    await put('full')
    await onePage()
    await put('midpoint')
    expect(await beingFollowed()).toEqual([{ key: 'medicaid-ffs', looked: 0 }])
  })
})
