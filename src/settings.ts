/**
 * The configuration: environment variables, and a file for what is too large for them. Read once at the start; all faults are reported
 * together, and none of them quotes a secret.
 */
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { SignIn } from './access/sign-in.ts'
import { AcuityWeights } from './domain/caseload.ts'
import { ClaimParties } from './domain/claim-parties.ts'
import { MinorLaw } from './domain/deciding.ts'
import { Id, UsState } from './domain/kernel.ts'
import { ConfiguredPolicy, clashes } from './domain/own-policies.ts'
import { fail, type Issue, ok, type Result } from './domain/problem.ts'
import { parseTarget, type Target } from './net/target.ts'

export interface Settings {
  readonly host: string
  readonly port: number
  /** `sqlite:<folder>`, `sqlite::memory:`, or `postgres://…`. */
  readonly store: string
  readonly auth: 'smart' | 'none'
  readonly adminToken?: string
  /** Public address, without a slash at the end. Without it, the address that is listened at. */
  readonly baseUrl?: string
  /** Base of our canonical URLs and NamingSystems. */
  readonly canonicalBase: string
  readonly mllpPort?: number
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly validation: 'refuse' | 'mark'
  readonly provenance: 'on' | 'off'
  readonly audit: 'on' | 'changes' | 'off'
  readonly allowTargets: readonly Target[]
  /** Origins whose pages may ask from browsers; `*`: any. */
  readonly corsOrigins: readonly string[]
  readonly config: Config
  /** What is allowed but unwise. */
  readonly warnings: readonly string[]
}

export type Environment = Readonly<Record<string, string | undefined>>

const httpUrl = (text: string): string | undefined => {
  const url = URL.parse(text)
  const fine = url && /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash
  return fine ? text.replace(/(?<!\/)\/+$/, '') : undefined
}

const url = z.string().transform((text, ctx) => httpUrl(text) ?? refuse(ctx, 'is not an http(s) URL'))
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'is not a port')
  .transform(Number)
  .refine((number) => number <= 65535, 'is not a port')

/** Whether a name leads to this machine alone. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host)

const store = z.string().transform((text, ctx) => {
  const fine = /^sqlite:./.test(text) || (/^postgres(ql)?:\/\/./.test(text) && URL.canParse(text))
  return fine ? text : refuse(ctx, 'is none of sqlite:<folder>, sqlite::memory: and postgres://…')
})

const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const targets = z.string().transform((text, ctx) => {
  return listed(text).flatMap((part) => parseTarget(part) ?? refuse(ctx, 'is not a list of host:port, the port may be *'))
})

/** As browsers send them: no path, and no port that goes without saying. https://www.rfc-editor.org/rfc/rfc6454#section-6.2 */
const origins = z.string().transform((text, ctx) => {
  const parts = listed(text)
  const fine = parts.every((part) => part === '*' || (/^https?:[^*]*$/.test(part) && URL.parse(part)?.origin === part))
  return fine ? parts : refuse(ctx, 'is not a list of origins like https://app.example, or *')
})

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(8080),
  HANDOFF_STORE: store.default('sqlite:./data'),
  HANDOFF_AUTH: z.enum(['smart', 'none'], 'is neither smart nor none').default('smart'),
  HANDOFF_ADMIN_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'has blanks or letters outside of ASCII')
    .optional(),
  HANDOFF_CONFIG: z.string().optional(),
  HANDOFF_BASE_URL: url.optional(),
  HANDOFF_CANONICAL_BASE: url.default('https://warm-handoff.example/fhir'),
  HANDOFF_MLLP_PORT: port.optional(),
  HANDOFF_LOG: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'is none of debug, info, warn, error, silent')
    .default('info'),
  HANDOFF_VALIDATION: z.enum(['refuse', 'mark'], 'is neither refuse nor mark').default('refuse'),
  HANDOFF_PROVENANCE: z.enum(['on', 'off'], 'is neither on nor off').default('on'),
  HANDOFF_AUDIT: z.enum(['on', 'changes', 'off'], 'is none of on, changes, off').default('on'),
  HANDOFF_ALLOW_TARGETS: targets.default([]),
  HANDOFF_CORS_ORIGINS: origins.default([]),
})

const tenantName = z
  .string()
  .refine(
    (name) => /^[a-z0-9][a-z0-9-]{0,39}$/.test(name) && name !== 'control',
    'is not a name: small letters, digits and hyphens, at most 40',
  )

