/** The closed loop: every state and every event, and what each event needs. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Referral, type ReferralState, referralMachine, referralStates } from '../../src/domain/referral.ts'
import {
  applyReferralEvent,
  isExpired,
  isStale,
  referralDetails,
  requestStatusOf,
  respondByDefault,
  shownState,
  unsentChanges,
} from '../../src/domain/referral-rules.ts'
import { allowedEvents, step } from '../../src/domain/state-machine.ts'

const blank: Referral = {
  identifiers: [],
  clientId: 'cli-1',
  reasons: ['ned-1'],
  goalIds: [],
  candidates: [],
  intent: 'order',
  attachments: [],
  contactAttempts: [],
  sensitivity: [],
  legalBasis: [],
  requestStatus: 'draft',
  state: 'draft',
}
const at = '2026-03-06T15:00:00.000Z'

/** The table of the closed loop, state by state: what may happen, and where it leads. */
const table: Record<ReferralState, Record<string, ReferralState>> = {
  draft: { send: 'requested', discard: 'cancelled', 'mark-error': 'entered-in-error' },
  requested: {
    receive: 'received',
    accept: 'accepted',
    reject: 'rejected',
    withdraw: 'cancelled',
    expire: 'cancelled',
    'mark-error': 'entered-in-error',
  },
  received: {
    accept: 'accepted',
    reject: 'rejected',
    withdraw: 'cancelled',
    expire: 'cancelled',
    'mark-error': 'entered-in-error',
  },
  accepted: {
    start: 'in-progress',
    hold: 'on-hold',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    'mark-error': 'entered-in-error',
  },
  'in-progress': {
    hold: 'on-hold',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    'mark-error': 'entered-in-error',
  },
  'on-hold': {
    resume: 'in-progress',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    'mark-error': 'entered-in-error',
  },
  completed: {
    'confirm-with-client': 'closed-confirmed',
    'close-unconfirmed': 'closed-unconfirmed',
    'mark-error': 'entered-in-error',
  },
  failed: {
    'confirm-with-client': 'closed-confirmed',
    'close-unconfirmed': 'closed-unconfirmed',
    'mark-error': 'entered-in-error',
  },
  rejected: {
    'confirm-with-client': 'closed-confirmed',
    'close-unconfirmed': 'closed-unconfirmed',
    'mark-error': 'entered-in-error',
  },
  cancelled: { 'close-unconfirmed': 'closed-unconfirmed', 'mark-error': 'entered-in-error' },
  'closed-unconfirmed': { 'confirm-with-client': 'closed-confirmed', 'mark-error': 'entered-in-error' },
  'closed-confirmed': { 'mark-error': 'entered-in-error' },
  'entered-in-error': {},
}

describe('the machine', () => {
  const events = [...new Set(Object.values(table).flatMap(Object.keys))]

  it('knows exactly these states and events', () => {
    expect([...referralStates].sort()).toEqual(Object.keys(table).sort())
    expect(Object.keys(referralMachine.events).sort()).toEqual(events.sort())
  })

  it.each(referralStates)('moves from %s as documented, and refuses all else by naming what is allowed', (state) => {
    expect(allowedEvents(referralMachine, state).toSorted()).toEqual(Object.keys(table[state]).sort())
    for (const event of events) {
      const moved = step(referralMachine, state, event, 'a reason')
      const to = table[state][event]
      if (to) expect(moved).toEqual({ ok: true, value: to })
      else {
        expect(moved.ok || moved.problem.code).toBe('illegal-event')
        // What only time causes cannot be sent.
        const sendable = Object.keys(table[state]).filter((name) => name !== 'expire')
        expect(moved.ok || moved.problem.allowed?.toSorted()).toEqual(sendable.sort())
      }
    }
  })

  it('is not fooled by words that every object knows', () => {
    for (const event of ['constructor', '__proto__', 'toString', '']) {
      expect(step(referralMachine, 'draft', event)).toMatchObject({ ok: false, problem: { code: 'illegal-event' } })
    }
  })

  it('asks for a reason where somebody is let down', () => {
    const reasoned = Object.entries(referralMachine.events).filter(([, { reason }]) => reason)
    expect(reasoned.map(([name]) => name).sort()).toEqual(['cancel', 'close-unconfirmed', 'fail', 'hold', 'reject', 'withdraw'])
    expect(step(referralMachine, 'requested', 'reject', '  ')).toMatchObject({ ok: false, problem: { code: 'rule-broken' } })
  })

  it('leaves the answer to the performer, and the asking to the requester', () => {
    const by = (who: string) =>
      Object.entries(referralMachine.events)
        .filter(([, one]) => one.by === who)
        .map(([name]) => name)
        .sort()
    expect(by('performer')).toEqual(['accept', 'complete', 'fail', 'hold', 'receive', 'reject', 'resume', 'start'])
    expect(by('requester')).toEqual(['close-unconfirmed', 'confirm-with-client', 'discard', 'mark-error', 'send', 'withdraw'])
    expect(by('either')).toEqual(['cancel'])
    expect(by('clock')).toEqual(['expire'])
  })
})

