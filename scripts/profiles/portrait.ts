/** What the mappings write, found out by writing: every value that together says everything, looked at resource by resource. */
import { isDeepStrictEqual } from 'node:util'
import type { AnyCollection } from '../../src/flows/collections/collection.ts'
import { collections } from '../../src/flows/collections/index.ts'
import { barest, covering } from './covering.ts'
import { type Facts, noFacts, observe } from './observe.ts'
import { type Value, written } from './written.ts'

type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string }

/** One type of resource that a collection writes. */
export interface PartPortrait {
  readonly collection: AnyCollection
  readonly type: string
  readonly facts: Facts
  /** JSON members that are there whatever a command says. */
  readonly always: ReadonlySet<string>
  /** URLs of extensions of ours that are there whatever a command says. */
  readonly extensions: ReadonlySet<string>
  /** Those that always say the same, and which no field decides. */
  readonly constant: ReadonlyMap<string, unknown>
}

export interface Portrait {
  readonly facts: Facts
  readonly parts: readonly PartPortrait[]
  /** URL of an extension, a code system or a naming system of ours → `field of collection`. */
  readonly saidBy: ReadonlyMap<string, ReadonlySet<string>>
}

export function portrait(): Portrait {
  const facts = noFacts()
  const saidBy = new Map<string, Set<string>>()
  const parts = collections.flatMap((collection) => {
    const all = covering(collection.mapping.domain)
    const read = reader(collection, all)
    const said = all.map(read)
    const specimens = said.map((value) => resourcesOf(collection, value))
    for (const resource of specimens.flat()) observe(facts, resource)
    for (const [url, fields] of fieldsOf(collection, said)) saidBy.set(url, new Set([...(saidBy.get(url) ?? []), ...fields]))
    const made = covering(collection.command).map((value) => resourcesOf(collection, read(value)))
    const bare = barest(collection.command).map((value) => resourcesOf(collection, read(value)))
    return [...new Set(specimens.flat().map(({ resourceType }) => resourceType))].map((type) => {
      const of = (all: readonly (readonly Resource[])[]): Resource[] => all.flat().filter((one) => one.resourceType === type)
      return partPortrait(collection, type, { written: of(specimens), made: of(made), bare: of(bare) })
    })
  })
  return { facts, parts, saidBy }
}

/** As the schema reads it, defaults filled in; where values of different fields do not fit together, as it is. */
function reader({ mapping }: AnyCollection, [full = {}]: readonly Value[]) {
  const lists = Object.fromEntries(Object.entries(full).flatMap(([key, member]) => (Array.isArray(member) ? [[key, []]] : [])))
  return (value: Value): Value => {
    const parsed = mapping.domain.safeParse(value)
    return parsed.success ? parsed.data : { ...lists, ...value }
  }
}

const resourcesOf = (collection: AnyCollection, value: Value): readonly Resource[] => written(collection, value, 'specimen')

interface Specimens {
  /** From all that a reading can say, from all that a command can, and from what it has to. */
  readonly written: readonly Resource[]
  readonly made: readonly Resource[]
  readonly bare: readonly Resource[]
}

function partPortrait(collection: AnyCollection, type: string, { written, made, bare }: Specimens): PartPortrait {
  const facts = noFacts()
  for (const resource of written) observe(facts, resource)
  const all = [...written, ...made, ...bare]
  const [first = {}] = all
  const names = Object.keys(first).filter((name) => !['resourceType', 'id', 'text'].includes(name) && name !== 'extension')
  const places = collection.mapping.rows.flatMap((row) => row.places)
  const decided = (name: string): boolean =>
    places.some((place) => place === type || place.startsWith(`${type}.where(`) || `${place}.`.startsWith(`${type}.${name}.`))
  const constant = names.filter(
    (name) =>
      !decided(name) && isSaid(first[name as never]) && all.every((one) => isDeepStrictEqual(one[name], first[name as never])),
  )
  const everywhere = (test: (one: Resource) => boolean): boolean => bare.length > 0 && [...made, ...bare].every(test)
  return {
    collection,
    type,
    facts,
    always: new Set(names.filter((name) => everywhere((one) => name in one)).map((name) => name.replace('_', ''))),
    extensions: new Set(
      [...facts.extensions.keys()].filter((url) => everywhere((one) => extensionsOf(one).some((each) => each.url === url))),
    ),
    constant: new Map(constant.map((name) => [name, first[name as never]])),
  }
}

const extensionsOf = (resource: Resource): readonly { readonly url: string }[] => (resource.extension ?? []) as { url: string }[]

/** Nothing that stands in for what only a real record knows. */
const isSaid = (value: unknown): boolean => !/data-absent-reason|specimen/.test(JSON.stringify(value))

/** Which fields say what: what is gone where the field is left out. */
function fieldsOf(collection: AnyCollection, values: readonly Value[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const value of values) {
    const whole = urlsOf(collection, value)
    for (const name of Object.keys(value)) {
      const { [name]: _, ...others } = value
      const left = urlsOf(collection, others)
      for (const url of whole)
        if (!left.has(url)) found.set(url, (found.get(url) ?? new Set()).add(`\`${name}\` of \`${collection.name}\``))
    }
  }
  return found
}

function urlsOf({ mapping }: AnyCollection, value: Value): Set<string> {
  const facts = noFacts()
  for (const part of Object.values(mapping.write(value)).flat()) observe(facts, part)
  return new Set([...facts.extensions.keys(), ...facts.codes.keys(), ...facts.namings])
}
