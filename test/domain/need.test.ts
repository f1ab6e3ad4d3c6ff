/** Needs: how they move, what goes with each state, and what may be billed. */

import { describe, expect, it } from 'vitest'
import {
  applyNeedEvent,
  billableAs,
  type Need,
  NeedCommand,
  Need as NeedSchema,
  type NeedState,
  needMachine,
  needStates,
  verificationOf,
} from '../../src/domain/need.ts'
import { isNoCategory, sdohCategories } from '../../src/domain/sdoh.ts'
import { allowedEvents, offeredEvents, step } from '../../src/domain/state-machine.ts'
import { sdoh } from '../support/coordination.ts'

const blank: Need = {
  identifiers: [],
  clientId: 'cli-1',
  evidence: [],
  sensitivity: [],
  legalBasis: [],
  verification: 'unconfirmed',
  state: 'suspected',
}

const table: Record<NeedState, Record<string, NeedState>> = {
  suspected: { confirm: 'confirmed', refute: 'refuted', decline: 'declined', 'mark-error': 'entered-in-error' },
  confirmed: { resolve: 'resolved', decline: 'declined', refute: 'refuted', 'mark-error': 'entered-in-error' },
  'being-addressed': { resolve: 'resolved', decline: 'declined', 'mark-error': 'entered-in-error' },
  resolved: { recur: 'recurred', 'mark-error': 'entered-in-error' },
  recurred: { resolve: 'resolved', 'mark-error': 'entered-in-error' },
  declined: { confirm: 'confirmed', 'mark-error': 'entered-in-error' },
  refuted: { 'mark-error': 'entered-in-error' },
  'entered-in-error': {},
}

describe('the machine', () => {
  it.each(needStates)('moves from %s as documented, and no other way', (state) => {
    expect(allowedEvents(needMachine, state).toSorted()).toEqual(Object.keys(table[state]).sort())
    for (const event of Object.keys(needMachine.events)) {
      const to = table[state][event]
      expect(step(needMachine, state, event)).toMatchObject(
        to
          ? { ok: true, value: to }
          : { ok: false, problem: { code: 'illegal-event', allowed: offeredEvents(needMachine, state) } },
      )
    }
  })
})

describe('verification follows the state', () => {
  it.each([
    ['suspected', undefined, 'unconfirmed'],
    ['suspected', 'provisional', 'provisional'],
    ['suspected', 'confirmed', 'unconfirmed'],
    ['confirmed', 'unconfirmed', 'confirmed'],
    ['being-addressed', undefined, 'confirmed'],
    ['resolved', 'provisional', 'confirmed'],
    ['recurred', 'confirmed', 'confirmed'],
    // Declining says nothing about whether it is so.
    ['declined', 'provisional', 'provisional'],
    ['declined', 'confirmed', 'confirmed'],
    ['declined', undefined, 'unconfirmed'],
    ['refuted', 'confirmed', 'refuted'],
    ['entered-in-error', 'confirmed', 'entered-in-error'],
  ] as const)('%s after %s: %s', (state, before, after) => {
    expect(verificationOf(state, before)).toBe(after)
  })

  it('what does not fit is no need', () => {
    const ok = (need: object) => NeedSchema.safeParse({ ...blank, ...need }).success
    expect(ok({ state: 'suspected', verification: 'confirmed' })).toBe(false)
    expect(ok({ state: 'confirmed', verification: 'provisional' })).toBe(false)
    expect(ok({ state: 'confirmed', verification: undefined })).toBe(true)
    expect(ok({ state: 'refuted', verification: 'confirmed' })).toBe(false)
    expect(ok({ state: 'resolved', verification: 'refuted' })).toBe(false)
    expect(ok({ state: 'resolved', verification: 'confirmed', resolvedOn: '2026-03-01' })).toBe(true)
    expect(ok({ state: 'confirmed', verification: 'confirmed', resolvedOn: '2026-03-01' })).toBe(false)
  })
})

describe('events', () => {
  const at = '2026-03-02T09:30:00Z'
  it('resolving notes when, recurring forgets it', () => {
    const resolved = applyNeedEvent({ ...blank, state: 'resolved' }, { type: 'resolve' }, at)
    expect(resolved.resolvedOn).toBe(at)
    expect(applyNeedEvent({ ...resolved, state: 'recurred' }, { type: 'recur' }, at)).not.toHaveProperty('resolvedOn')
  })
  it('a reason goes with the state that it explains', () => {
    const declined = applyNeedEvent({ ...blank, state: 'declined' }, { type: 'decline', reason: 'Not now' }, at)
    expect(declined.statusReason).toBe('Not now')
    expect(applyNeedEvent({ ...declined, state: 'confirmed' }, { type: 'confirm' }, at)).not.toHaveProperty('statusReason')
  })
})

it('social determinants are never the first diagnosis of a claim', () => {
  const coded = (code: string) => billableAs({ code: { codings: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code }] } })
  expect(coded('Z55.0')).toEqual({ icd10: 'Z55.0', secondaryOnly: true })
  expect(coded('Z59.41')).toMatchObject({ secondaryOnly: true })
  expect(coded('Z65.9')).toMatchObject({ secondaryOnly: true })
  expect(coded('Z54.0')).toMatchObject({ secondaryOnly: false })
  expect(coded('Z66')).toMatchObject({ secondaryOnly: false })
  expect(coded('F32.1')).toMatchObject({ secondaryOnly: false })
  expect(billableAs({ code: { codings: [{ system: 'http://snomed.info/sct', code: '733423003' }] } })).toBeUndefined()
  expect(billableAs({})).toBeUndefined()
})

it('a need of our own says what it is, who says so, and what the client thinks', () => {
  const issues = NeedCommand.safeParse({ clientId: 'cli-1', code: { codings: [] }, state: 'suspected' }).error?.issues ?? []
  expect(issues.map(({ path }) => path.join('.')).sort()).toEqual(['assertedBy', 'category', 'clientView', 'code', 'domain'])
})

describe('the categories of social needs', () => {
  it('are twenty-four', () => expect(new Set(sdohCategories).size).toBe(24))
  it('are known by their codes; other systems have their own', () => {
    for (const code of sdohCategories) expect(isNoCategory({ system: sdoh, code })).toBe(false)
    expect(isNoCategory({ system: sdoh, code: 'hunger' })).toBe(true)
    expect(isNoCategory({ system: 'http://example.org', code: 'hunger' })).toBe(false)
  })
})