/** A follow-up policy of a tenant. */
const policy = z.looseObject({ tenant: tenantName.default('default') }).transform(({ tenant, ...given }, ctx) => {
  const read = ConfiguredPolicy.safeParse(given)
  if (read.success) return { tenant, policy: read.data }
  for (const { path, message } of read.error.issues) ctx.addIssue({ code: 'custom', path, message })
  return z.NEVER
})

const config = z.strictObject({
  tenants: z
    .array(
      z.strictObject({
        ...{ name: tenantName, baseUrl: url.optional() },
        ...{ acuityWeights: AcuityWeights.optional(), claims: ClaimParties.optional() },
        minorLaws: z.array(MinorLaw).optional(),
        planSignatures: z.array(UsState).optional(),
        privacyOfficer: Id.optional(),
        signIn: SignIn.optional(),
      }),
    )
    .default([]),
  /** As `POST /admin/connections` and `POST /admin/clients` take them, with the `tenant` they belong to. */
  connections: z.array(z.looseObject({ tenant: tenantName.default('default') })).default([]),
  /** With a `client_id` of the operator's choice. */
  clients: z
    .array(
      z.looseObject({
        client_id: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/, 'is not an id'),
        tenant: tenantName.default('default'),
      }),
    )
    .default([]),
  policies: z.array(policy).default([]),
})

/** What a configuration file holds. Values may be `{ "$env": "NAME" }` or `{ "$file": "path" }`, so that no secret stands in it. */
export type Config = z.infer<typeof config>

/** How callers of a gateway at that address come in. */
export const securityOf = ({ auth, corsOrigins }: Pick<Settings, 'auth' | 'corsOrigins'>, baseUrl: string) => ({
  cors: corsOrigins.length > 0,
  ...(auth === 'smart' && { tokenEndpoint: `${baseUrl}/oauth/token` }),
})

/** Reads the settings. `readFile` gives the text of a file, or undefined if there is none to be had; an edge has no files. */
export function readSettings(
  given: Environment,
  readFile: (path: string) => string | undefined = () => undefined,
): Result<Settings> {
  const faults: Issue[] = []
  const env = withSecretFiles(given, readFile, faults)
  const parsed = environment.safeParse(env)
  if (!parsed.success)
    faults.push(...parsed.error.issues.map((issue) => ({ path: String(issue.path[0]), message: issue.message })))
  const file =
    env.HANDOFF_CONFIG === undefined
      ? { tenants: [], connections: [], clients: [], policies: [] }
      : readConfig(env, readFile, faults)
  const host = env.HOST ?? '127.0.0.1'
  if (env.HANDOFF_AUTH === 'none' && !isLoopback(host)) {
    faults.push({ path: 'HANDOFF_AUTH', message: 'is none, which is allowed with a loopback HOST only' })
  }
  if (env.HANDOFF_AUTH === 'none' && parsed.data?.HANDOFF_CORS_ORIGINS.includes('*')) {
    faults.push({
      path: 'HANDOFF_CORS_ORIGINS',
      message: 'is *, which HANDOFF_AUTH=none does not allow: any page could read everything',
    })
  }
  if (!parsed.success || faults.length > 0 || !file)
    return fail('invalid', 'The configuration cannot be used.', { issues: faults })
  return ok(settled(parsed.data, file, warnings(env)))
}

function settled(env: z.infer<typeof environment>, file: Config, warned: readonly string[]): Settings {
  return {
    host: env.HOST.replace(/^\[|\]$/g, ''),
    port: env.PORT,
    store: env.HANDOFF_STORE,
    auth: env.HANDOFF_AUTH,
    ...(env.HANDOFF_ADMIN_TOKEN !== undefined && { adminToken: env.HANDOFF_ADMIN_TOKEN }),
    ...(env.HANDOFF_BASE_URL !== undefined && { baseUrl: env.HANDOFF_BASE_URL }),
    canonicalBase: env.HANDOFF_CANONICAL_BASE,
    ...(env.HANDOFF_MLLP_PORT !== undefined && { mllpPort: env.HANDOFF_MLLP_PORT }),
    logLevel: env.HANDOFF_LOG,
    validation: env.HANDOFF_VALIDATION,
    provenance: env.HANDOFF_PROVENANCE,
    audit: env.HANDOFF_AUDIT,
    allowTargets: env.HANDOFF_ALLOW_TARGETS,
    corsOrigins: env.HANDOFF_CORS_ORIGINS,
    config: file,
    warnings: warned,
  }
}

