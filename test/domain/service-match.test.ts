/** Matching services to a need: what speaks for and against each, what rules out, and in which order they come. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kmBetween, type Listing, matches, type Seeker } from '../../src/domain/service-match.ts'
import { ServiceOffering } from '../../src/domain/service-offering.ts'

const at = '2026-03-09T10:00:00Z'
const food = { system: 'urn:needs', code: 'food' }
const seeker: Seeker = {
  category: food,
  age: 41,
  languages: ['es', 'en'],
  areas: { postalCode: '12180', county: 'Rensselaer', state: 'NY' },
  spot: { lat: 42.73, lon: -73.68 },
  insurance: ['medicaid-mco'],
}
const listing = (id: string, service: object = {}, more: Partial<Listing> = {}): Listing => ({
  id,
  service: ServiceOffering.parse({ name: id, state: 'active', categories: [food], ...service }),
  ...{ spots: [], postalCodes: [], decided: 0, accepted: 0, rejectedHere: false },
  ...more,
})
const one = (service: object, more: Partial<Listing> = {}, who = seeker) => {
  const { items, ruledOut } = matches(who, [listing('svc', service, more)], at)
  return items[0] ?? ruledOut[0]
}
const said = (about: string, service: object, more: Partial<Listing> = {}, who = seeker) => {
  const found = one(service, more, who)?.reasons.find((reason) => reason.about === about)
  return found && [found.speaks, found.text]
}

it.each<[string, string, object, Partial<Listing>, [string, string]]>([
  ['near', 'distance', {}, { spots: [{ lat: 42.74, lon: -73.68 }] }, ['for', '1.1 km away']],
  ['far', 'distance', {}, { spots: [{ lat: 40.71, lon: -74.0 }] }, ['against', '226.2 km away']],
  [
    'the nearest place counts',
    'distance',
    {},
    {
      spots: [
        { lat: 40, lon: -74 },
        { lat: 42.73, lon: -73.68 },
      ],
    },
    ['for', '0 km away'],
  ],
  ['same postal code', 'distance', {}, { postalCodes: ['12180-1234'] }, ['for', 'same postal code']],
  ['its area', 'distance', { coverageAreas: ['rensselaer'] }, {}, ['for', 'serves rensselaer']],
  ['unknown', 'distance', {}, {}, ['neither', 'distance not known']],
  ['from home', 'distance', { telehealth: true }, {}, ['for', 'is reached from home']],
  ['spoken', 'language', { languages: ['es-MX'] }, {}, ['for', 'es is spoken']],
  ['not spoken', 'language', { languages: ['fr'] }, {}, ['against', 'es is not spoken']],
  ['free', 'insurance', { cost: 'free' }, {}, ['for', 'free']],
  ['taken', 'insurance', { eligibility: [{ insurance: ['Medicaid-MCO'] }] }, {}, ['for', 'takes Medicaid-MCO']],
  [
    'not taken',
    'insurance',
    { eligibility: [{ insurance: ['medicare'] }] },
    {},
    ['against', 'takes none of the coverages in force'],
  ],
  ['waiting list', 'capacity', { capacity: { status: 'waitlist', waitDays: 30, asOf: at } }, {}, ['against', 'waits 30 days']],
  [
    'old word',
    'capacity',
    { capacity: { status: 'closed', asOf: '2026-02-01' } },
    {},
    ['neither', 'no word of its room within a week'],
  ],
  ['unverified', 'verification', { state: 'unverified' }, {}, ['against', 'not verified lately']],
  ['took most', 'acceptance', {}, { decided: 4, accepted: 3 }, ['for', 'took 3 of 4 referrals']],
  ['took few', 'acceptance', {}, { decided: 4, accepted: 1 }, ['against', 'took 1 of 4 referrals']],
])('%s (%s)', (_, about, service, more, expected) => {
  expect(said(about, service, more)).toEqual(expected)
})

describe('a service is ruled out', () => {
  it.each<[string, object, Partial<Listing>]>([
    ['age', { eligibility: [{ ageMin: 60 }] }, {}],
    ['capacity', { capacity: { status: 'closed', asOf: at } }, {}],
    ['rejected', {}, { rejectedHere: true }],
  ])('by %s, and says so', (about, service, more) => {
    const { items, ruledOut } = matches(seeker, [listing('svc', service, more), listing('other')], at)
    expect(items.map(({ serviceId }) => serviceId)).toEqual(['other'])
    expect(ruledOut[0]?.reasons.filter(({ rulesOut }) => rulesOut).map((reason) => reason.about)).toEqual([about])
  })

  it('but not by an age that nobody knows, nor where another way to be eligible is open', () => {
    const old = [{ ageMin: 60 }]
    expect(said('age', { eligibility: old }, {}, { ...seeker, age: undefined })?.[0]).toBe('neither')
    expect(said('age', { eligibility: [...old, { ageMin: 18, ageMax: 41 }] })?.[0]).toBe('for')
    expect(said('age', { eligibility: [...old, { text: 'veterans' }] })?.[0]).toBe('neither')
  })

  it('one for another need, or not offered, is not told of at all', () => {
    for (const service of [
      { categories: [{ ...food, code: 'housing' }] },
      { state: 'suspended' },
      { state: 'draft' },
      { categories: [] },
    ])
      expect(one(service)).toBeUndefined()
  })
})

it('comes in the same order whatever order it was found in, best first', () => {
  const listings = [
    listing('a', { languages: ['fr'] }),
    listing('b', { capacity: { status: 'open', asOf: at }, languages: ['es'] }),
    listing('c', { cost: 'free' }),
    listing('d', { cost: 'free' }),
    listing('e', {}, { spots: [{ lat: 42.73, lon: -73.68 }] }),
  ]
  fc.assert(
    fc.property(fc.shuffledSubarray(listings, { minLength: 5 }), (shuffled) => {
      expect(matches(seeker, shuffled, at).items.map(({ serviceId }) => serviceId)).toEqual(['b', 'e', 'c', 'd', 'a'])
    }),
  )
})

it('a distance is the same both ways, and none to oneself', () => {
  const spot = fc.record({
    lat: fc.double({ min: -90, max: 90, noNaN: true }),
    lon: fc.double({ min: -180, max: 180, noNaN: true }),
  })
  fc.assert(
    fc.property(spot, spot, (a, b) => {
      expect(kmBetween(a, b)).toBeCloseTo(kmBetween(b, a), 6)
      expect(kmBetween(a, a)).toBe(0)
      expect(kmBetween(a, b)).toBeLessThanOrEqual(6371 * Math.PI)
    }),
  )
})
