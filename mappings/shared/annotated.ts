/**
 * Notes with a structure: the facts stand in an extension of ours, the text says them to those who do not know it.
 * https://hl7.org/fhir/R4/datatypes.html#Annotation
 */
import type { Annotation, Extension } from '@medplum/fhirtypes'
import { type Codec, silently } from '../../src/lens/codec.ts'
import { dateTime, withHandle } from '../../src/lens/codecs.ts'
import { equal } from '../../src/lens/equal.ts'
import type { Place } from '../../src/lens/place.ts'
import { type FieldsOf, shape } from '../../src/lens/shape.ts'
import { extension, local } from './extension.ts'

interface Note {
  readonly handle?: string | undefined
  readonly at: string
}
type Facts<D> = Omit<D, 'handle' | 'at'>

export function annotated<D extends Note>(
  name: string,
  facts: (at: Place<Annotation, Extension>) => FieldsOf<Annotation, Facts<D>>,
  textOf: (value: Facts<D>) => string,
) {
  const url = local(name)
  const content = shape<Annotation, Omit<D, 'handle'>>(
    name,
    (note) =>
      ({ at: note.time.as(dateTime), ...facts(extension(note, url)) }) as unknown as FieldsOf<Annotation, Omit<D, 'handle'>>,
    {} as Annotation,
  )
  const worded: Codec<Annotation, Omit<D, 'handle'>> = {
    name,
    read: content.read,
    write(value, prior) {
      const { handle: _, ...said } = value as Omit<D, 'handle'> & Note
      if (prior && equal(content.read(prior, silently), said)) return prior
      return { ...content.write(value, prior), text: textOf(value as unknown as Facts<D>) }
    },
  }
  const test = (item: Annotation): boolean => item.extension?.some((one) => one.url === url) === true
  return { codec: withHandle<Annotation, D>(worded), options: { by: ['handle'], only: { label: name, test } } as const }
}
