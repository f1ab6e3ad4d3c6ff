/** Parameters that no index answers: each resource that the others leave has to be looked at. */
import { ok, type Result } from '../../domain/problem.ts'
import { all, type Criterion, noModifier, unreadable } from './criterion.ts'
import { pointOf } from './near.ts'
import type { Filter } from './query.ts'
import { unescaped } from './values.ts'
import { wordsOf } from './words.ts'

/** Announced limits of one search: resources that are read for it, their characters, words that are looked for. */
export const lookLimits = { resources: 10_000, characters: 50_000_000, words: 50 } as const

const cost =
  `Not indexed: all that the other parameters leave is read, at most ${lookLimits.resources} resources and ` +
  `${lookLimits.characters} characters; where there is more, the search is refused.`

/** What the CapabilityStatement tells of them. */
export const lookedEverywhere = [
  {
    name: '_text',
    definition: 'http://hl7.org/fhir/SearchParameter/DomainResource-text',
    type: 'string',
    documentation: `Up to ${lookLimits.words} words, each of which begins a word of the narrative. ${cost}`,
  },
  {
    name: '_content',
    definition: 'http://hl7.org/fhir/SearchParameter/Resource-content',
    type: 'string',
    documentation: `Up to ${lookLimits.words} words, each of which begins a word anywhere in the resource. ${cost}`,
  },
] as const

export const lookedOf: Readonly<Record<string, readonly object[]>> = {
  Location: [
    {
      name: 'near',
      definition: 'http://hl7.org/fhir/SearchParameter/Location-near',
      type: 'special',
      documentation: `latitude|longitude|distance|units (km, m, mi); 50 km where no distance is given. ${cost}`,
    },
  ],
}

/** Undefined where it is none of these. */
export function lookedFilter(type: string, criterion: Criterion): Result<Filter> | undefined {
  const { param, modifier, text } = criterion
  const isNear = type === 'Location' && param === 'near'
  if (!isNear && param !== '_text' && param !== '_content') return undefined
  if (modifier !== undefined) return noModifier(criterion)
  if (isNear) {
    const points = all(text, pointOf)
    return points ? ok({ kind: 'near', points }) : unreadable('near', 'latitude|longitude|distance|units')
  }
  const values = all(text, (piece) => {
    const words = wordsOf(unescaped(piece))
    return words.length > 0 ? words : undefined
  })
  if (values && values.flat().length > lookLimits.words) return unreadable(param, `at most ${lookLimits.words} words`)
  return values ? ok({ kind: 'words', of: param === '_text' ? 'narrative' : 'all', values }) : unreadable(param, 'words')
}