describe('an answer is due', () => {
  it.each([
    ['stat', '2026-03-06T16:00:00.000Z'],
    ['asap', '2026-03-06T19:00:00.000Z'],
    // Friday: the next business day is Monday.
    ['urgent', '2026-03-09T15:00:00.000Z'],
    ['routine', '2026-03-13T15:00:00.000Z'],
  ] as const)('%s until %s', (priority, due) => {
    expect(respondByDefault(priority, at, 'America/New_York')).toBe(due)
  })

  it('counts business days where the client lives', () => {
    // Sunday in New York is Monday in Tokyo already.
    const sunday = '2026-03-08T20:00:00.000Z'
    expect(respondByDefault('urgent', sunday, 'America/New_York')).toBe('2026-03-09T20:00:00.000Z')
    expect(respondByDefault('urgent', sunday, 'Asia/Tokyo')).toBe('2026-03-09T20:00:00.000Z')
    // Friday evening in New York is Saturday in Tokyo: either way Monday is next, two or three days on.
    const friday = '2026-03-06T20:00:00.000Z'
    expect(respondByDefault('urgent', friday, 'America/New_York')).toBe('2026-03-09T20:00:00.000Z')
    expect(respondByDefault('urgent', friday, 'Asia/Tokyo')).toBe('2026-03-08T20:00:00.000Z')
  })

  it('skips federal holidays', () => {
    expect(respondByDefault('urgent', '2026-07-02T12:00:00.000Z', 'America/New_York')).toBe('2026-07-06T12:00:00.000Z')
  })

  it('says nothing where it cannot know', () => {
    expect(respondByDefault('urgent', 'soon')).toBeUndefined()
  })

  it('is stale only while nobody answered, expired likewise', () => {
    for (const state of referralStates) {
      const due = { ...blank, state, respondBy: at, expiresAt: at }
      const waiting = state === 'requested' || state === 'received'
      expect(isStale(due, '2026-03-06T15:00:00.001Z')).toBe(waiting)
      expect(isExpired(due, '2026-03-06T15:00:00.001Z')).toBe(waiting)
      expect(isStale(due, at)).toBe(false)
      expect(isStale({ ...blank, state }, '2099-01-01T00:00:00Z')).toBe(false)
    }
  })
})

