/** Who changed it last ↔ an extension for ourselves alone. */
import type { Extension } from '@medplum/fhirtypes'
import type { LastChange } from '../../src/domain/last-change.ts'
import { dateTime, text } from '../../src/lens/codecs.ts'
import { shape } from '../../src/lens/shape.ts'
import { extension } from './extension.ts'
import { inHouse } from './in-house.ts'

export const lastChangeUrl = inHouse('last-change')

export const lastChange = shape<Extension, LastChange>(
  'last change',
  (at) => ({
    by: extension(at, 'by').valueString.as(text),
    at: extension(at, 'at').valueDateTime.as(dateTime),
    event: extension(at, 'event').valueString.optional(text),
  }),
  { url: lastChangeUrl },
)
