/** Random searches, as text: every kind of parameter with its modifiers and prefixes, composites, chains from both ends, lists. */

import type { Dice } from './dice.ts'
import {
  amounts,
  codes,
  contacts,
  counts,
  degrees,
  idOf,
  instants,
  type Kind,
  labels,
  profiles,
  refTo,
  systems,
  urls,
  words,
} from './resources.ts'

export type Pair = readonly [name: string, text: string]

const escaped = (text: string) => text.replace(/[,|$\\]/g, '\\$&')
const code = (dice: Dice) => escaped(dice.of(...codes))
const token = (dice: Dice) =>
  dice.of(code(dice), code(dice), `${dice.of(...systems)}|${code(dice)}`, `|${code(dice)}`, `${dice.of(...systems)}|`)
const prefix = (dice: Dice) => dice.of('', '', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap')
const date = (dice: Dice) => `${prefix(dice)}${dice.of(...instants)}`
const number = (dice: Dice) => `${prefix(dice)}${dice.of<number | string>(...amounts, '5.0', '1e2', '50e-1', '+5')}`
const quantity = (dice: Dice) =>
  `${number(dice)}${dice.of('', '', '|http://unitsofmeasure.org|kg', '|http://unitsofmeasure.org|', '||kg', '||pounds', '||[lb_av]')}`
const text = (dice: Dice) => {
  const word = dice.of(...words)
  return escaped(dice.once(2) ? word : word.slice(0, 1 + dice.below(4)))
}
const several = (dice: Dice, value: (dice: Dice) => string) =>
  Array.from({ length: 1 + dice.below(dice.once(3) ? 3 : 1) }, () => value(dice)).join(',')

/** ValueSets that are always there, by their URLs or as they are kept. */
export const valueSets = ['urn:vs:some', 'urn:vs:below-y', 'ValueSet/vs-some'] as const

/** Kinds of parameters: a name with a modifier perhaps, and values. */
const kinds = {
  token: (dice: Dice, param: string): Pair => [`${param}${dice.of('', '', ':not')}`, several(dice, token)],
  boolean: (dice: Dice, param: string): Pair => [
    `${param}${dice.of('', '', ':not')}`,
    several(dice, () => dice.of('true', 'false', code(dice))),
  ],
  concept: (dice: Dice, param: string): Pair => {
    if (dice.once(5)) return [`${param}${dice.of(':in', ':not-in')}`, several(dice, () => dice.of(...valueSets))]
    if (dice.once(6))
      return [`${param}${dice.of(':below', ':above')}`, several(dice, () => `urn:a|${escaped(dice.of('x', 'y', 'z,1'))}`)]
    return kinds.spoken(dice, param)
  },
  spoken: (dice: Dice, param: string): Pair => (dice.once(4) ? [`${param}:text`, several(dice, text)] : kinds.token(dice, param)),
  contact: (dice: Dice, param: string): Pair => [
    `${param}${dice.of('', '', ':not')}`,
    several(dice, () => dice.of(...contacts, 'ANN@A.EXAMPLE', 'nobody')),
  ],
  label: (dice: Dice, param: string): Pair => [
    `${param}${dice.of('', ':not')}`,
    several(dice, () => dice.of(`${dice.of(...systems)}|${dice.of(...labels)}`, dice.of(...labels), `${dice.of(...systems)}|`)),
  ],
  profile: (dice: Dice, param: string): Pair => [
    `${param}${dice.of('', '', ':below', ':above')}`,
    several(dice, () => escaped(dice.of(...profiles, 'http://v.example/a/b'))),
  ],
  identifier: (dice: Dice, param: string): Pair =>
    dice.once(4)
      ? [`${param}:of-type`, several(dice, () => `${dice.of(...systems)}|${code(dice)}|${code(dice)}`)]
      : kinds.spoken(dice, param),
  string: (dice: Dice, param: string): Pair => [`${param}${dice.of('', ':exact', ':contains')}`, several(dice, text)],
  date: (dice: Dice, param: string): Pair => [param, several(dice, date)],
  number: (dice: Dice, param: string): Pair => [param, several(dice, number)],
  quantity: (dice: Dice, param: string): Pair => [param, several(dice, quantity)],
  uri: (dice: Dice, param: string): Pair => {
    const modifier = dice.of('', ':below', ':above')
    return [`${param}${modifier}`, several(dice, () => dice.of(...urls.slice(0, modifier === '' ? 4 : 3)))]
  },
  pair: (dice: Dice, param: string): Pair => [
    param,
    several(dice, () => `${token(dice)}$${param.includes('quantity') ? quantity(dice) : token(dice)}`),
  ],
  related: (dice: Dice, param: string): Pair => [
    param,
    several(dice, () => `${refTo(dice, 'DocumentReference')}$${dice.of('replaces', 'appends')}`),
  ],
  /** A definition, by its canonical or by what it says. */
  definition: (dice: Dice, param: string): Pair => {
    if (dice.once(3)) return [param, several(dice, () => `${dice.of(...urls)}${dice.of('', '|', '|1').replace('|', '\\|')}`)]
    const [name, text] = randomPair(dice, 'ValueSet', 0)
    return [`${param}${dice.of('', ':ValueSet')}.${name}`, text]
  },
  /** What stands first in a Bundle, by its name or by what it says. */
  leading: (dice: Dice, param: string): Pair => {
    if (dice.once(3)) return [param, several(dice, () => `${dice.of('', 'https://other.example/')}${refTo(dice, 'Composition')}`)]
    const [name, text] = randomPair(dice, 'Composition', 1)
    return [`${param}${dice.of('', ':Composition')}.${name}`, text]
  },
}

const params: Readonly<Record<Kind, readonly (readonly [param: string, kind: keyof typeof kinds])[]>> = {
  Patient: [
    ...([
      ['identifier', 'identifier'],
      ['gender', 'token'],
      ['active', 'boolean'],
    ] as const),
    ...([
      ['name', 'string'],
      ['family', 'string'],
      ['given', 'string'],
      ['birthdate', 'date'],
    ] as const),
    ...([
      ['telecom', 'contact'],
      ['email', 'contact'],
      ['address', 'string'],
      ['address-city', 'string'],
      ['address-use', 'token'],
      ['deceased', 'boolean'],
      ['death-date', 'date'],
    ] as const),
  ],
  Practitioner: [
    ['name', 'string'],
    ['active', 'boolean'],
  ],
  Organization: [['name', 'string']],
  Encounter: [
    ['status', 'token'],
    ['class', 'concept'],
    ['type', 'concept'],
    ['date', 'date'],
  ],
  Observation: [
    ...([
      ['status', 'token'],
      ['code', 'concept'],
      ['combo-code', 'concept'],
      ['date', 'date'],
    ] as const),
    ...([
      ['value-quantity', 'quantity'],
      ['combo-value-quantity', 'quantity'],
      ['value-concept', 'concept'],
      ['value-string', 'string'],
    ] as const),
    ...([
      ['code-value-quantity', 'pair'],
      ['component-code-value-quantity', 'pair'],
      ['combo-code-value-quantity', 'pair'],
    ] as const),
    ...([
      ['code-value-concept', 'pair'],
      ['component-code-value-concept', 'pair'],
      ['combo-code-value-concept', 'pair'],
    ] as const),
  ],
  List: [['status', 'token']],
  DocumentReference: [
    ['status', 'token'],
    ['relation', 'token'],
    ['relationship', 'related'],
  ],
  RiskAssessment: [['probability', 'number']],
  Location: [
    ['name', 'string'],
    ['status', 'token'],
  ],
  ValueSet: [
    ['url', 'uri'],
    ['version', 'token'],
    ['context-type', 'token'],
    ['context-type-value', 'pair'],
  ],
  ConceptMap: [
    ['url', 'uri'],
    ['source', 'definition'],
    ['source', 'definition'],
  ],
  Composition: [
    ['status', 'token'],
    ['type', 'concept'],
    ['title', 'string'],
    ['date', 'date'],
  ],
  Bundle: [
    ['composition', 'leading'],
    ['composition', 'leading'],
    ['composition', 'leading'],
    ['type', 'token'],
    ['timestamp', 'date'],
  ],
}

/** Reference parameters, and where they lead. */
export const links: Readonly<Partial<Record<Kind, readonly (readonly [param: string, to: Kind])[]>>> = {
  Patient: [
    ['general-practitioner', 'Practitioner'],
    ['general-practitioner', 'Organization'],
    ['organization', 'Organization'],
    ['link', 'Patient'],
  ],
  Organization: [['partof', 'Organization']],
  Location: [['partof', 'Location']],
  Encounter: [
    ['subject', 'Patient'],
    ['patient', 'Patient'],
    ['participant', 'Practitioner'],
    ['service-provider', 'Organization'],
    ['location', 'Location'],
  ],
  Observation: [
    ['subject', 'Patient'],
    ['patient', 'Patient'],
    ['encounter', 'Encounter'],
    ['performer', 'Practitioner'],
    ['performer', 'Patient'],
  ],
  List: [
    ['subject', 'Patient'],
    ['item', 'Observation'],
    ['item', 'Patient'],
  ],
  DocumentReference: [
    ['subject', 'Patient'],
    ['relatesto', 'DocumentReference'],
  ],
  RiskAssessment: [['subject', 'Patient']],
  Composition: [
    ['subject', 'Patient'],
    ['patient', 'Patient'],
    ['encounter', 'Encounter'],
    ['author', 'Practitioner'],
    ['author', 'Patient'],
  ],
}
const reversed = [
  ...Object.entries(links).flatMap(([source, list]) =>
    (list ?? []).map(([param, to]) => ({ source: source as Kind, param, to })),
  ),
  { source: 'ConceptMap', param: 'source', to: 'ValueSet' } as const,
]

const common: readonly (readonly [param: string, kind: keyof typeof kinds])[] = [
  ['_tag', 'concept'],
  ['_security', 'label'],
  ['_profile', 'profile'],
]

/** Of the resource itself, without references. */
export function plain(dice: Dice, type: Kind): Pair {
  switch (dice.below(10)) {
    case 0:
      return ['_id', several(dice, () => idOf(type, dice.below(counts[type])))]
    case 1:
      return ['_lastUpdated', `${prefix(dice)}2026-03-01T09:${dice.of('29', '30', '31')}`]
    default: {
      const [param, kind] = dice.once(8) ? dice.of(...common) : dice.of(...params[type])
      if (dice.once(8) && kind !== 'pair' && kind !== 'related') return [`${param}:missing`, dice.of('true', 'false')]
      return kinds[kind](dice, param)
    }
  }
}

/** By what it refers to. */
export function link(dice: Dice, type: Kind): Pair {
  const [param, to] = dice.of(...(links[type] ?? []))
  if (dice.once(8)) return [`${param}:missing`, dice.of('true', 'false')]
  if (dice.once(8)) return [`${param}:identifier`, several(dice, token)]
  if ((to === 'Organization' || to === 'Location') && dice.once(3))
    return [`${param}${dice.of(':below', ':above')}`, several(dice, () => refTo(dice, to))]
  if (dice.once(3)) return [`${param}:${to}`, several(dice, () => refTo(dice, to).slice(to.length + 1))]
  return [param, several(dice, () => dice.of(refTo(dice, to), `https://other.example/${refTo(dice, to)}`))]
}

/** What no index knows: every resource has to be looked at for it. */
function looked(dice: Dice, type: Kind): Pair {
  if (type === 'Location' && dice.once(2))
    return [
      'near',
      several(dice, () => `${dice.of(...degrees)}|${dice.of(...degrees)}${dice.of('', '|0', '|30', '|60000|m', '|80|mi')}`),
    ]
  return [dice.of('_text', '_content'), several(dice, (dice) => (dice.once(3) ? `${text(dice)} ${text(dice)}` : text(dice)))]
}

/** `depth`: links that may still follow. */
function randomPair(dice: Dice, type: Kind, depth = 3): Pair {
  const roll = dice.below(10)
  const from = links[type]
  if (from !== undefined && roll < 2) return link(dice, type)
  if (from !== undefined && roll < 4 && depth > 0) {
    const [param, to] = dice.of(...from)
    const [name, text] = randomPair(dice, to, depth - 1)
    return [`${param}:${to}.${name}`, text]
  }
  const back = reversed.filter(({ to }) => to === type)
  if (back.length > 0 && roll < 6 && depth > 0) {
    const { source, param } = dice.of(...back)
    const [name, text] = randomPair(dice, source, depth - 1)
    return [`_has:${source}:${param}:${name}`, text]
  }
  if (roll === 8 && dice.once(2)) return looked(dice, type)
  if (roll === 9 && dice.once(2)) return ['_list', several(dice, () => idOf('List', dice.below(4)))]
  return plain(dice, type)
}

export interface Search {
  readonly type: Kind
  readonly pairs: readonly Pair[]
  /** In the compartment of this patient alone. */
  readonly within?: string
}

/** Up to three keys, of any kind. */
function order(dice: Dice, type: Kind): Pair {
  const known = [...params[type], ...(links[type] ?? [])].filter(([, kind]) => kind !== 'pair' && kind !== 'related')
  const keys = ['_id', '_lastUpdated', ...known.map(([param]) => param)]
  return ['_sort', Array.from({ length: 1 + dice.below(3) }, () => `${dice.of('', '-')}${dice.of(...keys)}`).join()]
}

export function randomSearch(dice: Dice): Search {
  const type = dice.of(...(Object.keys(counts) as Kind[]), 'Patient', 'Observation', 'Observation', 'Bundle', 'Bundle')
  const pairs = Array.from({ length: dice.once(3) ? 2 : 1 }, () => randomPair(dice, type))
  return {
    type,
    pairs: dice.once(3) ? [...pairs, order(dice, type)] : pairs,
    ...(dice.once(10) && { within: idOf('Patient', dice.below(counts.Patient)) }),
  }
}
