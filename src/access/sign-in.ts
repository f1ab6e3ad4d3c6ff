/** How people sign in: by the identity provider of whoever runs the gateway. https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth */
import { base64url } from 'jose'
import { z } from 'zod'
import { sha256 } from '../digest.ts'
import { purpose, scope } from './client.ts'

const address = z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'is not an http(s) URL')

/** What those may who have a role: the rights of a client of the API. */
const Role = z.strictObject({
  /** A code of their PractitionerRole (or of its specialty); without one, whoever may sign in. */
  code: z.string().min(1).optional(),
  scope,
  purpose,
  /** May see what is specially protected, as a client of the API may that has it. */
  protected_records: z.boolean().default(false),
})
type Role = z.infer<typeof Role>

/** `signIn` of a tenant. */
export const SignIn = z.strictObject({
  issuer: address,
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** What of the ID token is whose identifier: a Practitioner is known by it, under this system. An e-mail address must be verified. */
  claim: z.string().min(1).default('sub'),
  identifierSystem: z.string().min(1),
  /** Minutes without a request after which a session is over. */
  idleMinutes: z.number().int().min(1).max(720).default(15),
  /** The first that fits counts; whoever has none does not get in. */
  roles: z.array(Role).min(1),
})
export type SignIn = z.infer<typeof SignIn>

/** The first of these that one of the person's codes fits. */
export const roleFor = ({ roles }: SignIn, codes: readonly string[]): Role | undefined =>
  roles.find(({ code }) => code === undefined || codes.includes(code))

/** What a provider tells of itself, as far as it is asked. https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
export const Provider = z.object({
  issuer: z.string(),
  authorization_endpoint: address,
  token_endpoint: address,
  jwks_uri: address,
  end_session_endpoint: address.optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  /** It says who it is whenever it sends somebody back. https://www.rfc-editor.org/rfc/rfc9207#section-3 */
  authorization_response_iss_parameter_supported: z.boolean().optional(),
})
export type Provider = z.infer<typeof Provider>

/** Asks a provider for JSON, or posts it a form with credentials; undefined where it does not answer with 200 and JSON. */
export type AskProvider = (
  url: string,
  posted?: { readonly authorization?: string; readonly form: Readonly<Record<string, string>> },
) => Promise<unknown>

/** https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
export const challengeOf = (verifier: string): string => base64url.encode(sha256(verifier))

/**
 * A form for the token endpoint, with the secret where the provider wants it: in the header, unless it takes it in the form alone.
 * https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1, https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication
 */
export function authenticated(
  { clientId, clientSecret }: SignIn,
  { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] }: Provider,
  form: Readonly<Record<string, string>>,
): NonNullable<Parameters<AskProvider>[1]> {
  if (!methods.includes('client_secret_basic') && methods.includes('client_secret_post'))
    return { form: { ...form, client_id: clientId, client_secret: clientSecret } }
  const parts = [clientId, clientSecret].map((part) => new URLSearchParams({ x: part }).toString().slice(2))
  return { authorization: `Basic ${btoa(parts.join(':'))}`, form }
}
