/** What rides along with the matches of a page. https://hl7.org/fhir/R4/search.html#include */
import { eachReference, parseReference } from '../../fhir/reference.ts'
import { writtenTargetsOf } from '../../fhir/search/include.ts'
import { isLink, targetsOf } from '../../fhir/search/modifiers.ts'
import { searchParametersOf } from '../../fhir/search/parameters.ts'
import { type Include, type Query, simpleQuery } from '../../fhir/search/query.ts'
import type { SearchParameterRow } from '../../fhir/search/table.ts'
import { resourceTypes } from '../../fhir/types.ts'
import { versionNumber } from '../../fhir/version.ts'
import { ask, askAll, restAfter, type Steps, type Stored } from '../../store/store.ts'
import { noteSeen } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'
import { allowed } from './allowed.ts'
import { definitionsNamed, leadsByUrl, namesOne, urlsOf } from './by-canonical.ts'
import { eachNamed, together } from './named.ts'
import { visible } from './visible.ts'

/** At most this many resources ride along with a page. */
export const mostIncluded = 1000
/** And what is so many steps away from them: each asks anew. */
export const mostSteps = 10

/** How much may still ride along with a page, of all types together: it ends with the resource that fills it. */
export class Room {
  #resources = mostIncluded
  #characters: number

  constructor(characters = Number.POSITIVE_INFINITY) {
    this.#characters = characters
  }

  get characters(): number {
    return this.#characters
  }

