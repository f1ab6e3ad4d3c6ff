/**
 * From a zod schema to a fast-check arbitrary, so that a law can be asked of every mapping without a line of test code for it.
 *
 * - Handles are always drawn: a reading always carries them.
 * - An object that says nothing (all members absent or empty) is never drawn inside another: in FHIR it would be an element without
 *   value or children. https://hl7.org/fhir/R4/element.html#ele-1
 * - Refinements are met by trying again.
 */
import fc from 'fast-check'
import type { z } from 'zod'
import * as kernel from '../../src/domain/kernel.ts'

interface Def {
  readonly type: string
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[]
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly innerType?: z.ZodType
  readonly element?: z.ZodType
  readonly items?: readonly z.ZodType[]
  readonly options?: readonly z.ZodType[]
  readonly entries?: Readonly<Record<string, string | number>>
  readonly values?: readonly unknown[]
  readonly keyType?: z.ZodType
  readonly valueType?: z.ZodType
  readonly left?: z.ZodType
  readonly right?: z.ZodType
  readonly in?: z.ZodType
  readonly getter?: () => z.ZodType
  readonly format?: string
  readonly pattern?: RegExp
}
interface Check {
  readonly check: string
  readonly minimum?: number
  readonly maximum?: number
  readonly value?: number | bigint
  readonly inclusive?: boolean
  readonly format?: string
  readonly pattern?: RegExp
}

const defOf = (schema: z.ZodType): Def => schema._zod.def as unknown as Def
const checksOf = (def: Def): readonly Check[] => (def.checks ?? []).map((check) => check._zod.def)

// ---- words of the kernel

const aDay = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10))
const anOffset = fc.constantFrom('Z', '+00:00', '-05:00', '-04:00', '+05:30', '+14:00')
const aFraction = fc.constantFrom('', '.5', '.000', '.123456789')
const anInstant = fc
  .tuple(aDay, fc.integer({ min: 0, max: 86399 }), aFraction, anOffset)
  .map(([day, second, fraction, offset]) => `${day}T${new Date(second * 1000).toISOString().slice(11, 19)}${fraction}${offset}`)
const aPartialDate = fc.tuple(aDay, fc.constantFrom(4, 7, 10)).map(([day, length]) => day.slice(0, length))
const aDecimal = fc
  .tuple(
    fc.boolean(),
    fc.nat({ max: 99999 }),
    fc.constantFrom('', '.0', '.10', '.25', '.000000000000000001'),
    fc.constantFrom('', '', '', 'e3', 'E-2'),
  )
  .map(([negative, whole, fraction, exponent]) => `${negative ? '-' : ''}${whole}${fraction}${exponent}`)
/** Text without space around it, so that it may stand in every string-like type; few enough short ones that keys collide. */
const aText = fc.oneof(
  fc.constantFrom('a', 'b', 'B 1', 'é', 'x|y', 'a.b', '"', '\\', '1.10', 'constructor', '漢字'),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== ''),
)
const aUri = fc.constantFrom(
  'http://example.org/one',
  'https://example.org/two|2',
  'urn:oid:2.16.840.1.113883.4.1',
  'urn:ietf:bcp:47',
  'http://terminology.hl7.org/CodeSystem/v2-0203',
)
/** Which types a mapping allows is its own business, so these name none. */
const aLiteral = fc.constantFrom(
  'https://example.org/one',
  'https://example.org/two?is=é|"\\',
  'urn:oid:2.16.840.1.113883.4.1',
  'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
)
const anId = fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/)
const aType = fc.constantFrom('Patient', 'Condition', 'Encounter', 'Basic')
const anExternal = fc
  .record({ system: aUri, value: aText, display: aText, url: aUri }, { requiredKeys: [], noNullPrototype: true })
  .filter((external) => Object.keys(external).length > 0)
const aHandle = fc.stringMatching(/^[A-Za-z0-9.-]{6,12}$/)

const patternOf = (schema: z.ZodType): string => checksOf(defOf(schema)).find((check) => check.pattern)!.pattern!.source
const byPattern: Readonly<Record<string, fc.Arbitrary<string>>> = {
  [patternOf(kernel.Id)]: anId,
  [patternOf(kernel.TypeName)]: aType,
  [patternOf(kernel.TypeAndId)]: fc.tuple(aType, anId).map((parts) => parts.join('/')),
  [patternOf(kernel.Instant)]: anInstant,
  [patternOf(kernel.PartialDate)]: aPartialDate,
  [patternOf(kernel.LocalDate)]: aDay,
  [patternOf(kernel.Moment)]: fc.oneof(aPartialDate, anInstant),
  [patternOf(kernel.Decimal)]: aDecimal,
}
/** From a day to the same or a later one: another order breaks an invariant of FHIR (per-1). */
const aPeriod = fc
  .record({ start: aDay, end: aDay }, { requiredKeys: [], noNullPrototype: true })
  .filter(({ start, end }) => (start !== undefined || end !== undefined) && (start ?? '') <= (end ?? '9'))
