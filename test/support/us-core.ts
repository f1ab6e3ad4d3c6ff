/** What Inferno asks of a server for US Core: read from its own tables, where the corpora have them, and answered naively from resources. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { dateRange } from '../../src/fhir/search/date-range.ts'
import { corpora } from './corpora.ts'
import { MustSupports } from './us-core-must-supports.ts'

const Definition = z.object({
  ':full_paths': z.array(z.string()),
  ':type': z.string(),
  ':comparators': z.record(z.string(), z.string()),
  ':multiple_or': z.string().optional(),
  ':chain': z.array(z.object({ ':chain': z.string() })).optional(),
})
const Group = z.object({
  ':name': z.string(),
  ':resource': z.string(),
  ':interactions': z.array(z.object({ ':code': z.string(), ':expectation': z.string() })),
  ':searches': z.array(z.object({ ':names': z.array(z.string()) })),
  ':search_definitions': z.record(z.string(), Definition),
  ':include_params': z.array(z.string()),
  ':revincludes': z.array(z.string()),
  ':must_supports': MustSupports,
})
export type Group = z.infer<typeof Group>
export type Definition = z.infer<typeof Definition>

export const versions = ['6.1.0', '7.0.0'] as const

export function groupsOf(version: (typeof versions)[number]): Group[] {
  const file = corpora === undefined ? '' : join(corpora, `1_igs/us-core-${version}/inferno-metadata.yml`)
  return existsSync(file) ? z.object({ ':groups': z.array(Group) }).parse(parse(readFileSync(file, 'utf8')))[':groups'] : []
}

export type Resource = { readonly resourceType: string; readonly id: string } & Readonly<Record<string, unknown>>
type Item = Readonly<Record<string, unknown>>

/** The elements at a path such as `Condition.onsetDateTime`, `Observation.effective`, or of an extension by its URL. */
export function elementsAt(resource: Resource, path: string): unknown[] {
  const extension = /^\w+\.extension\.where\(url='([^']+)'\)/.exec(path)
  if (extension)
    return elements(resource.extension).flatMap((one) =>
      (one as Item).url === extension[1] ? choices(one as Item, 'value') : [],
    )
  return path
    .split('.')
    .slice(1)
    .reduce<unknown[]>((found, name) => found.flatMap((one) => choices(one as Item, name)), [resource])
}

const elements = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])
const choices = (item: Item, name: string): unknown[] =>
  Object.entries(item).flatMap(([member, value]) =>
    member === name || (member.startsWith(name) && /^(DateTime|Period|Instant|Date)$/.test(member.slice(name.length)))
      ? elements(value)
      : [],
  )

/** A value to search by, and whether a resource has it under the same paths. */
export interface Wanted {
  readonly text: string
  fits(element: unknown): boolean
}

/** The ways to ask for an element: with its system and without, by each part of a name. */
export function waysToAsk(element: unknown, type: string): Wanted[] {
  if (/^(date|dateTime|instant|Period)$/.test(type)) {
    const text = typeof element === 'string' ? element : ((element as Item).start ?? (element as Item).end)
    return typeof text === 'string' ? [comparedWith(text, 'eq')] : []
  }
  const equal = (text: string): Wanted => ({ text, fits: (other) => tokensOf(other).includes(text) })
  if (type === 'Reference') {
    const { reference } = element as { reference?: string }
    if (reference === undefined || !/^\w+\/[^/]+$/.test(reference)) return []
    const wanted = equal(reference)
    return reference.startsWith('Patient/') ? [wanted, { ...wanted, text: reference.slice(8) }] : [wanted]
  }
  if (/^(HumanName|Address|string)$/.test(type)) {
    return partsOf(element)
      .filter((part) => !part.includes(','))
      .map((text) => ({ text, fits: (other) => partsOf(other).some((part) => plain(part).startsWith(plain(text))) }))
  }
  return tokensOf(element).map(equal)
}

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

function partsOf(element: unknown): string[] {
  if (typeof element === 'string') return [element]
  const { family, given, text, line, city, state, postalCode, country, prefix, suffix, district } = element as Record<
    string,
    unknown
  >
  const all = [family, given, text, line, city, state, postalCode, country, prefix, suffix, district]
  return all.flatMap(elements).filter((part) => typeof part === 'string')
}

function tokensOf(element: unknown): string[] {
  if (typeof element === 'string') return [element]
  const { coding, code, value, system, reference } = element as Record<string, unknown>
  if (typeof reference === 'string') return [reference]
  if (Array.isArray(coding)) return coding.flatMap(tokensOf)
  const token = code ?? value
  if (typeof token !== 'string') return []
  return typeof system === 'string' ? [`${system}|${token}`, token] : [token]
}

/** https://hl7.org/fhir/R4/search.html#prefix */
export function comparedWith(text: string, prefix: string): Wanted {
  const asked = dateRange(text)!
  return {
    text: prefix === 'eq' ? text : `${prefix}${text}`,
    fits(element) {
      const { lo, hi } = rangeOf(element)
      const within = asked.lo <= lo && hi <= asked.hi
      const [after, before] = [hi > asked.hi, lo < asked.lo]
      const [starts, ends] = [lo > asked.hi, hi < asked.lo]
      const compared = { eq: within, ne: !within, gt: after, ge: after || within, lt: before, le: before || within }
      return { ...compared, sa: starts, eb: ends }[prefix] === true
    },
  }
}

function rangeOf(element: unknown): { readonly lo: number; readonly hi: number } {
  if (typeof element === 'string') return dateRange(element)!
  const { start, end } = element as { start?: string; end?: string }
  return { lo: start === undefined ? -Infinity : dateRange(start)!.lo, hi: end === undefined ? Infinity : dateRange(end)!.hi }
}
