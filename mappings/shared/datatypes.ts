/** FHIR data types as the domain writes them. https://hl7.org/fhir/R4/datatypes.html */
import type * as fhir from '@medplum/fhirtypes'
import type { z } from 'zod'
import type { Coding, Concept, Identifier, Period, Quantity } from '../../src/domain/kernel.ts'
import { isNpi } from '../../src/domain/npi.ts'
import { type Codec, cannot } from '../../src/lens/codec.ts'
import { bool, dateTime, decimal, oneOf, text, withHandle } from '../../src/lens/codecs.ts'
import type { Place } from '../../src/lens/place.ts'
import { shape } from '../../src/lens/shape.ts'
import { hangingOn } from '../../src/lens/sibling.ts'

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

export const period: Codec<fhir.Period, z.infer<typeof Period>> = shape('Period', (at) => ({
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

export const identifier: Codec<fhir.Identifier, Identifier> = withHandle(
  shape<fhir.Identifier, Omit<Identifier, 'handle'>>('Identifier', (at) => ({
    system: at.system.optional(text),
    value: at.value.optional(text),
    use: at.use.optional(oneOf('usual', 'official', 'temp', 'secondary', 'old')),
    type: at.type.optional(concept),
    assigner: at.assigner.display.optional(text),
    period: at.period.optional(period),
  })),
)

/** Lists of concepts: what they say tells them apart. */
export const conceptKey = { by: (value: Concept): string => JSON.stringify(value) }

/**
 * A CodeableConcept that stands for one code: the coding of this system, or else the first. Codings of other systems and the text stay
 * as long as the code does.
 */
export function conceptOfCoding(system?: string): Codec<fhir.CodeableConcept, Coding> {
  const chosen = (raw: fhir.CodeableConcept): fhir.Coding | undefined => {
    const codings = Array.isArray(raw.coding) ? raw.coding.filter((one) => typeof one === 'object' && one !== null) : []
    return codings.find((one) => one.system === system) ?? codings[0]
  }
  return {
    name: 'CodeableConcept of one Coding',
    read(raw, report) {
      const one = chosen(raw)
      return one ? coding.read(one, report) : cannot(report, 'expected a coding')
    },
    write(value, prior) {
      const one = prior && chosen(prior)
      if (!one || one.system !== value.system || one.code !== value.code)
        return { ...hangingOn(prior), coding: [coding.write(value, undefined)] }
      const next = coding.write(value, one)
      return next === one ? prior : { ...prior, coding: prior.coding!.map((other) => (other === one ? next : other)) }
    },
  }
}
export const codingKey = { by: ({ system, code }: Coding): string => JSON.stringify([system, code]) }

/** Two letters of the US Postal Service. */
export const usState: Codec<string, string> = {
  name: 'US state',
  read: (raw, report) => (/^[A-Z]{2}$/.test(raw) ? raw : cannot(report, 'expected two letters of a state')),
  write: (value) => value,
}

const npiSystem = 'http://hl7.org/fhir/sid/us-npi'
const npiCodec: Codec<string, string> = {
  name: 'NPI',
  read: (raw, report) => (isNpi(raw) ? raw : cannot(report, 'expected ten digits with the check digit of an NPI')),
  write: (value) => value,
}

interface Identified {
  identifier?: fhir.Identifier[]
}

/** Rows for identifiers of which one is the National Provider Identifier. */
export function identifiersWithNpi<R, A extends Identified>(resource: Place<R, A>) {
  const { identifier: all } = resource as unknown as Place<R, Identified>
  return {
    identifiers: all.each(identifier, { by: ['handle'], only: { label: 'other', test: (one) => one.system !== npiSystem } }),
    npi: all.where({ system: npiSystem }, (one) => one.value !== undefined).value.optional(npiCodec),
  }
}