describe('events', () => {
  const draft: Referral = { ...blank, consentId: 'con-1', priority: 'asap' }

  it('sending starts the clock, and needs a consent', () => {
    const { consentId: _, ...without } = draft
    expect(applyReferralEvent(without, { type: 'send' }, at)).toMatchObject({ ok: false, problem: { code: 'guard-failed' } })
    expect(applyReferralEvent(draft, { type: 'send' }, at)).toMatchObject({
      value: { requestedAt: at, respondBy: '2026-03-06T19:00:00.000Z' },
    })
    const agreed = { respondBy: '2026-03-20', expiresAt: '2026-04-01' }
    expect(applyReferralEvent(draft, { type: 'send', ...agreed }, at)).toMatchObject({ value: agreed })
    expect(applyReferralEvent({ ...draft, respondBy: '2026-03-21' }, { type: 'send' }, at)).toMatchObject({
      value: { respondBy: '2026-03-21' },
    })
    expect(applyReferralEvent(draft, { type: 'send', respondBy: 'soon' }, at).ok).toBe(false)
  })

  it('a reason explains the state it led to, and goes with it', () => {
    const held = applyReferralEvent({ ...blank, state: 'on-hold' }, { type: 'hold', reason: 'Waiting list' }, at)
    expect(held).toMatchObject({ value: { statusReason: 'Waiting list' } })
    const resumed = applyReferralEvent({ ...blank, statusReason: 'Waiting list' }, { type: 'resume' }, at)
    expect(resumed.ok && 'statusReason' in resumed.value).toBe(false)
  })

  it('the first service is noted once', () => {
    const started = applyReferralEvent(blank, { type: 'start', at: '2026-03-05T08:00:00-05:00' }, at)
    expect(started).toMatchObject({ value: { startedAt: '2026-03-05T08:00:00-05:00' } })
    expect(applyReferralEvent({ ...blank, startedAt: '2026-03-01' }, { type: 'start' }, at)).toMatchObject({
      value: { startedAt: '2026-03-01' },
    })
  })

  it('completing needs an outcome of whoever says it; a Task may have ended without one', () => {
    expect(referralDetails.complete.safeParse({}).error?.issues).toMatchObject([{ path: ['outcome'] }])
    expect(referralDetails.complete.safeParse({ outcome: { note: 'done' } }).success).toBe(false)
    expect(applyReferralEvent(blank, { type: 'complete' }, at)).toMatchObject({ value: { endedAt: at } })
    expect(applyReferralEvent(blank, { type: 'complete', outcome: { kind: 'splendid' } }, at).ok).toBe(false)
    expect(applyReferralEvent(blank, { type: 'complete', outcome: { kind: 'partial' } }, at)).toMatchObject({
      value: { outcome: { kind: 'partial', procedures: [] }, endedAt: at },
    })
  })

  it.each(['reject', 'withdraw', 'cancel', 'discard', 'expire', 'fail'])('%s ends the work', (type) => {
    expect(applyReferralEvent(blank, { type, reason: 'so it is' }, at)).toMatchObject({ value: { endedAt: at } })
  })

  it('the loop is closed by the client’s word', () => {
    const done: Referral = { ...blank, outcome: { kind: 'service-provided', procedures: [] } }
    const word = { needResolved: 'partly', clientConfirmed: { saidReceived: true, stillNeeded: true } }
    expect(applyReferralEvent(done, { type: 'confirm-with-client' }, at).ok).toBe(false)
    expect(applyReferralEvent(done, { type: 'confirm-with-client', ...word }, at)).toMatchObject({
      value: {
        closure: 'confirmed',
        needResolved: 'partly',
        clientConfirmed: { at, saidReceived: true, stillNeeded: true },
        outcome: { kind: 'service-provided' },
      },
    })
  })

  it('work that was refused or failed did not provide the service, unless somebody knows better', () => {
    const word = { needResolved: 'no', clientConfirmed: { saidReceived: false, stillNeeded: true } }
    expect(applyReferralEvent(blank, { type: 'confirm-with-client', ...word }, at)).toMatchObject({
      value: { outcome: { kind: 'not-provided' } },
    })
    const better = { ...word, outcome: { kind: 'client-unreachable' } }
    expect(applyReferralEvent(blank, { type: 'confirm-with-client', ...better }, at)).toMatchObject({
      value: { outcome: { kind: 'client-unreachable' } },
    })
  })

  it('without the client’s word, three attempts or thirty days come first', () => {
    const attempt = { at, channel: 'phone', outcome: 'no-answer' } as const
    const close = (referral: Partial<Referral>) =>
      applyReferralEvent({ ...blank, ...referral }, { type: 'close-unconfirmed', reason: 'no answer' }, at)
    expect(close({ endedAt: '2026-02-20T15:00:00.000Z', contactAttempts: [attempt, attempt] })).toMatchObject({
      ok: false,
      problem: { code: 'guard-failed' },
    })
    expect(close({ contactAttempts: [attempt, attempt, attempt] })).toMatchObject({ value: { closure: 'unconfirmed' } })
    expect(close({ endedAt: '2026-02-04T15:00:00.000Z' })).toMatchObject({ value: { closure: 'unconfirmed' } })
    expect(close({ endedAt: '2026-02-04T15:00:00.001Z' }).ok).toBe(false)
  })

  it('what was closed in error is not closed', () => {
    const marked = applyReferralEvent({ ...blank, closure: 'confirmed' }, { type: 'mark-error' }, at)
    expect(marked.ok && 'closure' in marked.value).toBe(false)
  })

  it('no event input makes it throw', () => {
    const events = Object.keys(referralMachine.events)
    fc.assert(
      fc.property(fc.constantFrom(...events), fc.dictionary(fc.string(), fc.jsonValue()), (type, details) => {
        applyReferralEvent(draft, { ...details, type, at, reason: 'r' }, at)
      }),
    )
  })
})

