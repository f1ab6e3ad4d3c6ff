/** Profiles on top of each other, extensions, what a resource claims for itself and for what is in it, and versions. */
import { describe, expect, test } from 'vitest'
import type { Definition, Row } from '../../../src/fhir/profiles/definition.ts'
import { Profiles } from '../../../src/fhir/profiles/profiles.ts'

const r4 = 'http://hl7.org/fhir/StructureDefinition/'
const at = (name: string) => `https://example.org/StructureDefinition/${name}`
const profile = (name: string, base: string, element: readonly Row[], rest: Partial<Definition> = {}): Definition => ({
  url: at(name),
  type: 'Patient',
  baseDefinition: base,
  differential: { element },
  ...rest,
})
const extension = (name: string, type: string, context: Definition['context'], rows: readonly Row[] = []): Definition => ({
  url: at(name),
  type: 'Extension',
  baseDefinition: `${r4}Extension`,
  ...(context && { context }),
  differential: {
    element: [{ id: 'Extension.url', fixedUri: at(name) }, { id: 'Extension.value[x]', min: 1, type: [{ code: type }] }, ...rows],
  },
})
const told = (profiles: Profiles, resource: object, also: readonly string[] = []) =>
  profiles
    .judge({ resourceType: 'Patient', ...resource }, also)
    .map(({ severity = 'error', path = '', message }) => `${severity} ${path} ${message}`)
const claiming = (...profile: string[]) => ({ meta: { profile } })

describe('profiles on top of each other', () => {
  const profiles = new Profiles([
    profile('named', `${r4}Patient`, [{ id: 'Patient.name', min: 1 }]),
    profile('born', at('named'), [{ id: 'Patient.birthDate', min: 1 }]),
    profile('guided', 'https://guide.example/patient', [{ id: 'Patient.birthDate', min: 1 }]),
    profile('circle', at('circle'), [{ id: 'Patient.birthDate', min: 1 }]),
  ])
  test('ask what each of them asks', () => {
    expect(told(profiles, claiming(at('born')))).toEqual([
      `error Patient.name is required (${at('born')})`,
      `error Patient.birthDate is required (${at('born')})`,
    ])
    expect(told(profiles, { ...claiming(at('born')), name: [{}], birthDate: '1984' })).toEqual([])
  })

  test('of which one is not known ask the rest, and say so', () => {
    expect(told(profiles, {}, [at('guided')])).toEqual([
      `error Patient.birthDate is required (${at('guided')})`,
      `information  ${at('guided')}: It derives from https://guide.example/patient, which is not known here.`,
    ])
  })

  test('that are not known at all refuse nobody', () => {
    expect(told(profiles, claiming('https://guide.example/patient'))).toEqual([
      'warning  The profile https://guide.example/patient is not known here.',
    ])
    expect(profiles.keeps({ resourceType: 'Patient', ...claiming('https://guide.example/patient') })).toBe(true)
    expect(told(profiles, claiming(`${r4}Patient`))).toEqual([])
  })

  test('that derive from themselves come to an end', () => {
    expect(told(profiles, {}, [at('circle')])[0]).toBe(`error Patient.birthDate is required (${at('circle')})`)
  })

  test('of another type are told', () => {
    expect(profiles.judge({ resourceType: 'Group', ...claiming(at('named')) })).toEqual([
      { kind: 'invalid', path: 'Group', message: `is a profile of Patient (${at('named')})` },
    ])
  })
})

test('a version that is named is the one that is asked', () => {
  const profiles = new Profiles([
    profile('p', `${r4}Patient`, [{ id: 'Patient.name', min: 1 }], { version: '1' }),
    profile('p', `${r4}Patient`, [{ id: 'Patient.birthDate', min: 1 }], { version: '2' }),
  ])
  expect(told(profiles, claiming(`${at('p')}|1`))[0]).toMatch(/Patient\.name is required/)
  expect(told(profiles, claiming(at('p')))[0]).toMatch(/Patient\.birthDate is required/)
  expect(told(profiles, claiming(`${at('p')}|3`))).toEqual([`warning  The profile ${at('p')}|3 is not known here.`])
})

describe('extensions', () => {
  const onName = extension('on-name', 'string', [{ type: 'element', expression: 'HumanName' }])
  const within = extension('within', 'boolean', [{ type: 'extension', expression: at('on-name') }])
  const onBirth = extension('on-birth', 'boolean', [{ type: 'element', expression: 'Patient.birthDate' }])
  const profiles = new Profiles([onName, within, onBirth])
  const ext = (name: string, value: object) => ({ extension: [{ url: at(name), ...value }] })

  test('hold what their definition says, wherever they stand', () => {
    expect(
      told(profiles, { name: [ext('on-name', { valueString: 'x' })], _birthDate: ext('on-birth', { valueBoolean: true }) }),
    ).toEqual([])
    expect(told(profiles, { contact: [{ name: ext('on-name', { valueCode: 'x' }) }] })).toEqual([
      'error Patient.contact[0].name.extension[0].value is of a type that the profile does not allow',
    ])
    expect(
      told(profiles, { contained: [{ resourceType: 'Patient', id: 'a', _birthDate: ext('on-birth', { valueString: 'x' }) }] }),
    ).toEqual(['error Patient.contained[0].birthDate.extension[0].value is of a type that the profile does not allow'])
  })

  test('stand where their definition says', () => {
    expect(told(profiles, ext('on-name', { valueString: 'x' }))).toEqual([
      `error Patient.extension[0] ${at('on-name')} does not belong here`,
    ])
    expect(
      told(profiles, {
        name: [{ extension: [{ url: at('on-name'), valueString: 'x', ...ext('within', { valueBoolean: true }) }] }],
      }),
    ).toEqual([])
    expect(told(profiles, { name: [ext('within', { valueBoolean: true })] })).toEqual([
      `error Patient.name[0].extension[0] ${at('within')} does not belong here`,
    ])
  })

  test('are slices by their URL', () => {
    const sliced = new Profiles([
      onName,
      profile('p', `${r4}Patient`, [
        { id: 'Patient.name.extension:on-name', min: 1, max: '1', type: [{ code: 'Extension', profile: [at('on-name')] }] },
      ]),
    ])
    const one = { url: at('on-name'), valueString: 'x' }
    expect(told(sliced, { ...claiming(at('p')), name: [{ extension: [{ url: 'urn:other', valueCode: 'y' }, one] }] })).toEqual([])
    expect(told(sliced, { ...claiming(at('p')), name: [{ extension: [one, one] }] })).toEqual([
      `error Patient.name[0].extension may have 1 of the slice on-name (${at('p')})`,
    ])
    expect(told(sliced, { ...claiming(at('p')), name: [{}] })).toEqual([
      `error Patient.name[0].extension has to have the slice on-name (${at('p')})`,
    ])
  })

  test("that nobody defined are nobody's business", () =>
    expect(told(profiles, ext('unknown', { valueString: 'x' }))).toEqual([]))
})

test('what is in a bundle or contained is asked for what it claims itself', () => {
  const profiles = new Profiles([profile('named', `${r4}Patient`, [{ id: 'Patient.name', min: 1 }])])
  const inside = { resourceType: 'Patient', id: 'a', ...claiming(at('named')) }
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ resource: { resourceType: 'Group', contained: [inside] } }, { resource: inside }],
  }
  expect(profiles.isClaimed(bundle)).toBe(false)
  expect(profiles.judge(bundle).map(({ path }) => path)).toEqual([
    'Bundle.entry[0].resource.contained[0].name',
    'Bundle.entry[1].resource.name',
  ])
})
