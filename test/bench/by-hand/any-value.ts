/** Values of one of several types, and extensions around them, by hand: `mappings/shared/any-value.ts` with its checks and warnings. */
import type * as fhir from '@medplum/fhirtypes'
import type { AnyValue } from '../../../src/domain/any-value.ts'
import { decimal } from '../../../src/lens/codecs.ts'
import { bool, code, digits, known, part, type Report, readConcept, text, warn, whole } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { type Maybe, said, setExtension, writeConcept } from './writes.ts'

type Amount = Extract<AnyValue, { quantity: unknown }>['quantity']
type Range = Extract<AnyValue, { range: unknown }>['range']

const comparators = known('<', '<=', '>=', '>')
const readAmount = (raw: fhir.Quantity, report: Report): Amount => ({
  value: digits(raw.value, 'value', report),
  comparator: code<NonNullable<Amount['comparator']>>(raw.comparator, comparators, 'comparator', report),
  unit: text(raw.unit, 'unit', report),
  system: text(raw.system, 'system', report),
  code: text(raw.code, 'code', report),
})
const readRange = (raw: fhir.Range, report: Report): Range => ({
  low: part(raw.low, readAmount, 'low', report),
  high: part(raw.high, readAmount, 'high', report),
})

/** The members of a choice, without the name before them. */
export interface Choice {
  readonly quantity: fhir.Quantity | undefined
  readonly range: fhir.Range | undefined
  readonly concept: fhir.CodeableConcept | undefined
  readonly boolean: boolean | undefined
  readonly integer: number | undefined
  readonly string: string | undefined
}

export function readAny(from: Choice, name: string, report: Report): AnyValue | undefined {
  const found: AnyValue[] = []
  const quantity = from.quantity && part(from.quantity, readAmount, `${name}Quantity`, report)
  if (quantity !== undefined) found.push({ quantity })
  const range = from.range && part(from.range, readRange, `${name}Range`, report)
  if (range !== undefined) found.push({ range })
  const concept = from.concept && part(from.concept, readConcept, `${name}CodeableConcept`, report)
  if (concept !== undefined) found.push({ concept })
  const boolean = from.boolean === undefined ? undefined : bool(from.boolean, `${name}Boolean`, report)
  if (boolean !== undefined) found.push({ boolean })
  const integer = from.integer === undefined ? undefined : whole(from.integer, `${name}Integer`, report)
  if (integer !== undefined) found.push({ integer })
  const words = from.string === undefined ? undefined : text(from.string, `${name}String`, report)
  if (words !== undefined) found.push({ text: words })
  return found.length > 1 ? warn(report, name, 'expected one type') : found[0]
}

const writeAmount = (value: Amount, prior?: fhir.Quantity): fhir.Quantity =>
  said<fhir.Quantity>({
    ...prior,
    value: value.value === undefined ? undefined : decimal.write(value.value, undefined),
    comparator: value.comparator,
    unit: value.unit,
    system: value.system,
    code: value.code,
  } as Maybe<fhir.Quantity>)

export const writeAny = (value: AnyValue | undefined, prior: Choice): Choice => ({
  quantity: value && 'quantity' in value ? writeAmount(value.quantity, prior.quantity) : undefined,
  range:
    value && 'range' in value
      ? said<fhir.Range>({
          ...prior.range,
          low: value.range.low && writeAmount(value.range.low, prior.range?.low),
          high: value.range.high && writeAmount(value.range.high, prior.range?.high),
        })
      : undefined,
  concept: value && 'concept' in value ? writeConcept(value.concept, prior.concept) : undefined,
  boolean: value && 'boolean' in value ? value.boolean : undefined,
  integer: value && 'integer' in value ? value.integer : undefined,
  string: value && 'text' in value ? value.text : undefined,
})

const ofExtension = (one: Partial<fhir.Extension>): Choice => ({
  quantity: one.valueQuantity,
  range: one.valueRange,
  concept: one.valueCodeableConcept,
  boolean: one.valueBoolean,
  integer: one.valueInteger,
  string: one.valueString,
})

export function readAnyIn(all: readonly fhir.Extension[] | undefined, url: string, report: Report): AnyValue | undefined {
  const held = find(all, url)
  return held && readAny(ofExtension(held), inExtension(url, 'value'), report)
}

export function setAnyIn(all: fhir.Extension[] | undefined, url: string, value: AnyValue | undefined) {
  if (value === undefined) return setExtension(all, url, 'valueString', undefined)
  const now = find(all, url)
  const { quantity, range, concept, boolean, integer, string } = writeAny(value, ofExtension(now ?? {}))
  const next = said<fhir.Extension>({
    ...(now ?? { url }),
    valueQuantity: quantity,
    valueRange: range,
    valueCodeableConcept: concept,
    valueBoolean: boolean,
    valueInteger: integer,
    valueString: string,
  } as Maybe<fhir.Extension>)
  return now === undefined ? [...(all ?? []), next] : all!.with(all!.indexOf(now), next)
}
