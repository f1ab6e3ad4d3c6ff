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
import type { Change } from '../../store/change.ts'
import { ask, type Steps, type Store } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'
import { canonical } from './concepts.ts'
import { definitionLimits, storedDefinition } from './stored-definition.ts'

type Kind = 'StructureDefinition' | 'ValueSet' | 'CodeSystem'
type Conformance = Definition | CodeSystem | ValueSet

export interface Library {
  /** What told of the last change of such a definition when it was begun. */
  readonly edition: string | undefined
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

/** Ours alone where a tenant never had profiles of its own. To be asked for with each request: it tells by what is stored now. */
export function* libraryOf({ store }: Context): Steps<Library> {
  const edition = yield* ask({ ask: 'record', ...place })
  const known = libraries.get(store)
  if (known && known.edition === edition && known.found.size < limits.names && known.size < limits.size) return known
  const { items } = yield* ask({ ask: 'history', type: 'StructureDefinition', count: 1, visible: 'everything' })
  const fresh: Library = { edition, profiles: ownProfiles(), found: new Map(), lacking: new Set(), size: 0 }
  if (items.length > 0) fresh.profiles = compiled(fresh)
  libraries.set(store, fresh)
  return fresh
}

const place = { kind: 'profiles', key: 'edition' } as const
const kinds: readonly string[] = ['StructureDefinition', 'ValueSet', 'CodeSystem'] satisfies Kind[]

/** What a commit that made these versions (`Type/id/_history/1`) has to write besides, so that they are read anew. */
export function newEdition(versions: readonly string[], at: string): readonly Change[] {
  const one = versions.find((version) => kinds.includes(version.slice(0, version.indexOf('/'))))
  return one === undefined ? [] : [{ change: 'remember', ...place, text: `${at} ${one}` }]
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
  if (text === undefined || text.length > definitionLimits.size) return undefined
  library.size += text.length
  const value = storedValue<CodeSystem | ValueSet>(stored)
  yield { rest: true }
  return kind === 'StructureDefinition' ? storedDefinition(value) : value
}
