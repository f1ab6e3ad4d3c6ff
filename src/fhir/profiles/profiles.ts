/**
 * Resources against profiles: those that they claim (`meta.profile`) and those that somebody asks for. What is said in words is for
 * resources that are valid R4; the base validator is asked first. https://hl7.org/fhir/R4/profiling.html
 */
import type { CodeSystem, ValueSet } from '@medplum/fhirtypes'
import type { Issue } from '../../domain/problem.ts'
import { many } from '../validate/fhirpath.ts'
import { affords, type Node, type Scope, type TypeAt } from '../validate/rule.ts'
import { shapeOf } from '../validate/shape.ts'
import { typesIn } from '../validate/targets.ts'
import { type Finding, isObject, type Walk } from '../validate/walk.ts'
import { Compiler } from './compile.ts'
import { type Definition, type Known, r4Type, withoutVersion } from './definition.ts'
import { belongsAt, type ExtensionCheck, tour } from './extensions.ts'
import { broken, type ObjectCheck } from './members.ts'
import type { SlicingTools } from './slicing.ts'
import { type Element, type Tree, treeOf } from './tree.ts'

interface Compiled {
  readonly url: string
  readonly type: string
  readonly check: ObjectCheck
  readonly notAsked: readonly string[]
}

/** The profiles that are known, each compiled when it is first asked for. https://hl7.org/fhir/R4/profiling.html */
export class Profiles {
  readonly #structures = new Map<string, Definition>()
  readonly #known: Known
  readonly #tools: SlicingTools
  readonly #trees = new Map<Definition, Tree>()
  readonly #compiled = new Map<Definition, Compiled>()
  readonly #extensions = new Map<string, ExtensionCheck | undefined>()
  readonly #further: Known['structure'] | undefined

