/** FHIR data types as the domain writes them. https://hl7.org/fhir/R4/datatypes.html */
import type * as fhir from '@medplum/fhirtypes'
import type { z } from 'zod'
import type { Coding, Concept, Identifier, Money, PeriodI, Quantity } from '../../src/domain/kernel.ts'
import type { Codec } from '../../src/lens/codec.ts'
import { bool, dateTime, decimal, oneOf, same, text, withHandle } from '../../src/lens/codecs.ts'
import { shape } from '../../src/lens/shape.ts'

export const coding: Codec<fhir.Coding, Coding> = shape('Coding', (at) => ({
  system: at.system.optional(text),
  version: at.version.optional(text),
  code: at.code.optional(text),
  display: at.display.optional(text),
  userSelected: at.userSelected.optional(bool),
}))

export const concept: Codec<fhir.CodeableConcept, Concept> = shape('CodeableConcept', (at) => ({
  codings: at.coding.each(coding, { by: ['system', 'code'] }),
  text: at.text.optional(text),
}))

export const period: Codec<fhir.Period, z.infer<typeof PeriodI>> = shape('Period', (at) => ({
  start: at.start.optional(dateTime),
  end: at.end.optional(dateTime),
}))

export const quantity: Codec<fhir.Quantity, z.infer<typeof Quantity>> = shape('Quantity', (at) => ({
  value: at.value.optional(decimal),
  comparator: at.comparator.optional(oneOf('<', '<=', '>=', '>')),
  unit: at.unit.optional(text),
  system: at.system.optional(text),
  code: at.code.optional(text),
}))

export const money: Codec<fhir.Money, z.infer<typeof Money>> = shape('Money', (at) => ({
  amount: at.value.as(decimal),
  currency: at.currency.optional(same<NonNullable<fhir.Money['currency']>>('currency code')),
}))

export const identifier: Codec<fhir.Identifier, Identifier> = withHandle(
  shape<fhir.Identifier, Omit<Identifier, 'handle'>>('Identifier', (at) => ({
    system: at.system.optional(text),
    value: at.value.optional(text),
    use: at.use.optional(oneOf('usual', 'official', 'temp', 'secondary', 'old')),
    type: at.type.optional(concept),
    period: at.period.optional(period),
  })),
)
