/**
 * What a mapping makes of every value that stands in some parts: place by place, what became what. The table says which rows could have
 * read a value; whether one did is found out by asking it again with the value taken away, and with another in its place.
 */
import type { Issue } from '../domain/problem.ts'
import { silently } from './codec.ts'
import { equal, isObject, type Json } from './equal.ts'
import type { Field } from './field.ts'
import type { Mapping } from './mapping.ts'
import { saySame } from './merge.ts'
import { type Steps, stepsTo } from './segments.ts'

/**
 * `mapped`: the domain value tells it. `kept`: no row reads it; it stays as it is, whatever is written. `told`: a row would read it and
 * cannot (a code without a term, half an item); it stays as it is, and a warning says so.
 */
export type Fate = 'mapped' | 'kept' | 'told'

export interface Traced {
  /** FHIRPath with indexes: `Patient.name[0].family`. */
  readonly path: string
  readonly value: unknown
  readonly fate: Fate
  /** The domain fields that it became a part of. */
  readonly fields: readonly string[]
  /** For `told`: why. */
  readonly message?: string
}

type AnyParts = Readonly<Record<string, unknown>>
/** A mapping whose types are its own business. */
export type AnyMapping = Mapping<Readonly<Record<string, unknown>>, AnyParts>

/** `issues` are those of the mapping's reading of these very parts. */
export const trace = (mapping: AnyMapping, parts: AnyParts, issues: readonly Issue[]): readonly Traced[] =>
  atOnce(tracing(mapping, parts, issues))

/** Work that may take long, and can be left alone for a while wherever it yields. */
export type Work<T> = Generator<void, T>

/** All of it without a rest. */
export function atOnce<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

/** The same, value by value: each is looked for in all of its list. */
export function* tracing(mapping: AnyMapping, parts: AnyParts, issues: readonly Issue[]): Work<readonly Traced[]> {
  const reach = mapping.rows.map(({ field, places }) => ({
    field,
    row: mapping.fields[field] as Field<AnyParts, unknown>,
    now: (mapping.fields[field] as Field<AnyParts, unknown>).get(parts, silently),
    places: places.map((place) => stepsTo(parts, place)),
  }))
  /** A place that is not there ends at its resource, which tells nothing; a part that is a list may be what a row reads. */
  const isNear = (place: Steps): boolean => place.length > 1 || Array.isArray(parts[String(place[0])])
  const warned = issues.map(({ path = '', message }) => ({ message, steps: stepsTo(parts, path) }))
  const traced: Traced[] = []
  for (const { steps, value } of leavesOf(parts, [])) {
    yield
    const near = reach.filter(({ places }) => places.some((place) => isNear(place) && startsWith(steps, place)))
    const others = near.length > 0 ? [changed(parts, steps, undefined), changed(parts, steps, another(value))] : []
    const depends = ({ row, now }: (typeof near)[number]): boolean =>
      others.some((other) => !saySame(row.get(other, silently), now))
    const fields = near.filter(depends).map(({ field }) => field)
    const warning = warned.find((issue) => issue.steps.length > 1 && startsWith(steps, issue.steps))
    const fate = fields.length > 0 ? 'mapped' : warning ? 'told' : 'kept'
    traced.push({ path: pathOf(steps), value, fate, fields, ...(fate === 'told' && { message: warning!.message }) })
  }
  return traced
}

/**
 * Rows whose own place holds something that they read as nothing, and say nothing about: there are to be none. What they would write for
 * nothing (a status that goes without saying) is said by nothing.
 */
export function silentRows(mapping: AnyMapping, parts: AnyParts, value: Readonly<Record<string, unknown>>): readonly string[] {
  const fresh = mapping.write(value)
  return mapping.rows.flatMap(({ field, places }) => {
    if (value[field] !== undefined) return []
    const report: Issue[] = []
    ;(mapping.fields[field] as Field<AnyParts, unknown>).get(parts, report)
    const stands = places.some((place) => {
      const steps = stepsTo(parts, place)
      return pathOf(steps) === place && !equal(valueAt(parts, steps), valueAt(fresh, steps))
    })
    return stands && report.length === 0 ? [field] : []
  })
}

const valueAt = (value: unknown, steps: Steps): unknown =>
  steps.reduce<unknown>((now, step) => (now as Json | undefined)?.[step], value)

interface Leaf {
  readonly steps: Steps
  readonly value: unknown
}

/** Every primitive value, an exact number being one; the types of the resources are their names already. */
export function leavesOf(value: unknown, steps: Steps): readonly Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leavesOf(item, [...steps, i]))
  if (!isObject(value) || 'rawJSON' in value) return value === undefined || value === null ? [] : [{ steps, value }]
  return Object.entries(value).flatMap(([key, member]) => (key === 'resourceType' ? [] : leavesOf(member, [...steps, key])))
}

const startsWith = (steps: Steps, start: Steps): boolean => start.every((step, i) => steps[i] === step)

/** What hangs on a primitive belongs to its element. */
export const pathOf = (steps: Steps): string =>
  steps
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step.replace(/^_/, '')}`))
    .join('')
    .slice(1)

function another(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  return typeof value === 'string' ? `${value}~` : typeof value === 'number' ? value + 1 : undefined
}

/** A copy with this value at the end of the steps; `undefined` takes away what is there. */
function changed<T>(value: T, [step, ...rest]: Steps, next: unknown): T {
  if (step === undefined) return next as T
  const member = changed((value as Json)[step], rest, next)
  if (Array.isArray(value))
    return (member === undefined ? value.filter((_, i) => i !== step) : value.with(Number(step), member)) as T
  const { [step]: _, ...others } = value as Json
  return (member === undefined ? others : { ...value, [step]: member }) as T
}
