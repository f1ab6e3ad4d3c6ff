/** What becomes of lines when a session is signed again. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linesOf } from '../../src/billing/lines.ts'
import { isHeld, type LineMove, reconcile, reconcileOpen, type StandingLine } from '../../src/billing/reconcile.ts'
import { isLive, isUnbilled, type ServiceLine, serviceLineComputation, serviceLineStates } from '../../src/domain/service-line.ts'
import { at, facts, lasting, session } from './facts.ts'

const later = '2026-03-05T08:00:00.000Z'
const line = (changes: Partial<ServiceLine> = {}): ServiceLine => ({ ...linesOf(facts(), at)[0]!, ...changes })
const standing = (changes: Partial<ServiceLine> = {}, id = 'chg-1'): StandingLine => ({ id, value: line(changes) })
const shown = (moves: readonly LineMove[]) =>
  moves.map(({ id, value }) => [id ?? 'new', value.code, value.state, value.corrects ?? null])
const longer = linesOf(facts({ session: session({ actual: lasting(80) }) }), later)
const held = linesOf(facts({ diagnoses: [] }), later)
const otherCode = linesOf(facts({ session: session({ procedureCode: 'H2015' }) }), later)

describe('lines that nobody has billed', () => {
  it('are made new where there were none', () => {
    expect(shown(reconcile([], [line()], later))).toEqual([['new', 'T1017', 'ready', null]])
  })

  it('are computed anew in place, their price and beginning kept', () => {
    const old = standing({ charge: { amount: '120.00', currency: 'USD' } })
    const [move] = reconcile([old], longer, later)
    expect(move).toMatchObject({
      id: 'chg-1',
      value: { units: '5', createdAt: at, charge: { amount: '120.00' }, state: 'ready' },
    })
    expect(reconcile([old], [line()], later)[0]!.value).toEqual(old.value)
  })

  it('are released in place, but withdrawn where they were ready and no longer are', () => {
    expect(shown(reconcile([{ id: 'chg-1', value: held[0]! }], [line()], later))).toEqual([['chg-1', 'T1017', 'ready', null]])
    expect(shown(reconcile([standing()], held, later))).toEqual([
      ['chg-1', 'T1017', 'void', null],
      ['new', 'T1017', 'held', null],
    ])
  })

  it('are withdrawn where the session is of another code now, or was an error', () => {
    expect(shown(reconcile([standing()], otherCode, later))).toEqual([
      ['new', 'H2015', 'ready', null],
      ['chg-1', 'T1017', 'void', null],
    ])
    expect(shown(reconcile([standing()], [], later))).toEqual([['chg-1', 'T1017', 'void', null]])
  })
})

describe('lines that somebody made void', () => {
  const voided = standing({ state: 'void', adjudicationReason: 'Paid by a grant.' })

  it('do not come back by themselves', () => {
    expect(reconcile([voided], [line()], later)).toEqual([])
  })

  it('do not come back with another of the session that waited', () => {
    const waiting = { id: 'chg-2', value: { ...otherCode[0]!, state: 'held' as const } }
    const moves = reconcileOpen([voided, waiting], [line(), ...otherCode], isHeld, later)
    expect(shown(moves)).toEqual([['chg-2', 'H2015', 'ready', null]])
  })

  it('come back where the session says something else now', () => {
    expect(shown(reconcile([voided], longer, later))).toEqual([['new', 'T1017', 'ready', null]])
  })
})

describe('billed lines', () => {
  const billed = standing({ state: 'billed', claimRef: 'CLM-7', billedVersion: 1 })

  it('stay where a claim would say the same, though the minutes differ', () => {
    const close = linesOf(facts({ session: session({ actual: lasting(61) }) }), later)
    expect(reconcile([billed], close, later)).toEqual([])
  })

  it('are answered by a line that corrects them', () => {
    const moves = reconcile([billed], longer, later)
    expect(shown(moves)).toEqual([
      ['chg-1', 'T1017', 'corrected', null],
      ['new', 'T1017', 'ready', 'chg-1'],
    ])
    expect(moves[0]!.value).toEqual({ ...billed.value, state: 'corrected' })
    expect(moves[1]!.value.claimRef).toBeUndefined()
  })

  it('are answered by a line of another code', () => {
    expect(shown(reconcile([billed], otherCode, later))).toEqual([
      ['chg-1', 'T1017', 'corrected', null],
      ['new', 'H2015', 'ready', 'chg-1'],
    ])
  })

  it('are answered by a void line where nothing is to be billed any more', () => {
    const moves = reconcile([billed], [], later)
    expect(shown(moves)).toEqual([
      ['chg-1', 'T1017', 'corrected', null],
      ['new', 'T1017', 'void', 'chg-1'],
    ])
    expect(moves[1]!.value).toMatchObject({ units: '4', createdAt: later })
  })

  it('whose answer waits unbilled are answered once', () => {
    const old = standing({ state: 'corrected' })
    const answer = standing({ corrects: 'chg-1', units: '5' }, 'chg-2')
    expect(shown(reconcile([old, answer], [line()], later))).toEqual([['chg-2', 'T1017', 'ready', 'chg-1']])
    // a withdrawn answer does not take back the claim: the one that waits will answer it
    expect(shown(reconcile([old, answer], held, later))).toEqual([
      ['chg-2', 'T1017', 'void', null],
      ['new', 'T1017', 'held', 'chg-1'],
    ])
  })
})

describe('laws', () => {
  const code = fc.constantFrom('T1017', 'H2015', '90834')
  const values = fc
    .record({ code, state: fc.constantFrom(...serviceLineStates), units: fc.constantFrom('1', '2') })
    .map((changes) => line(changes))
  const stand = fc.array(values, { maxLength: 5 }).map((all) => all.map((value, i) => ({ id: `chg-${i}`, value })))
  const want = fc
    .uniqueArray(fc.record({ code, held: fc.boolean() }), { selector: (one) => one.code, maxLength: 3 })
    .map((all) =>
      all.map((one) =>
        line({ code: one.code, state: one.held ? 'held' : 'ready', holdReasons: one.held ? ['no-diagnosis'] : [] }),
      ),
    )
  const outcome = (before: readonly StandingLine[], moves: readonly LineMove[]): readonly StandingLine[] => [
    ...before.map((one) => ({ ...one, value: moves.find((move) => move.id === one.id)?.value ?? one.value })),
    ...moves.flatMap(({ id, value }, i) => (id === undefined ? [{ id: `new-${i}`, value }] : [])),
  ]
  const run = (property: (before: readonly StandingLine[], wanted: readonly ServiceLine[]) => void) =>
    fc.assert(fc.property(stand, want, property))

  it('afterwards the live lines are the wanted ones, one for each code', () => {
    run((before, wanted) => {
      const live = outcome(before, reconcile(before, wanted, later)).filter(({ value }) => isLive(value))
      expect(live.map(({ value }) => value.code).toSorted()).toEqual(wanted.map((one) => one.code).toSorted())
    })
  })

  it('a second time moves nothing', () => {
    run((before, wanted) => {
      const once = outcome(before, reconcile(before, wanted, later))
      expect(outcome(once, reconcile(once, wanted, later))).toEqual(once)
    })
  })

  it('every line moves as the machine of computation allows, and what is over stays', () => {
    const reach = (from: string): ReadonlySet<string> => {
      const found = new Set([from])
      for (const state of found)
        for (const { from: sources, to } of Object.values(serviceLineComputation.events))
          if ((sources as readonly string[]).includes(state)) found.add(to)
      return found
    }
    run((before, wanted) => {
      for (const { id, value } of reconcile(before, wanted, later)) {
        const old = before.find((one) => one.id === id)?.value
        if (!old) continue
        expect(isLive(old)).toBe(true)
        expect(reach(old.state)).toContain(value.state)
      }
    })
  })

  it('every claim that went out stays, or is answered by exactly one line', () => {
    run((before, wanted) => {
      const moves = reconcile(before, wanted, later)
      for (const { id, value } of before.filter((one) => isLive(one.value) && !isUnbilled(one.value))) {
        const move = moves.find((one) => one.id === id)
        const answers = moves.filter((one) => one.value.corrects === id)
        expect(answers).toHaveLength(move ? 1 : 0)
        if (move) expect(move.value).toEqual({ ...value, holdReasons: [], state: 'corrected' })
      }
    })
  })
})
