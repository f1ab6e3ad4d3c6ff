/** How a person settles a conflict between us and a partner: field by field, ours, theirs, or another value. */
import { z } from 'zod'

/** As it was read: a number that a double would print otherwise keeps its digits. */
const Value = z.unknown().refine((value) => value !== undefined, 'is no value')

export const ConflictResolution = z.strictObject({
  fields: z
    .record(z.string(), z.union([z.literal('ours'), z.literal('theirs'), z.strictObject({ value: Value })]))
    .refine((fields) => Object.keys(fields).length > 0, 'names no field'),
})
export type ConflictResolution = z.infer<typeof ConflictResolution>
