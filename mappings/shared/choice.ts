/** A choice of types: FHIR has one member per type, the domain an object that names it. https://hl7.org/fhir/R4/formats.html#choice */
import { type Codec, cannot } from '../../src/lens/codec.ts'

type Members = Readonly<Record<string, unknown>>
/** `{ coding: Coding } | { text: string } | …` */
type OneOf<M extends Members> = { [K in keyof M]: { readonly [P in K]: NonNullable<M[K]> } }[keyof M]

/** Reads the one member that is there; writing one takes the others away. */
export function choice<M extends Members, V extends OneOf<M>>(name: string): Codec<M, V> {
  const maybe = choiceOrNone<M, V>(name)
  return {
    name,
    read(raw, report) {
      const value = maybe.read(raw, report)
      return value === undefined ? cannot(report, 'expected a value of a type known here') : value
    },
    write: maybe.write,
  }
}

/** The same where there may be none. */
export function choiceOrNone<M extends Members, V extends OneOf<M>>(name: string): Codec<M, V | undefined> {
  return {
    name,
    read(raw, report) {
      let said: string | undefined
      for (const type in raw) {
        if (raw[type] === undefined) continue
        if (said !== undefined) return cannot(report, 'expected one type')
        said = type
      }
      return said === undefined ? undefined : ({ [said]: raw[said] } as V)
    },
    write: (value) => (value ?? {}) as M,
  }
}
