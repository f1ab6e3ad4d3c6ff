/** A StructureDefinition that somebody stored, as far as the validator reads it, and no larger than any honest one is. */
import { z } from 'zod'
import type { Definition } from '../../fhir/profiles/definition.ts'

/** Announced limits of one: characters in all, and elements. */
export const definitionLimits = { size: 1024 * 1024, elements: 2000 } as const

const name = z.string().max(300)
const canonical = z.string().max(500)
const many = 100

const Row = z.looseObject({
  id: name.optional(),
  path: name.optional(),
  sliceName: name.optional(),
  min: z.int().optional(),
  max: z.string().max(20).optional(),
  base: z.object({ min: z.int(), max: z.string().max(20) }).optional(),
  contentReference: name.optional(),
  type: z
    .array(
      z.object({
        code: canonical,
        profile: z.array(canonical).max(many).optional(),
        targetProfile: z.array(canonical).max(many).optional(),
      }),
    )
    .max(many)
    .optional(),
  slicing: z
    .object({
      discriminator: z
        .array(z.object({ type: z.enum(['value', 'exists', 'pattern', 'type', 'profile']), path: name }))
        .max(4)
        .optional(),
      rules: z.string().optional(),
    })
    .optional(),
  binding: z.looseObject({ strength: z.string(), valueSet: canonical.optional() }).optional(),
  constraint: z
    .array(z.object({ key: name, severity: z.string(), human: z.string(), expression: z.string().optional() }))
    .max(many)
    .optional(),
})

const Elements = z.object({ element: z.array(Row).max(definitionLimits.elements) })

const StoredDefinition = z.object({
  url: canonical,
  type: name,
  version: name.optional(),
  baseDefinition: canonical.optional(),
  derivation: z.string().optional(),
  context: z
    .array(z.object({ type: z.enum(['fhirpath', 'element', 'extension']), expression: canonical }))
    .max(many)
    .optional(),
  snapshot: Elements.optional(),
  differential: Elements.optional(),
})

/** Undefined for what is no such definition, or has too much of something: to the validator it is not known. */
export function storedDefinition(value: unknown): Definition | undefined {
  const read = StoredDefinition.safeParse(value)
  return read.success ? (read.data as unknown as Definition) : undefined
}