  /** Whether there was room for one more. */
  take({ text = '' }: Stored): boolean {
    if (this.#resources <= 0 || this.#characters <= 0) return false
    this.#resources--
    this.#characters -= text.length
    return true
  }
}

export interface Included {
  readonly included: readonly Stored[]
  /** There would have been more to include. */
  readonly isCut: boolean
}

/** Takes what was found; false where there is no room for all of it. */
type Take = (found: readonly Stored[]) => boolean

const nameOf = (stored: Stored): string => `${stored.type}/${stored.id}`
const versionOf = (stored: Stored): string => `${nameOf(stored)}/_history/${stored.version}`

/** `_include` follows references out of the matches, `_revinclude` into them; `:iterate` goes on from what was found. */
export function* around(ctx: Context, query: Query, matches: readonly Stored[], room: Room): Steps<Included> {
  if (query.include.length === 0 && query.revinclude.length === 0) return { included: [], isCut: false }
  const seen = new Set(matches.flatMap((one) => [nameOf(one), versionOf(one)]))
  const included: Stored[] = []
  let isCut = false
  let step = 0
  /** By its version alone what is there comes once more, in a version that was referred to. */
  const taking =
    (keyOf: (stored: Stored) => string): Take =>
    (found) => {
      for (const one of found) {
        if (one.text === undefined || seen.has(keyOf(one)) || !visible(ctx, one) || !allowed(ctx, 'read', one.type).ok) continue
        if (!seen.has(versionOf(one))) {
          if (step === mostSteps || !room.take(one)) return false
          included.push(one)
        }
        seen.add(versionOf(one)).add(keyOf(one))
      }
      return true
    }
  const [take, takeVersions] = [taking(nameOf), taking(versionOf)]
  let from = matches
  for (; from.length > 0 && !isCut && step <= mostSteps; step++) {
    const known = included.length
    const rules = (all: readonly Include[]) => all.flatMap((rule) => (step === 0 || rule.iterate ? spelledOut(rule, from) : []))
    for (const rule of rules(query.include)) {
      if (leadsByUrl(rule)) {
        isCut = !(yield* definitionsNamed(ctx, rule, from, take)) || isCut
        continue
      }
      const { names, versions } = yield* namedBy(rule, from)
      isCut = !(yield* named(names, take)) || isCut
      isCut = !(yield* versionsNamed(versions, takeVersions)) || isCut
    }
    for (const rule of rules(query.revinclude.flatMap(fromAnywhere))) {
      isCut = !(yield* referringTo(ctx, rule, from, take, room)) || isCut
      yield { rest: true }
    }
    from = included.slice(known)
  }
  noteSeen(ctx, ...included)
  return { included, isCut }
}

/** "*" is "any search parameter of type=reference": those that lead to definitions by their URLs are rules of their own. */
function spelledOut(rule: Include, from: readonly Stored[]): readonly Include[] {
  if (rule.param !== '*') return [rule]
  const sources = rule.source === '*' ? [...new Set(from.map(({ type }) => type))] : [rule.source]
  const each = sources.flatMap((source) => Object.keys(searchParametersOf(source)).map((param) => ({ ...rule, source, param })))
  return [rule, ...each.filter(leadsByUrl)]
}

/** Of a `_revinclude`: `*` alone is of every type. */
const fromAnywhere = (rule: Include): readonly Include[] =>
  rule.source === '*' ? resourceTypes.map((source) => ({ ...rule, source })) : [rule]

/** What is named `type/id`, as far as there is room. */
export function* named(names: ReadonlySet<string>, take: Take): Steps<boolean> {
  const isAll = yield* eachNamed([...names].slice(0, mostIncluded), take)
  return isAll && names.size <= mostIncluded
}

/** "Servers SHOULD resolve _include requests for version-specific references by resolving the version named in the reference." */
function* versionsNamed(versions: Named['versions'], take: Take): Steps<boolean> {
  const all = [...versions.values()].slice(0, mostIncluded)
  for (let from = 0; from < all.length; from += together) {
    if (from > 0) yield { rest: true }
    const found = yield* askAll(all.slice(from, from + together).map((one) => ({ ask: 'version' as const, ...one })))
    if (!take(found.filter((one) => one !== undefined))) return false
  }
  return versions.size <= mostIncluded
}

/** What is referred to as it is now, by `type/id`, and versions of what is, by their references. */
interface Named {
  readonly names: Set<string>
  readonly versions: Map<string, { readonly type: string; readonly id: string; readonly version: number }>
}

function* namedBy(rule: Include, from: readonly Stored[]): Steps<Named> {
  const named: Named = { names: new Set(), versions: new Map() }
  for (const stored of from) {
    const value = rule.source === '*' || rule.source === stored.type ? storedValue<object>(stored) : undefined
    if (!value) continue
    const targets = rule.param === '*' ? eachReference(value) : writtenTargetsOf(value, rule.param)
    for (const target of targets) {
      const parsed = parseReference(target)
      if (parsed.kind !== 'relative' || (rule.target !== undefined && rule.target !== parsed.type)) continue
      const { type, id, version } = parsed
      const number = version === undefined ? undefined : versionNumber(version)
      if (version === undefined) named.names.add(`${type}/${id}`)
      else if (number !== undefined) named.versions.set(target, { type, id, version: number })
    }
    yield* restAfter(stored.text ?? '')
  }
  return named
}

/** By which it may refer to one of these types by their ids. */
const paramsOf = ({ source, param }: Include, types: readonly string[]): readonly string[] => {
  const leads = (row: SearchParameterRow) => isLink(row) && types.some((type) => targetsOf(row).includes(type))
  return param === '*' ? Object.entries(searchParametersOf(source)).flatMap(([name, row]) => (leads(row) ? [name] : [])) : [param]
}

function* referringTo(ctx: Context, rule: Include, from: readonly Stored[], take: Take, room: Room): Steps<boolean> {
  const referred = from.filter((one) => rule.target === undefined || rule.target === one.type)
  const byUrl = leadsByUrl(rule)
  const values = byUrl ? urlsOf(referred) : referred.map(nameOf)
  if (values.length === 0 || !allowed(ctx, 'read', rule.source).ok) return true
  const params = paramsOf(rule, [...new Set(referred.map(({ type }) => type))])
  if (params.length === 0) return true
  const ways = params.map((param) => [{ kind: 'reference' as const, param, values }])
  const query = simpleQuery(rule.source, [{ kind: 'any', of: ways }], mostIncluded)
  let after: string | undefined
  do {
    const page = yield* ask({
      ask: 'search',
      query,
      visible: ctx.principal.visible,
      room: room.characters,
      ...(after !== undefined && { after }),
    })
    if (!take(byUrl ? page.items.filter(namesOne(values, rule.param)) : page.items)) return false
    after = page.next
  } while (after !== undefined)
  return true
}
