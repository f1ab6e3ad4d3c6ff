/** Schemas for descriptions that others read: JSON Schema (https://json-schema.org/draft/2020-12). */
import { z } from 'zod'

/**
 * As it is sent: what has a default may be left out. zod's `readOnly` is no part of it: there it would mean that only we may send it; nor is an
 * empty text as the default of what is filled in here.
 */
export function jsonSchema(of: z.ZodType): object {
  const { $schema: _, ...schema } = z.toJSONSchema(of, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      delete jsonSchema.readOnly
      if (jsonSchema.default === '') delete jsonSchema.default
    },
  })
  return schema
}
