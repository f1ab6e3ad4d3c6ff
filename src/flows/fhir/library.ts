/**
 * The profiles and terminology that a tenant stored, beside ours: read when a resource claims one, compiled then, and kept until any
 * of their kind is written. While a question is put to the profiles, what they would have to know and do not is noted; that is looked up,
 * and the question put again.
 */
import type { CodeSystem, ValueSet } from '@medplum/fhirtypes'
import { ownStructures } from '../../fhir/generated/structures.ts'
import { ownTerminology } from '../../fhir/generated/terminology.ts'
import { type Definition, r4Type } from '../../fhir/profiles/definition.ts'
import { ownProfiles } from '../../fhir/profiles/own.ts'
import { Profiles, termsIn } from '../../fhir/profiles/profiles.ts'
import { shapeOf } from '../../fhir/validate/shape.ts'
import { askAll, type Steps, type Store } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../keep.ts'
import { canonical } from './concepts.ts'
import { largest, storedDefinition } from './stored-definition.ts'

type Kind = 'StructureDefinition' | 'ValueSet' | 'CodeSystem'
type Conformance = Definition | CodeSystem | ValueSet

export interface Library {
  /** The newest version of each kind when it was begun. */
  readonly edition: string
  profiles: Profiles
  /** By kind and canonical; undefined for what is not here. */
  readonly found: Map<string, Conformance | undefined>
  /** What was asked for and has not been looked up. */
  readonly lacking: Set<string>
  /** Characters of what was found. */
  size: number
}

/** A library that has grown so large is begun anew, and one question looks up no more than so much. */
const limits = { names: 1000, size: 8 * 1024 * 1024, lookups: 200 } as const
/** No URL that is looked up is longer. */
const longest = 500

const libraries = new WeakMap<Store, Library>()

/** Ours alone where a tenant has no profiles of its own. To be asked for with each request: it tells by what is stored now. */
export function* libraryOf({ store }: Context): Steps<Library> {
  const newest = yield* newestOf(['StructureDefinition'])
  const edition = newest === '' ? '' : `${newest} ${yield* newestOf(['ValueSet', 'CodeSystem'])}`
  const known = libraries.get(store)
  if (known?.edition === edition && known.found.size < limits.names && known.size < limits.size) return known
  const fresh: Library = { edition, profiles: ownProfiles(), found: new Map(), lacking: new Set(), size: 0 }
  if (edition !== '') fresh.profiles = compiled(fresh)
  libraries.set(store, fresh)
  return fresh
}

function* newestOf(types: readonly Kind[]): Steps<string> {
  const pages = yield* askAll(types.map((type) => ({ ask: 'history' as const, type, count: 1, visible: 'everything' as const })))
  return pages.map(({ items: [one] }) => (one ? `${one.id}/${one.version}/${one.sequence}` : '')).join(' ')
}

const ourTerms = termsIn(Object.values(ownTerminology))

function compiled({ found, lacking }: Library): Profiles {
  const known = <T extends Conformance>(kind: Kind, url: string): T | undefined => {
    const key = `${kind} ${url}`
    if (!found.has(key) && url.length <= longest) lacking.add(key)
    return found.get(key) as T | undefined
  }
  return new Profiles(
    ownStructures,
    (url, type) => ourTerms(url, type) ?? known<CodeSystem | ValueSet>(type, url),
    (url) => (shapeOf(r4Type(url) ?? '') ? undefined : known<Definition>('StructureDefinition', url)),
  )
}

/** Puts a question to the profiles until they know all that it takes. */
export function* consult<T>(library: Library, question: (profiles: Profiles) => T): Steps<T> {
  for (let lookups = 0; ; ) {
    const { profiles, lacking } = library
    lacking.clear()
    const answer = question(profiles)
    const wanted = [...lacking].slice(0, limits.lookups - lookups)
    if (wanted.length === 0) return answer
    lookups += wanted.length
    const found: (readonly [key: string, Conformance | undefined])[] = []
    for (const key of wanted) found.push([key, yield* lookedUp(library, key)])
    // All at once: somebody else may ask in between.
    for (const [key, one] of found) library.found.set(key, one)
    if (found.some(([, one]) => one !== undefined)) library.profiles = compiled(library)
    else if (library.profiles === profiles) return answer
  }
}

function* lookedUp(library: Library, key: string): Steps<Conformance | undefined> {
  const [kind = '', name = ''] = key.split(' ')
  const [url = '', version] = name.split('|')
  const stored = library.size > limits.size ? undefined : yield* canonical(kind, url, version)
  const { text } = stored ?? {}
  if (text === undefined || text.length > largest) return undefined
  library.size += text.length
  const value = storedValue<CodeSystem | ValueSet>(stored)
  yield { rest: true }
  return kind === 'StructureDefinition' ? storedDefinition(value) : value
}