  /**
   * Later ones of the same URL take the place of earlier ones, which remain to be had by their version. `further` has what is not among
   * them, written by anybody: there is an end of what is asked of a resource then.
   */
  constructor(structures: Iterable<Definition>, terms: Known['terms'] = () => undefined, further?: Known['structure']) {
    this.#further = further
    for (const one of structures) {
      this.#structures.set(one.url, one)
      if (one.version !== undefined) this.#structures.set(`${one.url}|${one.version}`, one)
    }
    this.#known = { structure: (canonical) => this.#structure(canonical), terms }
    this.#tools = {
      known: this.#known,
      rootOf: (canonical) => this.#rootOf(canonical),
      typeOf: (canonical) => this.typeOf(canonical),
      isValid: (value, canonical, scope) => this.#isValid(value, canonical, scope),
      ...(further && { isBounded: true }),
    }
  }

  #structure(canonical: string): Definition | undefined {
    return this.#structures.get(canonical) ?? this.#further?.(canonical)
  }

  /** The type that a profile is about; undefined for one that is not known. */
  typeOf(canonical: string): string | undefined {
    return baseType(canonical) ?? this.#structure(canonical)?.type
  }

  /** Is it the address of one that is known? */
  isOne(canonical: string): boolean {
    return this.#structure(canonical) !== undefined
  }

  /** Does it claim a profile that is known here? */
  isClaimed(resource: object): boolean {
    return 'meta' in resource && claimsOf(resource as Node).some((one) => this.isOne(one))
  }

  /** Is it known, and everything that it asks? */
  asksAllOf(canonical: string): boolean {
    return this.#profile(canonical)?.notAsked.length === 0
  }

  /** Does it keep what it claims, and the profiles `also`, as far as they are known? The fast way. */
  keeps(resource: object, also: readonly string[] = []): boolean {
    return this.#whole(resource as Node, this.#walkFrom(resource as Node), also)
  }

  /**
   * Every way in which it does not (errors), profiles that are not known (warnings), and what else could not be asked (information).
   * `typeAt`: of an entry of a transaction, the types of the others.
   */
  judge(given: object, also: readonly string[] = [], typeAt?: TypeAt): readonly Issue[] {
    const resource = given as Node
    const findings: Finding[] = []
    const walk = { ...this.#walkFrom(resource), typeAt }
    if (!this.#whole(resource, walk, also)) this.#whole(resource, { ...this.#walkFrom(resource), typeAt, found: findings }, also)
    const type = String(resource.resourceType)
    const issues: Issue[] = findings.map((finding) => ({
      ...finding,
      path: finding.path === '' ? type : `${type}.${finding.path}`,
    }))
    if (!affords(walk, 0))
      issues.push({ severity: 'information', message: 'There is too much to ask of this resource: not all was asked.' })
    return [...issues, ...this.left([...new Set([...claimsOf(resource), ...also])], type)]
  }

  /**
   * Of profiles of a resource of this type, by their canonicals: which are another type's own (errors), which are not known (warnings), and
   * what of the others cannot be asked here (information).
   */
  left(profiles: readonly string[], type: string): readonly Issue[] {
    return profiles.flatMap((canonical): readonly Issue[] => {
      const base = baseType(canonical)
      if (base !== undefined) return isA(type, base) ? [] : [{ path: type, message: `is a profile of ${base} (${canonical})` }]
      const profile = this.#profile(canonical)
      if (profile === undefined) return [{ severity: 'warning', message: `The profile ${canonical} is not known here.` }]
      return profile.notAsked.map((one): Issue => ({ severity: 'information', message: `${canonical}: ${one}` }))
    })
  }

  /** The resource with its profiles and extensions, and the resources in it with theirs. */
  #whole(resource: Node, walk: Walk, also: readonly string[]): boolean {
    let isSound = true
    for (const canonical of new Set([...claimsOf(resource), ...also])) {
      const profile = this.#profile(canonical)
      if (profile === undefined || this.#one(profile, resource, walk)) continue
      if (walk.found === undefined) return false
      isSound = false
    }
    const inside = (one: Node, at: Walk, isContained: boolean): boolean => {
      const { resource: outer, root } = at
      at.resource = one
      if (!isContained) at.root = one
      const isFine = this.#whole(one, at, [])
      at.resource = outer
      at.root = root
      return isFine
    }
    const { typeAt } = walk
    if (isBundle(resource)) walk.typeAt = typesIn(resource)
    const isSoundWithin = tour(resource, walk, { extension: (url) => this.#extension(url), resource: inside })
    walk.typeAt = typeAt
    return isSoundWithin && isSound
  }

  /** Faults bear the name of the profile. */
  #one({ url, type, check }: Compiled, node: Node, walk: Walk): boolean {
    const isOfType = String(node.resourceType) === type
    if (walk.found === undefined) return isOfType && check(node, walk)
    const found: Finding[] = []
    const own = { ...walk, found }
    const isSound = isOfType ? check(node, own) : broken(own, `is a profile of ${type}`)
    walk.found.push(...found.map((one) => ({ ...one, message: `${one.message} (${url})` })))
    return isSound
  }

  #walkFrom(resource: Node): Walk {
    const effort = this.#further && { left: enough }
    return { resource, root: resource, typeAt: undefined, memory: undefined, depth: 0, broken: 0, found: undefined, effort }
  }

  #profile(canonical: string): Compiled | undefined {
    const definition = this.#structure(canonical)
    if (definition === undefined) return undefined
    const made = this.#compiled.get(definition)
    if (made) return made
    const compiler = new Compiler(this.#tree(definition), this.#tools)
    const { url, type } = definition
    const compiled = { url, type, check: compiler.whole(type), notAsked: [...compiler.notAsked] }
    this.#compiled.set(definition, compiled)
    return compiled
  }

  #tree(definition: Definition): Tree {
    const tree = this.#trees.get(definition) ?? treeOf(definition, this.#known)
    this.#trees.set(definition, tree)
    return tree
  }

  #rootOf(canonical: string): Element | undefined {
    const definition = this.#structure(canonical)
    return definition && this.#tree(definition).root
  }

  #extension(url: string): ExtensionCheck | undefined {
    if (this.#extensions.has(url)) return this.#extensions.get(url)
    const definition = this.#structure(url)
    const content = definition?.type === 'Extension' ? this.#profile(url)?.check : undefined
    const check = content && { belongs: belongsAt(definition?.context), content }
    // What is not known is not remembered: there is no end of URLs.
    if (check) this.#extensions.set(url, check)
    return check
  }

  #isValid(value: unknown, canonical: string, scope: Scope): boolean | undefined {
    const profile = this.#profile(canonical)
    if (profile === undefined || !isObject(value) || !affords(scope)) return undefined
    const { resource, root, typeAt, effort } = scope
    const walk = { ...this.#walkFrom(value), resource, root, typeAt, effort }
    return value.resourceType === undefined ? profile.check(value, walk) : this.#one(profile, value, { ...walk, resource: value })
  }
}

/** The type that this defines in R4 itself, whichever version of 4.0 is named; undefined for all else. */
function baseType(canonical: string): string | undefined {
  const type = r4Type(canonical)
  return type !== undefined && shapeOf(type) && /^[^|]*(?:\|4\.0(?:\.\d+)?)?$/.test(canonical) ? type : undefined
}

/** Every resource is a Resource, and every one that may have a narrative a DomainResource. */
const isA = (type: string, base: string): boolean =>
  type === base || base === 'Resource' || (base === 'DomainResource' && shapeOf(type)?.fields.has('text') === true)

const isBundle = ({ resourceType }: Node): boolean => (resourceType as unknown) === 'Bundle'

/** What may be asked of one resource, where anybody may have said what: some ten milliseconds' worth. */
const enough = 100_000

/** Canonicals of the profiles that a resource claims. */
export const claimsOf = ({ meta }: Node): readonly string[] => many(meta?.profile) as readonly unknown[] as readonly string[]

/** Terminology by URL, whatever version is asked for. */
export const termsIn = (found: Iterable<CodeSystem | ValueSet>): Known['terms'] => {
  const byUrl = new Map([...found].map((one) => [one.url, one]))
  return (canonical) => byUrl.get(withoutVersion(canonical))
}
