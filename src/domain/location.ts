/** Where services are given. */
import { z } from 'zod'
import { PostalAddress } from './client.ts'
import { Decimal, Id, Identifier, list, Text } from './kernel.ts'

export const Location = z
  .object({
    identifiers: list(Identifier),
    active: z.boolean().optional(),
    name: Text.optional(),
    /** CMS place of service, two digits. https://www.cms.gov/medicare/coding-billing/place-of-service-codes */
    placeOfService: z
      .string()
      .regex(/^\d{2}$/)
      .optional(),
    address: PostalAddress.omit({ handle: true }).optional(),
    /** Degrees, WGS 84. */
    lat: Decimal.optional(),
    lon: Decimal.optional(),
    organizationId: Id.optional(),
  })
  .refine(({ lat, lon }) => (lat === undefined) === (lon === undefined), {
    message: 'latitude and longitude go together',
    path: ['lat'],
  })
export type Location = z.infer<typeof Location>

export const LocationCommand = Location.safeExtend({ name: Text, organizationId: Id })