describe('the authorisation', () => {
  it.each([
    ['draft', 'draft'],
    ['requested', 'active'],
    ['received', 'active'],
    ['accepted', 'active'],
    ['rejected', 'active'],
    ['in-progress', 'active'],
    ['on-hold', 'active'],
    ['failed', 'active'],
    ['completed', 'completed'],
    ['cancelled', 'revoked'],
    ['entered-in-error', 'entered-in-error'],
  ] as const)('of %s is %s', (state, status) => {
    expect(requestStatusOf(state, state, undefined)).toBe(status)
  })

  it('ends with what the closing says', () => {
    for (const kind of ['service-provided', 'partial'] as const)
      expect(requestStatusOf('closed-confirmed', 'failed', kind)).toBe('completed')
    for (const kind of ['not-provided', 'other', 'waitlisted', undefined] as const)
      expect(requestStatusOf('closed-confirmed', 'completed', kind)).toBe('revoked')
    expect(requestStatusOf('closed-unconfirmed', 'completed', undefined)).toBe('completed')
    expect(requestStatusOf('closed-unconfirmed', 'failed', undefined)).toBe('revoked')
  })

  it('a closure shows only on work that ended', () => {
    expect(shownState({ state: 'completed', closure: 'confirmed' })).toBe('closed-confirmed')
    expect(shownState({ state: 'rejected', closure: 'unconfirmed' })).toBe('closed-unconfirmed')
    expect(shownState({ state: 'cancelled', closure: 'unconfirmed' })).toBe('closed-unconfirmed')
    expect(shownState({ state: 'cancelled', closure: 'confirmed' })).toBe('cancelled')
    expect(shownState({ state: 'accepted', closure: 'confirmed' })).toBe('accepted')
    expect(shownState({ state: 'accepted' })).toBe('accepted')
  })
})

it('what was sent stays what was consented to', () => {
  const sent: Referral = { ...blank, state: 'requested', target: { id: 'org-1' }, consentId: 'con-1' }
  expect(unsentChanges({ ...sent, state: 'draft' }, { ...sent, clientId: 'cli-2' })).toEqual([])
  expect(unsentChanges(sent, { ...sent, priority: 'urgent' })).toEqual([])
  expect(unsentChanges(sent, { ...sent, clientId: 'cli-2', consentId: 'con-2' }).map(({ path }) => path)).toEqual([
    'clientId',
    'consentId',
  ])
  const { target, ...pool } = sent
  expect(unsentChanges(pool, sent)).toEqual([]) // somebody of the pool took it
  expect(unsentChanges(sent, pool).map(({ path }) => path)).toEqual(['target'])
})
