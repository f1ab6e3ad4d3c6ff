/** Random resources of few values, so that searches meet them, and that refer to each other, in good order or not. */
import type { Content } from '../../contract/store/support.ts'
import type { Dice } from './dice.ts'

export const systems = ['urn:a', 'urn:b'] as const
export const codes = ['x', 'y', 'z,1', 'Ü', 'p|q', 'd$e\\f'] as const
export const words = ['Ångström', 'angst', 'Lund', 'van der Lund', "O'Neil", 'a|b'] as const
export const instants = [
  '2026',
  '2026-02',
  '2026-02-10',
  '2026-02-10T10:00:00Z',
  '2026-02-28T23:30:00-05:00',
  '2025-12-31',
  '2026-02-10T05:00:00.250-05:00',
  '2026-02-10T23:59:60+14:00',
] as const
export const amounts = [-3, 0, 0.5, 4.9, 5, 5.1, 100, 1e-7] as const
/** Of what is told besides: the second may only be seen by whoever has a right to it. */
export const labels = ['R', '42CFRPart2', 'x'] as const
/** Email addresses and telephone numbers. */
export const contacts = ['Ann@a.example', '+1 555'] as const
export const profiles = ['http://v.example/a', 'http://v.example/a|1', 'http://v.example/a/b|1.2'] as const

export const urls = ['http://v.example/a', 'http://v.example/a/b', 'http://v.example/ab', 'urn:oid:1.2.3'] as const

/** Along a meridian or the equator a degree is 111.2 km. */
export const degrees = [0, 0.25, 0.5, 1, -1] as const

/** How many of each type there are; ids are the type's first letters and a number, a few beyond are never there. */
export const counts = {
  Patient: 10,
  Practitioner: 5,
  Organization: 6,
  Encounter: 12,
  Observation: 30,
  List: 3,
  DocumentReference: 6,
  RiskAssessment: 5,
  ValueSet: 8,
  ConceptMap: 8,
  Location: 6,
  Composition: 4,
  Bundle: 10,
} as const
export type Kind = keyof typeof counts

export const idOf = (type: Kind, i: number): string => `${type.slice(0, 3).toLowerCase()}-${i}`
export const refTo = (dice: Dice, type: Kind): string => `${type}/${idOf(type, dice.below(counts[type] + 1))}`

const coding = (dice: Dice) => ({
  system: dice.maybe(() => dice.of(...systems)),
  code: dice.maybe(() => dice.of(...codes)),
  display: dice.maybe(() => dice.of(...words)),
})
const concept = (dice: Dice) => ({ coding: dice.some(2, () => coding(dice)), text: dice.maybe(() => dice.of(...words)) })
const identifier = (dice: Dice) => ({
  system: dice.maybe(() => dice.of(...systems)),
  value: dice.maybe(() => dice.of(...codes)),
  type: dice.maybe(() => concept(dice)),
})
/** What may be contained, by its id there. */
const inside: Readonly<Record<string, Kind>> = {
  c0: 'Patient',
  c1: 'Patient',
  c2: 'Practitioner',
  c3: 'Organization',
  c4: 'Observation',
  c5: 'Observation',
  c6: 'ValueSet',
}
const local = (dice: Dice, types: readonly Kind[]) =>
  dice.of(...Object.keys(inside).filter((id) => types.includes(inside[id]!)), 'c9')

const reference = (dice: Dice, ...types: Kind[]) =>
  dice.of(
    { reference: `#${local(dice, types)}` },
    { reference: `#${local(dice, types)}` },
    { reference: refTo(dice, dice.of(...types)) },
    { reference: refTo(dice, dice.of(...types)), identifier: identifier(dice) },
    { reference: `https://other.example/${refTo(dice, dice.of(...types))}` },
    { reference: refTo(dice, dice.of(...types)) },
    { display: 'by name alone' },
  )
const quantity = (dice: Dice) => ({
  value: dice.maybe(() => dice.of(...amounts)),
  unit: dice.maybe(() => dice.of('kg', 'pounds')),
  system: dice.maybe(() => 'http://unitsofmeasure.org'),
  code: dice.maybe(() => dice.of('kg', '[lb_av]')),
  comparator: dice.once(8) ? dice.of('<', '>=') : undefined,
})
const period = (dice: Dice) => ({ start: dice.maybe(() => dice.of(...instants)), end: dice.maybe(() => dice.of(...instants)) })
const name = (dice: Dice) => ({ family: dice.maybe(() => dice.of(...words)), given: dice.some(2, () => dice.of(...words)) })

