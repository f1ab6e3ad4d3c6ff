/** A registered client: a program that may ask for tokens, with the keys it proves itself by and what it may be granted. */
import { z } from 'zod'
import { readKeySet } from './jwks.ts'
import { parseScope } from './scope.ts'

export const scope = z
  .string()
  .max(8000)
  .refine((list) => list.split(' ').every(parseScope), 'is not a list of SMART system scopes')

const keyAddress = z
  .string()
  .max(2000)
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'is not an http(s) URL')

/** v3-ActReason purpose of use. https://terminology.hl7.org/ValueSet-v3-PurposeOfUse.html */
export const purpose = z
  .string()
  .regex(/^[A-Z]{3,12}$/, 'is not a purpose of use')
  .default('TREAT')

/** Inline keys, cleaned of what we could not use; at least one must be left. */
const keySet = z.unknown().transform((given, ctx) => {
  const keys = readKeySet(given)
  if (keys.ok && keys.value.length > 0) return { keys: [...keys.value] }
  ctx.addIssue({ code: 'custom', message: keys.ok ? 'has no key that could sign RS384 or ES384' : keys.problem.detail })
  return z.NEVER
})

/** What `POST` and `PUT /admin/clients` take; names as in https://www.rfc-editor.org/rfc/rfc7591#section-2 */
export const clientMetadata = z
  .object({
    client_name: z.string().min(1).max(200),
    jwks: keySet.optional(),
    jwks_uri: keyAddress.optional(),
    scope,
    tenant: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not the name of a tenant')
      .default('default'),
    purpose,
    /**
     * May see what is specially protected: records of substance use treatment (42 CFR Part 2), and what is very restricted. For the
     * programme's own people and those who serve it; partners are told of such records by deliveries, under the client's consent.
     */
    protected_records: z.boolean().default(false),
    /** May read that of one client in an emergency, for a few hours; somebody looks at it afterwards (`break-glass.ts`). */
    break_glass: z.boolean().default(false),
    /** What its writes on `/fhir` must satisfy, where that is not as for everybody (HANDOFF_VALIDATION). */
    validation: z.enum(['refuse', 'mark']).optional(),
    /** An inactive client is refused tokens, and those it has stop working. */
    active: z.boolean().default(true),
  })
  .refine(({ jwks, jwks_uri }) => (jwks === undefined) !== (jwks_uri === undefined), 'has either jwks or jwks_uri')

export type ClientMetadata = z.infer<typeof clientMetadata>

export type Client = ClientMetadata & {
  readonly client_id: string
  /** Seconds since the epoch. */
  readonly client_id_issued_at: number
  /** Counts its changes: a token made under an earlier revision is void. */
  readonly revision: number
}
