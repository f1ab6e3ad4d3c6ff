/** A value of one of several types ↔ value[x], detail[x] …, wherever they stand. https://hl7.org/fhir/R4/formats.html#choice */
import type * as fhir from '@medplum/fhirtypes'
import type { AnyValue } from '../../src/domain/any-value.ts'
import { bool, integer, text } from '../../src/lens/codecs.ts'
import type { Field } from '../../src/lens/field.ts'
import type { Place } from '../../src/lens/place.ts'
import { shape, together } from '../../src/lens/shape.ts'
import { choiceOrNone } from './choice.ts'
import { instead, type Removable } from './combine.ts'
import { concept, quantity } from './datatypes.ts'
import { extension } from './extension.ts'

const range = shape<fhir.Range, Extract<AnyValue, { range: unknown }>['range']>('Range', (at) => ({
  low: at.low.optional(quantity),
  high: at.high.optional(quantity),
}))

/** Where each type of a choice stands; `others` are types that we do not know. */
interface Choice<R> {
  readonly quantity: Place<R, fhir.Quantity>
  readonly range: Place<R, fhir.Range>
  readonly concept: Place<R, fhir.CodeableConcept>
  readonly boolean: Place<R, boolean>
  readonly integer: Place<R, number>
  readonly text: Place<R, string>
}

/** A choice as one field. */
export const anyValue = <R>(at: Choice<R>, ...others: readonly Removable<R>[]): Field<R, AnyValue | undefined> =>
  instead(
    together({
      quantity: at.quantity.optional(quantity),
      range: at.range.optional(range),
      concept: at.concept.optional(concept),
      boolean: at.boolean.optional(bool),
      integer: at.integer.optional(integer),
      text: at.text.optional(text),
    }).optional<AnyValue | undefined>(choiceOrNone('value')),
    ...others,
  )

/** The value of an extension. */
export function valueIn<R, A extends { extension?: fhir.Extension[] }>(
  at: Place<R, A>,
  url: string,
): Field<R, AnyValue | undefined> {
  const held = extension(at, url)
  return anyValue({
    quantity: held.valueQuantity,
    range: held.valueRange,
    concept: held.valueCodeableConcept,
    boolean: held.valueBoolean,
    integer: held.valueInteger,
    text: held.valueString,
  })
}