const made: Readonly<Record<Kind, (dice: Dice) => object>> = {
  Patient: (dice) => ({
    identifier: dice.some(2, () => identifier(dice)),
    name: dice.some(2, () => name(dice)),
    gender: dice.maybe(() => dice.of('female', 'male')),
    active: dice.maybe(() => dice.once(2)),
    birthDate: dice.maybe(() => dice.of('1987', '1987-02', '1987-02-11')),
    telecom: dice.some(2, () => ({ system: dice.of('phone', 'email'), value: dice.maybe(() => dice.of(...contacts)) })),
    address: dice.some(2, () => ({ city: dice.maybe(() => dice.of(...words)), use: dice.of('home', 'work') })),
    ...dice.of<object>({ deceasedBoolean: dice.once(2) }, { deceasedDateTime: dice.of(...instants) }, {}),
    generalPractitioner: dice.some(2, () => reference(dice, 'Practitioner', 'Organization')),
    managingOrganization: dice.maybe(() => reference(dice, 'Organization')),
    link: dice.some(1, () => ({ other: reference(dice, 'Patient'), type: 'seealso' })),
  }),
  Practitioner: (dice) => ({ name: dice.some(2, () => name(dice)), active: dice.maybe(() => dice.once(2)) }),
  Organization: (dice) => ({
    name: dice.maybe(() => dice.of(...words)),
    partOf: dice.maybe(() => reference(dice, 'Organization')),
  }),
  Encounter: (dice) => ({
    status: dice.of('planned', 'finished'),
    class: { ...coding(dice), code: dice.of(...codes) },
    type: dice.some(2, () => concept(dice)),
    subject: dice.maybe(() => reference(dice, 'Patient')),
    participant: dice.some(1, () => ({ individual: reference(dice, 'Practitioner') })),
    period: dice.maybe(() => period(dice)),
    serviceProvider: dice.maybe(() => reference(dice, 'Organization')),
    location: dice.some(1, () => ({ location: reference(dice, 'Location') })),
  }),
  Observation: (dice) => ({
    status: dice.of('final', 'amended'),
    code: concept(dice),
    subject: dice.maybe(() => reference(dice, 'Patient')),
    encounter: dice.maybe(() => reference(dice, 'Encounter')),
    performer: dice.some(2, () => reference(dice, 'Practitioner', 'Organization', 'Patient')),
    ...dice.of<object>({ effectiveDateTime: dice.of(...instants) }, { effectivePeriod: period(dice) }, {}),
    ...dice.of<object>(
      { valueQuantity: quantity(dice) },
      { valueCodeableConcept: concept(dice) },
      { valueString: dice.of(...words) },
      {},
    ),
    component: dice.some(dice.once(8) ? 14 : 3, () => ({
      code: concept(dice),
      ...dice.of<object>({ valueQuantity: quantity(dice) }, { valueCodeableConcept: concept(dice) }, {}),
    })),
  }),
  List: (dice) => ({
    status: 'current',
    mode: 'working',
    subject: dice.maybe(() => reference(dice, 'Patient')),
    entry: dice.some(4, () => ({ item: reference(dice, 'Observation', 'Patient', 'Encounter') })),
  }),
  DocumentReference: (dice) => ({
    status: 'current',
    subject: dice.maybe(() => reference(dice, 'Patient')),
    relatesTo: dice.some(2, () => ({ code: dice.of('replaces', 'appends'), target: reference(dice, 'DocumentReference') })),
  }),
  RiskAssessment: (dice) => ({
    status: 'final',
    subject: reference(dice, 'Patient'),
    prediction: dice.some(2, () => ({ probabilityDecimal: dice.of(0, 0.25, 0.5, 1) })),
  }),
  ValueSet: (dice) => ({
    status: 'active',
    url: dice.maybe(() => dice.of(...urls)),
    version: dice.maybe(() => dice.of('1', '2')),
    useContext: dice.some(2, () => ({ code: coding(dice), valueCodeableConcept: concept(dice) })),
  }),
  ConceptMap: (dice) => ({
    status: 'active',
    url: dice.maybe(() => dice.of(...urls)),
    sourceCanonical: dice.maybe(() => dice.of('#c6', ...urls.map((url) => `${url}${dice.of('', '', '|1', '|2', '|3')}`))),
  }),
  Location: (dice) => ({
    partOf: dice.maybe(() => reference(dice, 'Location')),
    status: dice.of('active', 'inactive'),
    name: dice.maybe(() => dice.of(...words)),
    position: dice.maybe(() => ({ latitude: dice.of(...degrees), longitude: dice.of(...degrees) })),
  }),
  Composition: (dice) => ({
    status: dice.of('final', 'amended'),
    type: concept(dice),
    title: dice.of(...words),
    date: dice.of(...instants),
    subject: dice.maybe(() => reference(dice, 'Patient')),
    encounter: dice.maybe(() => reference(dice, 'Encounter')),
    author: dice.some(2, () => reference(dice, 'Practitioner', 'Patient')),
  }),
  // A document begins with a composition, and what stands after it does not count.
  Bundle: (dice) => {
    const [first, second] = [
      randomResource(dice, 'Composition', dice.below(4)),
      randomResource(dice, 'Composition', dice.below(4)),
    ]
    const { reference = '#' } = (first as { subject?: { reference?: string } }).subject ?? {}
    const beside = reference.startsWith('#') ? undefined : reference.replace(/^Patient/, 'https://other.example/Patient')
    return {
      type: dice.of('document', 'document', 'document', 'collection'),
      timestamp: dice.maybe(() => '2026-02-28T23:30:00-05:00'),
      entry: [
        { fullUrl: dice.maybe(() => `https://other.example/Composition/${first.id}`), resource: first },
        { fullUrl: dice.maybe(() => beside), resource: dice.of<object>(second, randomResource(dice, 'Patient', 0)) },
      ].slice(dice.once(8) ? 1 : 0),
    }
  },
}

