import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Owner } from '../../src/lens/field.ts'
import { alignedTo, type Merging, merge } from '../../src/lens/merge.ts'

type Referral = { state?: string | undefined; priority?: string | undefined; note?: string | undefined }
const referral: Merging = {
  rows: [
    { field: 'state', owner: 'partner' },
    { field: 'priority', owner: 'coordination' },
    { field: 'note', owner: 'shared' },
  ],
}
const base: Referral = { state: 'requested', priority: 'routine', note: 'call first' }

describe('merging what both sides changed', () => {
  test('different fields: both changes are kept, and each side learns of the other', () => {
    const merged = merge(referral, base, { ...base, priority: 'urgent' }, { ...base, state: 'accepted' })
    expect(merged.value).toEqual({ state: 'accepted', priority: 'urgent', note: 'call first' })
    expect(merged).toMatchObject({ toThem: ['priority'], toUs: ['state'], conflicts: [], decided: [] })
  })

  test('one field, differently: its owner has the last word, and it is said', () => {
    const merged = merge(
      referral,
      base,
      { ...base, state: 'cancelled', priority: 'stat' },
      { ...base, state: 'accepted', priority: 'asap' },
    )
    expect(merged.value).toMatchObject({ state: 'accepted', priority: 'stat' })
    expect(merged.decided.map(({ field, owner }) => [field, owner])).toEqual([
      ['state', 'partner'],
      ['priority', 'coordination'],
    ])
  })

  test('a shared field, differently: a conflict, and ours stands until a person settles it', () => {
    const merged = merge(referral, base, { ...base, note: 'ring the bell' }, { ...base, note: 'no bell' })
    expect(merged.value.note).toBe('ring the bell')
    expect(merged.conflicts).toEqual([{ field: 'note', base: 'call first', ours: 'ring the bell', theirs: 'no bell' }])
  })

  test('the same change on both sides is no conflict and nobody has to learn it', () => {
    const both = { ...base, note: 'done' }
    expect(merge(referral, base, both, { ...both })).toEqual({ value: both, toThem: [], toUs: [], conflicts: [], decided: [] })
  })

  test('what one side took away is away', () => {
    expect(merge(referral, base, base, { state: 'requested', priority: 'routine' }).value).not.toHaveProperty('note')
  })

  test('items that say the same are the same, whatever their handles', () => {
    const names: Merging = { rows: [{ field: 'names', owner: 'shared' }] }
    const of = (handle: string) => ({ names: [{ handle, family: 'Stone' }] })
    expect(merge(names, of('h1'), of('h1'), of('h2'))).toMatchObject({ toThem: [], toUs: [], conflicts: [] })
  })
})

describe('writing onto the other side', () => {
  test('items that say the same there carry the handle they have there; others keep their own', () => {
    const ours = {
      names: [
        { handle: 'a', family: 'Stone' },
        { handle: 'b', family: 'Rivers' },
        { handle: 'c', family: 'Stone' },
      ],
    }
    const theirs = {
      names: [
        { handle: 'x', family: 'Stone' },
        { handle: 'c', family: 'Wood' },
      ],
    }
    expect(alignedTo(ours, theirs).names.map(({ handle }) => handle)).toEqual(['x', 'b', 'c'])
  })
})

const word = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined })
const values = fc.record({ state: word, priority: word, note: word })

describe('for all values', () => {
  const defined = (value: Referral): Referral =>
    Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))

  test('where only one side changed, its value is the result', () => {
    fc.assert(
      fc.property(values, values, (before, after) => {
        expect(merge(referral, before, after, before).value).toEqual(defined(after))
        expect(merge(referral, before, before, after).value).toEqual(defined(after))
      }),
    )
  })

  test('every field of the result is ours or theirs; what both agree on is kept', () => {
    fc.assert(
      fc.property(values, values, values, (before, ours, theirs) => {
        const { value, conflicts } = merge(referral, before, ours, theirs)
        for (const { field } of referral.rows) {
          const name = field as keyof Referral
          expect([ours[name], theirs[name]]).toContain(value[name])
        }
        expect(conflicts.every(({ field }) => field === 'note')).toBe(true)
      }),
    )
  })

  test('seen from the other side, with the owners exchanged, the result is the same (conflicts apart)', () => {
    const exchanged: Record<Owner, Owner> = { coordination: 'partner', partner: 'coordination', shared: 'shared' }
    const mirrored: Merging = { rows: referral.rows.map(({ field, owner }) => ({ field, owner: exchanged[owner] })) }
    fc.assert(
      fc.property(values, values, values, (before, ours, theirs) => {
        const here = merge(referral, before, ours, theirs)
        const there = merge(mirrored, before, theirs, ours)
        expect(there.toThem).toEqual(here.conflicts.length > 0 ? expect.anything() : here.toUs)
        if (here.conflicts.length === 0) expect(there.value).toEqual(here.value)
        expect(there.conflicts.map(({ field }) => field)).toEqual(here.conflicts.map(({ field }) => field))
      }),
    )
  })

  test('merging once more changes nothing', () => {
    fc.assert(
      fc.property(values, values, values, (before, ours, theirs) => {
        const { value } = merge(referral, before, ours, theirs)
        expect(merge(referral, value, value, value)).toEqual({ value, toThem: [], toUs: [], conflicts: [], decided: [] })
      }),
    )
  })
})
