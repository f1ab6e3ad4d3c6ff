/** A profile that somebody stores here is asked from then on, as ours are, and no profile can stop the house. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { definitionLimits } from '../../src/flows/fhir/stored-definition.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
})
afterEach(() => gateway.stop())

const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
  const answer = await gateway.request(`/fhir/${path}`, {
    method,
    headers: { 'content-type': 'application/fhir+json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, issues: (text === '' ? {} : (JSON.parse(text) as Outcome)).issue ?? [] }
}
interface Outcome {
  readonly issue?: readonly { readonly severity: string; readonly diagnostics: string; readonly expression?: readonly string[] }[]
}
const told = (issues: NonNullable<Outcome['issue']>) =>
  issues.map(({ severity, diagnostics, expression }) => [severity, ...(expression ?? []), diagnostics].join(' '))

const r4 = 'http://hl7.org/fhir/StructureDefinition/'
const guide = 'https://guide.example/StructureDefinition/'
const profile = (id: string, element: readonly object[], more: object = {}) => ({
  resourceType: 'StructureDefinition',
  id,
  url: `${guide}${id}`,
  name: 'Profile',
  status: 'active',
  kind: 'resource',
  abstract: false,
  type: 'Patient',
  baseDefinition: `${r4}Patient`,
  derivation: 'constraint',
  differential: { element },
  ...more,
})
const store = async (...all: { resourceType: string; id: string }[]) => {
  for (const one of all) expect((await send('PUT', `${one.resourceType}/${one.id}`, one)).status).toBeLessThan(202)
}
const born = profile('born', [{ id: 'Patient.birthDate', path: 'Patient.birthDate', min: 1 }])
const claiming = (id: string, more: object = {}) => ({
  resourceType: 'Patient',
  id: 'rosa',
  meta: { profile: [`${guide}${id}`] },
  ...more,
})
const missing = `is required (${guide}born)`

describe('a profile that is stored here', () => {
  it('holds whoever claims it, alone, in a transaction, by a patch', async () => {
    await store(born)
    const refused = await send('PUT', 'Patient/rosa', claiming('born'))
    expect([refused.status, told(refused.issues)]).toEqual([422, [`error Patient.birthDate ${missing}`]])
    const entry = [{ resource: claiming('born'), request: { method: 'PUT', url: 'Patient/rosa' } }]
    expect((await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(422)
    expect((await send('PUT', 'Patient/rosa', claiming('born', { birthDate: '1970-01-01' }))).status).toBe(201)
    const patch = { 'content-type': 'application/json-patch+json' }
    const erased = await send('PATCH', 'Patient/rosa', [{ op: 'remove', path: '/birthDate' }], patch)
    expect([erased.status, told(erased.issues)]).toEqual([422, [`error Patient.birthDate ${missing}`]])
  })

  it('holds the references of a transaction to the types of the entries that they name', async () => {
    const whom = { id: 'Observation.subject', path: 'Observation.subject' }
    const types = [{ code: 'Reference', targetProfile: [`${r4}Patient`] }]
    const narrower = { type: 'Observation', baseDefinition: `${r4}Observation` }
    await store(profile('of-people', [{ ...whom, type: types }], narrower))
    const [one, two] = ['urn:uuid:6c1f4d1e-51a5-4c0e-9d5c-6ad2a1f0c101', 'urn:uuid:6c1f4d1e-51a5-4c0e-9d5c-6ad2a1f0c102']
    const seen = { resourceType: 'Observation', meta: { profile: [`${guide}of-people`] }, status: 'final', code: { text: 'x' } }
    const about = (resource: { resourceType: string }) => {
      const entry = [
        { fullUrl: one, resource, request: { method: 'POST', url: resource.resourceType } },
        { fullUrl: two, resource: { ...seen, subject: { reference: one } }, request: { method: 'POST', url: 'Observation' } },
      ]
      return send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })
    }
    const refused = await about({ resourceType: 'Location' })
    expect([refused.status, told(refused.issues)]).toEqual([
      422,
      [`error Bundle.entry[1].resource.subject refers to a type that the profile does not allow (${guide}of-people)`],
    ])
    expect((await about({ resourceType: 'Patient' })).status).toBe(200)
  })

  it('is asked for by $validate, in the URL or in Parameters, by its version, and in a Bundle', async () => {
    await store({ ...born, version: '2' } as typeof born)
    const bare = { resourceType: 'Patient', active: true }
    for (const canonical of [`${guide}born`, `${guide}born|2`]) {
      const found = await send('POST', `Patient/$validate?profile=${encodeURIComponent(canonical)}`, bare)
      expect([found.status, told(found.issues)]).toEqual([200, [`error Patient.birthDate ${missing}`]])
    }
    const parameter = [
      { name: 'profile', valueUri: `${guide}born` },
      { name: 'resource', resource: bare },
    ]
    expect(told((await send('POST', 'Patient/$validate', { resourceType: 'Parameters', parameter })).issues)).toEqual([
      `error Patient.birthDate ${missing}`,
    ])
    for (const unknown of [`${guide}born|1`, `${guide}other`]) {
      const found = await send('POST', `Patient/$validate?profile=${encodeURIComponent(unknown)}`, bare)
      expect([found.status, found.issues[0]?.severity]).toEqual([400, 'error'])
    }
  })

  it('is the one that stands now: changed, deleted, and come back', async () => {
    const asked = async () => (await send('PUT', 'Patient/rosa', claiming('born'))).status
    expect(await asked()).toBe(201)
    await store(born)
    expect(await asked()).toBe(422)
    await store(profile('born', [{ id: 'Patient.birthDate', path: 'Patient.birthDate', min: 0 }]))
    expect(await asked()).toBe(200)
    await store(born)
    expect(await asked()).toBe(422)
    await send('DELETE', 'StructureDefinition/born')
    expect(await asked()).toBe(200)
  })

  it('brings what it derives from, extensions, value sets and invariants that are stored here, too', async () => {
    const colours = {
      resourceType: 'ValueSet',
      id: 'colours',
      url: 'https://guide.example/ValueSet/colours',
      status: 'active',
      compose: { include: [{ system: 'urn:colours', concept: [{ code: 'red' }] }] },
    }
    const colour = profile(
      'colour',
      [
        { id: 'Extension.url', path: 'Extension.url', fixedUri: `${guide}colour` },
        {
          id: 'Extension.value[x]',
          path: 'Extension.value[x]',
          type: [{ code: 'CodeableConcept' }],
          binding: { strength: 'required', valueSet: colours.url },
        },
      ],
      {
        kind: 'complex-type',
        type: 'Extension',
        baseDefinition: `${r4}Extension`,
        context: [{ type: 'element', expression: 'Patient' }],
      },
    )
    const strict = profile(
      'strict',
      [
        {
          id: 'Patient',
          path: 'Patient',
          constraint: [
            { key: 'c-1', severity: 'error', human: 'Somebody is called', expression: 'name.exists() or telecom.exists()' },
          ],
        },
        {
          id: 'Patient.extension',
          path: 'Patient.extension',
          slicing: { discriminator: [{ type: 'value', path: 'url' }], rules: 'open' },
        },
        {
          id: 'Patient.extension:colour',
          path: 'Patient.extension',
          sliceName: 'colour',
          min: 1,
          type: [{ code: 'Extension', profile: [`${guide}colour`] }],
        },
      ],
      { baseDefinition: `${guide}born` },
    )
    await store(strict)
    // What it derives from is not known yet.
    expect(told((await send('POST', 'Patient/$validate', claiming('strict'))).issues)).toEqual([
      `error Patient.extension has to have the slice colour (${guide}strict)`,
      `error Patient Somebody is called (c-1) (${guide}strict)`,
      `information ${guide}strict: It derives from ${guide}born, which is not known here.`,
    ])
    await store(born, colour, colours)
    const shown = (code: string) => [
      { url: `${guide}colour`, valueCodeableConcept: { coding: [{ system: 'urn:colours', code }] } },
    ]
    const most = { name: [{ family: 'Quintero' }], extension: shown('blue') }
    expect(told((await send('POST', 'Patient/$validate', claiming('strict', most))).issues)).toEqual([
      `error Patient.birthDate is required (${guide}strict)`,
      `error Patient.extension[0].value has no code of the required value set`,
    ])
    const whole = { ...most, birthDate: '1970-01-01', extension: shown('red') }
    expect((await send('PUT', 'Patient/rosa', claiming('strict', whole))).status).toBe(201)
    await store({ ...colours, compose: { include: [{ system: 'urn:colours', concept: [{ code: 'green' }] }] } } as typeof colours)
    expect((await send('PUT', 'Patient/rosa', claiming('strict', { ...whole, active: true }))).status).toBe(422)
  })
})

it('an invariant with a plain pattern is asked', async () => {
  const constraint = [{ key: 'c-2', severity: 'error', human: 'Ten digits', expression: "value.matches('^[0-9]{2}D[0-9]{7}$')" }]
  await store(profile('coded', [{ id: 'Patient.identifier', path: 'Patient.identifier', constraint }]))
  const asked = async (value: string) =>
    told((await send('POST', 'Patient/$validate', claiming('coded', { identifier: [{ value }] }))).issues)[0]
  expect(await asked('12D3456789')).toMatch(/^information/)
  expect(await asked('12D345678')).toMatch(/^error Patient.identifier\[0\] Ten digits/)
})

it('of a profile that is not known a write is told, and not refused', async () => {
  const answer = await send('PUT', 'Patient/rosa', claiming('nowhere'), { prefer: 'return=OperationOutcome' })
  expect([answer.status, told(answer.issues)]).toEqual([201, [`warning The profile ${guide}nowhere is not known here.`]])
})

describe('a profile is asked', () => {
  const asked = async () => told((await send('POST', 'Patient/$validate', claiming('long', {}))).issues)
  const name = { id: 'Patient.name', path: 'Patient.name', min: 1 }
  const lacking = `error Patient.name is required (${guide}long)`
  const notKnown = `warning The profile ${guide}long is not known here.`

  it('as long as it has no more elements than are announced', async () => {
    const slice = (i: number) => ({ id: `Patient.extension:s${i}`, path: 'Patient.extension', sliceName: `s${i}` })
    const of = (count: number) => profile('long', [name, ...Array.from({ length: count - 1 }, (_, i) => slice(i))])
    await store(of(definitionLimits.elements))
    expect(await asked()).toEqual([lacking])
    await store(of(definitionLimits.elements + 1))
    expect(await asked()).toContain(notKnown)
    const named = await send('POST', `Patient/$validate?profile=${guide}long`, claiming('long'))
    expect([named.status, told(named.issues)]).toEqual([
      400,
      [expect.stringContaining(`of up to ${definitionLimits.elements} elements and ${definitionLimits.size} characters`)],
    ])
  })

  it('and no more characters', async () => {
    const of = (length: number) => profile('long', [name], { description: 'x'.repeat(length) })
    await store(of(1))
    const others = (await (await gateway.request('/fhir/StructureDefinition/long')).text()).length - 1
    await store(of(definitionLimits.size - others))
    expect(await asked()).toEqual([lacking])
    await store(of(definitionLimits.size - others + 1))
    expect(await asked()).toContain(notKnown)
  })

  it('all of it, as long as its invariants have no more characters', async () => {
    const rule = (key: string, length: number) => ({ key, severity: 'error', human: 'x', expression: 'true'.padEnd(length) })
    // Each counts for a hundred besides.
    const of = (last: number) => [...Array.from({ length: 39 }, (_, i) => rule(`l-${i}`, 900)), rule('last', last)]
    await store(profile('long', [{ ...name, constraint: of(900) }]))
    expect(await asked()).toEqual([lacking])
    await store(profile('long', [{ ...name, constraint: of(901) }]))
    expect(await asked()).toEqual([lacking, `information ${guide}long: It says more than is asked here.`])
  })
})

describe('a hostile profile', () => {
  // What breaks rules of R4 is kept, too.
  beforeEach(async () => {
    await gateway.stop()
    gateway = await startGateway({ validation: 'mark' })
  })

  const slices = Array.from({ length: 1900 }, (_, at) => ({
    id: `Patient.name:s${at}`,
    path: 'Patient.name',
    sliceName: `s${at}`,
    patternHumanName: { given: [`a${at}`, `b${at}`] },
  }))
  const slicing = { discriminator: [{ type: 'pattern', path: '$this' }], rules: 'closed' }
  const names = Array.from({ length: 2000 }, () => ({ given: ['x', 'y', 'z'] }))
  const invariant = (expression: string) => [
    { id: 'Patient', path: 'Patient', constraint: [{ key: 'h-1', severity: 'error', human: 'Holds', expression }] },
  ]
  const nested = (depth: number): string => (depth === 0 ? 'true' : `%resource.name.all(${nested(depth - 1)})`)
  const deep = (levels: number): object => ({
    url: `${guide}self`,
    ...(levels === 0 ? { valueString: 'x' } : { extension: [deep(levels - 1), deep(levels - 1)] }),
  })

  it.each([
    ['with slices without end', [{ id: 'Patient.name', path: 'Patient.name', slicing }, ...slices], {}, { name: names }],
    ['with an invariant that asks everything of everything', invariant(nested(12)), {}, { name: names }],
    ['that compares what is large', invariant(Array(90).fill('(%resource = %resource)').join(' and ')), {}, { name: names }],
    [
      'with a pattern that goes back and forth',
      invariant(`name.given.matches('^(x+x+)+$')`),
      {},
      { name: [{ given: ['x'.repeat(60)] }] },
    ],
    [
      'with a text that grows',
      invariant(`name.given.select(${'$this & $this'}).select($this & $this).length() > 0`),
      {},
      { name: names },
    ],
    ['with an invariant nested beyond reading', invariant(`${'('.repeat(20000)}true${')'.repeat(20000)}`), {}, {}],
    ['with an invariant of signs before signs', invariant(`${'-'.repeat(1990)}1 > 5`), {}, {}],
    [
      'that derives from itself',
      [{ id: 'Patient.name', path: 'Patient.name', max: '9' }],
      { baseDefinition: `${guide}hostile` },
      {},
    ],
    [
      'that repeats itself',
      [{ id: 'Patient.contact', path: 'Patient.contact', contentReference: '#Patient.contact' }],
      {},
      { contact: [{ gender: 'other' }] },
    ],
    ['with an element of many steps', [{ id: `Patient${'.extension'.repeat(5000)}`, path: 'Patient.extension', min: 1 }], {}, {}],
    [
      'with elements of nothing',
      [{ id: 'Patient.constructor.__proto__.x:y/z', path: 'Patient.constructor', min: 1, max: 'x' }],
      {},
      {},
    ],
    [
      'with too many elements',
      Array.from({ length: 3000 }, () => ({ id: 'Patient.name', path: 'Patient.name', min: 1 })),
      {},
      {},
    ],
  ])('%s is answered, and others after it', async (_, element, more, content) => {
    await store(profile('hostile', element as object[], more))
    const answer = await send('POST', 'Patient/$validate', claiming('hostile', content))
    expect([answer.status, answer.issues.length > 0]).toEqual([200, true])
    expect((await send('PUT', 'Patient/rosa', claiming('hostile', content))).status).toBe(201)
  })

  it('that is asked of itself at every level is asked so often and no more', async () => {
    const self = `${guide}self`
    await store(
      profile(
        'self',
        [
          { id: 'Extension.extension', path: 'Extension.extension', type: [{ code: 'Extension', profile: [self, self] }] },
          { id: 'Extension.value[x]', path: 'Extension.value[x]', type: [{ code: 'code' }] },
        ],
        { kind: 'complex-type', type: 'Extension', baseDefinition: `${r4}Extension` },
      ),
      profile('hostile', [{ id: 'Patient.name', path: 'Patient.name', max: '1' }]),
    )
    const answer = await send('POST', 'Patient/$validate', claiming('hostile', { extension: [deep(13)] }))
    expect([answer.status, answer.issues[0]?.severity]).toEqual([200, 'error'])
  })

  it.each([
    [
      'invariants',
      Array.from({ length: 500 }, (_, at) => ({
        ...invariant('name.empty()')[0],
        id: 'Patient.name',
        path: `Patient.name${at}`,
      })),
    ],
    ['steps', Array.from({ length: 500 }, (_, at) => ({ id: `Patient${`.extension:s${at}`.repeat(18)}`, path: 'x' }))],
  ])('tells where it has more %s than are asked', async (_, element) => {
    await store(profile('hostile', element))
    expect(told((await send('POST', 'Patient/$validate', claiming('hostile', {}))).issues)).toContain(
      `information ${guide}hostile: It says more than is asked here.`,
    )
  })

  it('tells where not all was asked', async () => {
    await store(
      profile('hostile', [{ id: 'Patient.name', path: 'Patient.name', slicing: { ...slicing, rules: 'open' } }, ...slices]),
    )
    expect(told((await send('POST', 'Patient/$validate', claiming('hostile', { name: names }))).issues)).toContain(
      'information There is too much to ask of this resource: not all was asked.',
    )
  })
})