/** Of a narrative; one word is in pieces, one is an entity. */
const spoken = ['Lund', 'angst', '<b>an</b>gst', '&Aring;ngstr&ouml;m', '<p>van</p>der', 'x'] as const
const narrative = (dice: Dice) => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${dice.some(3, () => dice.of(...spoken))?.join(' ') ?? ''}</div>`,
})

/** What several contained resources that are referred to by one say is not told apart. */
const withOne = (resource: object): object =>
  Object.fromEntries(
    Object.entries(resource).map(([name, value]) => [
      name,
      Array.isArray(value) && JSON.stringify(value).includes('"#c') ? value.slice(0, 1) : value,
    ]),
  )

/** Those that a resource refers to, and those that these refer to. */
function containedIn(dice: Dice, resource: object): object[] {
  const contained = new Map<string, object>()
  const add = (value: object): void => {
    for (const [, id = ''] of JSON.stringify(value).matchAll(/"#(c\d)"/g)) {
      const type = inside[id]
      if (type === undefined || contained.has(id)) continue
      const one = { resourceType: type, id, ...withOne(made[type](dice)) }
      contained.set(id, one)
      add(one)
    }
  }
  add(resource)
  return [...contained.values()]
}

const metaOf = (dice: Dice) => ({
  profile: dice.some(1, () => dice.of(...profiles)),
  security: dice.some(1, () => ({ system: dice.of(...systems), code: dice.of(...labels) })),
  tag: dice.some(2, () => coding(dice)),
})

/** What has no value is left away. */
export function randomResource(dice: Dice, type: Kind, i: number): Content {
  const resource = made[type](dice)
  const contained = type === 'Bundle' ? [] : containedIn(dice, resource)
  const meta = dice.once(3) ? metaOf(dice) : undefined
  const whole = { resourceType: type, id: idOf(type, i), meta, text: dice.maybe(() => narrative(dice)), ...resource }
  return JSON.parse(JSON.stringify({ ...whole, ...(contained.length > 0 && { contained }) }))
}

/** In no particular order: some refer to what comes later. */
export function randomResources(dice: Dice): Content[] {
  const all = Object.entries(counts).flatMap(([type, n]) =>
    Array.from({ length: n }, (_, i) => ({ at: dice.below(1000), content: randomResource(dice, type as Kind, i) })),
  )
  return all.sort((a, b) => a.at - b.at).map(({ content }) => content)
}
