/** A choice of types: FHIR has one member per type, the domain an object that names it. https://hl7.org/fhir/R4/formats.html#choice */
import { type Codec, cannot } from '../../src/lens/codec.ts'

type Members = Readonly<Record<string, unknown>>
/** `{ coding: Coding } | { text: string } | …` */
export type OneOf<M extends Members> = { [K in keyof M]: { readonly [P in K]: NonNullable<M[K]> } }[keyof M]

/** Reads the one member that is there; writing one takes the others away. */
export function choice<M extends Members, V extends OneOf<M>>(name: string): Codec<M, V> {
  return {
    name,
    read(raw, report) {
      const said = Object.entries(raw).filter(([, value]) => value !== undefined)
      return said.length === 1 ? (Object.fromEntries(said) as V) : cannot(report, 'expected one value of a type known here')
    },
    write: (value) => value as unknown as M,
  }
}