const known = new Set(['HANDOFF_ADMIN_TOKEN_FILE', ...Object.keys(environment.shape)])

/** Characters of a token that nobody guesses, if it is random. */
const safe = 16

function warnings(env: Environment): string[] {
  const unknown = Object.keys(env).filter((name) => name.startsWith('HANDOFF_') && !known.has(name))
  return [
    ...unknown.sort().map((name) => `${name} is not a setting.`),
    ...((env.HANDOFF_ADMIN_TOKEN?.length ?? safe) < safe
      ? [`HANDOFF_ADMIN_TOKEN has fewer than ${safe} characters: nothing slows down whoever guesses it.`]
      : []),
    ...(env.HANDOFF_AUDIT === 'off' ? ['HANDOFF_AUDIT is off: nothing will tell who has seen or changed what.'] : []),
    ...(env.HANDOFF_AUTH === 'none' ? ['HANDOFF_AUTH is none: whoever reaches this port may do everything.'] : []),
  ]
}

/** `HANDOFF_ADMIN_TOKEN_FILE` stands in for `HANDOFF_ADMIN_TOKEN`: a mounted secret. An empty variable is one not set. */
function withSecretFiles(given: Environment, readFile: (path: string) => string | undefined, faults: Issue[]): Environment {
  const env = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== ''))
  const path = env.HANDOFF_ADMIN_TOKEN_FILE
  if (path === undefined) return env
  const text = readFile(path)?.trim()
  if (!text) faults.push({ path: 'HANDOFF_ADMIN_TOKEN_FILE', message: 'cannot be read' })
  return text ? { ...env, HANDOFF_ADMIN_TOKEN: text } : env
}

function readConfig(env: Environment, readFile: (path: string) => string | undefined, faults: Issue[]): Config | undefined {
  const fault = (message: string) => void faults.push({ path: 'HANDOFF_CONFIG', message })
  const text = readFile(env.HANDOFF_CONFIG ?? '')
  if (text === undefined) return fault('cannot be read')
  let raw: unknown
  try {
    // Every JSON text is a YAML text.
    raw = parseYaml(text, { maxAliasCount: 0 })
  } catch {
    return fault('is neither JSON nor YAML')
  }
  const parsed = config.safeParse(withSecrets(raw ?? {}, env, readFile, fault))
  if (parsed.success) {
    for (const message of policyFaults(parsed.data)) fault(message)
    return parsed.data
  }
  for (const issue of parsed.error.issues) fault(`${issue.path.join('.')}: ${issue.message}`)
  return undefined
}

/** What is wrong with the policies only beside the rest of the file. */
function policyFaults({ tenants, policies }: Config): readonly string[] {
  const names = ['default', ...tenants.map(({ name }) => name)]
  const strange = policies.flatMap(({ tenant }, i) =>
    names.includes(tenant) ? [] : [`policies.${i}.tenant: is not a tenant here`],
  )
  const twice = names.flatMap((name) => {
    const own = [...policies.entries()].filter(([, { tenant }]) => tenant === name)
    return clashes(own.map(([, one]) => one.policy)).map((at) => own[at]![0])
  })
  return [...strange, ...twice.map((i) => `policies.${i}.measure: another policy has this name on the same days`)]
}

const secretPlace = z.union([z.strictObject({ $env: z.string() }), z.strictObject({ $file: z.string() })])

/** Puts in place what `$env` and `$file` name. */
function withSecrets(
  value: unknown,
  env: Environment,
  readFile: (path: string) => string | undefined,
  fault: (message: string) => void,
): unknown {
  if (Array.isArray(value)) return value.map((item) => withSecrets(item, env, readFile, fault))
  if (typeof value !== 'object' || value === null) return value
  const place = secretPlace.safeParse(value)
  if (!place.success)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withSecrets(item, env, readFile, fault)]))
  const found = '$env' in place.data ? env[place.data.$env] : readFile(place.data.$file)?.trim()
  if (found === undefined)
    fault('$env' in place.data ? `the variable ${place.data.$env} is not set` : `the file ${place.data.$file} cannot be read`)
  return found
}

function refuse(ctx: z.RefinementCtx, message: string): never {
  ctx.addIssue({ code: 'custom', message })
  return z.NEVER
}
