/** Whatever the mappings write of our own is defined in `profiles/`, and defined as they write it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBase, local, localNaming, localSystem } from '../../mappings/shared/extension.ts'
import { inHouse } from '../../mappings/shared/in-house.ts'
import { type ExtensionFacts, noFacts, observe } from '../../scripts/profiles/observe.ts'
import { validate } from '../../src/fhir/validate/validate.ts'
import { collections } from '../../src/flows/collections/index.ts'
import { arbitraryOf } from '../laws/arbitrary.ts'

const root = resolve(import.meta.dirname, '../..')

interface Element {
  readonly id: string
  readonly path: string
  readonly fixedUri?: string
  readonly max?: string
  readonly type?: readonly { readonly code: string }[]
  readonly binding?: { readonly valueSet: string }
}
interface Definition {
  readonly resourceType: string
  readonly url?: string
  readonly type?: string
  readonly context?: readonly { readonly expression: string }[]
  readonly differential?: { readonly element: readonly Element[] }
  readonly concept?: readonly { readonly code: string }[]
  readonly content?: string
  readonly uniqueId?: readonly { readonly value: string }[]
  readonly compose?: { readonly include: readonly { readonly system: string }[] }
}

const folder = join(root, 'profiles')
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'))
const definitions = paths
  .filter((path) => !path.startsWith('examples'))
  .map((path): Definition => JSON.parse(readFileSync(join(folder, path), 'utf8')))
const byUrl = new Map(
  definitions.flatMap((one) => [one.url, ...(one.uniqueId ?? []).map(({ value }) => value)].map((url) => [url, one] as const)),
)

/** What the mappings write over values drawn at random; not what the definitions were rendered from. */
const drawn = noFacts()
for (const { mapping } of collections)
  for (const value of fc.sample(arbitraryOf(mapping.domain), { numRuns: 40, seed: 7 }))
    for (const part of Object.values(mapping.write(value as never)).flat()) observe(drawn, part)

test('every extension, code system and naming system that a mapping writes has its definition', () => {
  const urls = [...drawn.extensions.keys(), ...drawn.codes.keys(), ...drawn.namings]
  expect(urls.length).toBeGreaterThan(150)
  expect(urls.filter((url) => !byUrl.has(url))).toEqual([])
})

test('so has every one that the code names', () => {
  const makers = { local, localSystem, localNaming, inHouse }
  const sources = ['src', 'mappings'].flatMap((name) =>
    readdirSync(join(root, name), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('fhir/generated'))
      .map((path) => readFileSync(join(root, name, path), 'utf8')),
  )
  const named = sources.flatMap((text) => [
    ...[...text.matchAll(/\b(local|localSystem|localNaming|inHouse)\('([^']+)'\)/g)].map(([, maker, name]) =>
      makers[maker as 'local'](name!),
    ),
    ...[...text.matchAll(/https:\/\/warm-handoff\.example\/fhir\/(?:CodeSystem|NamingSystem|Questionnaire)\/[a-z0-9-]+/g)].map(
      ([url]) => url,
    ),
  ])
  expect(named.length).toBeGreaterThan(150)
  expect([...new Set(named)].filter((url) => !byUrl.has(url))).toEqual([])
})

test('extensions hold what their definitions say, where they say it', () => {
  const wrong: string[] = []
  const compare = (url: string, id: string, found: ExtensionFacts, elements: readonly Element[]): void => {
    const value = elements.find((element) => element.id === `${id}.value[x]`)
    const types =
      value?.max === '0' ? [] : (value?.type ?? []).map(({ code }) => `value${code.charAt(0).toUpperCase()}${code.slice(1)}`)
    wrong.push(...[...found.values].filter((member) => !types.includes(member)).map((member) => `${url} ${id}: ${member}`))
    const allowed =
      value?.binding &&
      byUrl.get(byUrl.get(value.binding.valueSet)?.compose?.include[0]?.system)?.concept?.map(({ code }) => code)
    if (allowed && value.type?.[0]?.code === 'code')
      wrong.push(...[...(found.codes ?? [])].filter((code) => !allowed.includes(code)).map((code) => `${url} ${id}: ${code}`))
    for (const [name, inner] of found.inside) {
      if (elements.some((element) => element.id === `${id}.extension:${name}`))
        compare(url, `${id}.extension:${name}`, inner, elements)
      else wrong.push(`${url} ${id}: ${name}`)
    }
  }
  for (const [url, found] of drawn.extensions) {
    const { context = [], differential } = byUrl.get(url)!
    const places = context.map(({ expression }) => expression)
    wrong.push(...[...found.contexts].filter((place) => !places.includes(place)).map((place) => `${url} at ${place}`))
    compare(url, 'Extension', found, differential!.element)
  }
  expect(wrong).toEqual([])
})

test('code systems hold every code that is written', () => {
  const missing = [...drawn.codes].flatMap(([url, codes]) => {
    const { concept = [], content } = byUrl.get(url)!
    const known = new Set(concept.map(({ code }) => code))
    return content === 'complete' ? [...codes].filter((code) => !known.has(code)).map((code) => `${url} ${code}`) : []
  })
  expect(missing).toEqual([])
})

describe('the definitions', () => {
  test('are R4', () => {
    const faulty = definitions.flatMap((one) => {
      const { structure, rules } = validate(one)
      return [...structure, ...rules].map(({ path, message }) => `${one.url} ${path}: ${message}`)
    })
    expect(faulty).toEqual([])
  })

  test('name nothing of ours that is not there', () => {
    const named = definitions.flatMap((one) =>
      [...JSON.stringify(one).matchAll(/"(https:\/\/warm-handoff\.example\/fhir\/[A-Z][^"]*)"/g)].map(([, url]) => url!),
    )
    expect([...new Set(named)].filter((url) => !byUrl.has(url))).toEqual([])
    expect(named.every((url) => url.startsWith(canonicalBase))).toBe(true)
  })

  test('show wordings of questionnaires only where their owners allow it', () => {
    const quiet = definitions.filter(
      (one) => one.resourceType === 'Questionnaire' && !JSON.stringify(one).includes('with its wording'),
    )
    expect(quiet.length).toBeGreaterThan(5)
    for (const one of quiet) expect(JSON.stringify(one)).not.toMatch(/"text":|"display":/)
  })
})
