/** Code systems and value sets: our own words as the mappings write them, and the tables between codes and words as ConceptMaps. */
import * as crisis from '../../mappings/codes/crisis.ts'
import { ownCodes as ownCodesBasis } from '../../mappings/codes/label-basis.ts'
import { invalidTag } from '../../mappings/codes/validation.ts'
import { canonicalBase } from '../../mappings/shared/extension.ts'
import { needCategories } from '../../src/domain/derived-needs.ts'
import { policies, policyIdOf } from '../../src/domain/follow-up-policies.ts'
import { instruments } from '../../src/domain/instruments/index.ts'
import { answersOf, ownCodes, scoreCodeOf, systemOf } from '../../src/domain/instruments/instrument.ts'
import { isSdohCategory } from '../../src/domain/sdoh.ts'
import { canonical, type Definition, definition, idOf, titleOf } from './canonical.ts'

/** Code → what it means, in a few words. */
export type Codes = ReadonlyMap<string, string>

export const inWords = (codes: Iterable<string>): Codes => new Map([...codes].map((code) => [code, titleOf(code)]))

/** Codes that stand in data rather than in a schema. */
export function codesOfData(): ReadonlyMap<string, Codes> {
  const bands = instruments.flatMap(({ scoring }) => (scoring.method === 'sum' ? scoring.bands.map(({ code }) => code) : []))
  const alerts = (['opened', 'escalated'] as const).flatMap((code) => crisis.alertTopic(code).coding)
  const needs = instruments.flatMap((one) => one.needs ?? []).filter(({ category }) => !isSdohCategory(category))
  return new Map([
    [needCategories, inWords(needs.map(({ category }) => category))],
    [ownCodes, instrumentCodes()],
    [canonical('CodeSystem', 'instrument-band'), inWords(bands)],
    [invalidTag.system, new Map([[invalidTag.code, 'Kept though it breaks a rule of FHIR R4, or a profile that it claims']])],
    [ownCodesBasis.system, new Map([[ownCodesBasis.code, 'What its own codes say that it is about']])],
    [canonical('CodeSystem', 'score'), new Map([['recomputed', 'Recomputed from the answers']])],
    [canonical('CodeSystem', 'obligation-policy'), new Map(policies.map((one) => [policyIdOf(one, '2026-01-01'), one.measure]))],
    ...alerts.slice(0, 1).map(({ system }) => [system, inWords(alerts.map(({ code }) => code))] as const),
  ])
}

function instrumentCodes(): Codes {
  const all = instruments.flatMap((one) => [
    [one.panel, one.name] as const,
    [scoreCodeOf(one) ?? one.panel, `${one.name}, score`] as const,
    ...one.items.flatMap((item) => [
      [item.code, `${one.name}: ${item.topic}`] as const,
      ...answersOf(one, item).map(({ code, text }) => [code, text ?? titleOf(code)] as const),
    ]),
  ])
  return new Map(all.filter(([code]) => systemOf(code) === ownCodes).toReversed())
}

/** Systems to which installations add codes of their own. */
const open = new Set(['obligation-policy'])

export function codeSystem(url: string, codes: Codes, description: string): Definition {
  const id = idOf(url)
  return definition(
    'CodeSystem',
    id,
    { title: titleOf(id), description },
    {
      caseSensitive: true,
      valueSet: canonical('ValueSet', id),
      content: open.has(id) ? 'fragment' : 'complete',
      count: codes.size,
      concept: [...codes].map(([code, display]) => ({ code, display })),
    },
  )
}

export const valueSetOf = (url: string, description: string): Definition =>
  definition('ValueSet', idOf(url), { title: titleOf(idOf(url)), description }, { compose: { include: [{ system: url }] } })

export const isOwn = (system: string): boolean => system.startsWith(`${canonicalBase}/`)