const byIdentity = new Map<z.ZodType, fc.Arbitrary<unknown>>([
  [kernel.Period, fc.oneof(aPeriod, fc.record({ start: anInstant }, { noNullPrototype: true }))],
  [kernel.Uri, aUri],
  [kernel.Literal, aLiteral],
  // Which types a mapping allows is its own business: `RefTo` says it.
  [
    kernel.Ref,
    fc.oneof(fc.record({ id: anId }, { noNullPrototype: true }), fc.record({ external: anExternal }, { noNullPrototype: true })),
  ],
  [kernel.TimeZone, fc.constantFrom('America/New_York', 'America/Denver', 'Pacific/Honolulu', 'UTC')],
])

// ---- the walk

/** Deeper than this, what may be absent is absent: schemas may contain themselves. */
const deepest = 7

export function arbitraryOf<T>(schema: z.ZodType<T>): fc.Arbitrary<T> {
  return draw(schema, 0) as fc.Arbitrary<T>
}

function draw(schema: z.ZodType, depth: number): fc.Arbitrary<unknown> {
  const known = byIdentity.get(schema)
  if (known) return known
  const def = defOf(schema)
  const drawn = drawPlain(schema, def, depth)
  const refined = checksOf(def).some((check) => check.check === 'custom')
  return refined ? drawn.filter((value) => schema.safeParse(value).success) : drawn
}

function drawPlain(schema: z.ZodType, def: Def, depth: number): fc.Arbitrary<unknown> {
  const inner = (next: z.ZodType | undefined): fc.Arbitrary<unknown> => draw(next!, depth)
  switch (def.type) {
    case 'string':
      return drawString(def)
    case 'number':
      return drawNumber(def)
    case 'boolean':
      return fc.boolean()
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries!))
    case 'literal':
      return fc.constantFrom(...def.values!)
    case 'optional':
      return depth > deepest ? fc.constant(undefined) : fc.option(inner(def.innerType), { nil: undefined })
    case 'nullable':
      return fc.option(inner(def.innerType), { nil: null })
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'nonoptional':
    case 'catch':
      return inner(def.innerType)
    case 'lazy':
      return inner(def.getter!())
    case 'union':
      return fc.oneof(...def.options!.map(inner))
    case 'array':
      return drawArray(def, depth)
    case 'tuple':
      return fc.tuple(...def.items!.map(inner))
    case 'record':
      return fc.dictionary(inner(def.keyType) as fc.Arbitrary<string>, inner(def.valueType), {
        maxKeys: 3,
        noNullPrototype: true,
      })
    case 'intersection':
      return fc.tuple(inner(def.left), inner(def.right)).map(([left, right]) => Object.assign({}, left, right))
    case 'pipe':
      return inner(def.in).map((value) => schema.parse(value))
    case 'object':
      return drawObject(def, depth)
    default:
      throw new Error(`no arbitrary for zod type ${def.type}`)
  }
}

function drawString(def: Def): fc.Arbitrary<string> {
  const pattern = checksOf(def).find((check) => check.pattern)?.pattern ?? def.pattern
  if (pattern) return byPattern[pattern.source] ?? fc.stringMatching(pattern)
  const max = checksOf(def).find((check) => check.check === 'max_length')?.maximum
  return max === undefined ? aText : aText.filter((text) => text.length <= max)
}

function drawNumber(def: Def): fc.Arbitrary<number> {
  let min = -1_000_000
  let max = 1_000_000
  let whole = def.format === 'safeint' || def.format === 'int32'
  for (const check of checksOf(def)) {
    if (check.check === 'number_format') whole = true
    if (check.check === 'greater_than') min = Number(check.value) + (check.inclusive ? 0 : 1)
    if (check.check === 'less_than') max = Number(check.value) - (check.inclusive ? 0 : 1)
  }
  if (max < min) max = min + 1000
  return whole
    ? fc.integer({ min, max })
    : fc.double({ min, max, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value))
}

function drawArray(def: Def, depth: number): fc.Arbitrary<unknown> {
  const checks = checksOf(def)
  const minLength = checks.find((check) => check.check === 'min_length')?.minimum ?? 0
  const maxLength = checks.find((check) => check.check === 'max_length')?.maximum ?? minLength + 3
  if (depth > deepest && minLength === 0) return fc.constant([])
  return fc.array(draw(def.element!, depth), { minLength, maxLength: Math.min(maxLength, minLength + 3) })
}

function drawObject(def: Def, depth: number): fc.Arbitrary<unknown> {
  const members = Object.entries(def.shape!).map(
    ([name, schema]) => [name, name === 'handle' ? aHandle : draw(schema, depth + 1)] as const,
  )
  const drawn = fc.record(Object.fromEntries(members), { noNullPrototype: true }).map(withoutAbsent)
  return depth === 0 ? drawn : drawn.filter(saysSomething)
}

const withoutAbsent = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))

const saysSomething = (value: Record<string, unknown>): boolean =>
  Object.entries(value).some(([name, member]) => name !== 'handle' && !(Array.isArray(member) && member.length === 0))
