/**
 * SMART scopes of the second version and, as other words for the same, of the first.
 * https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html
 *
 * Only `system/` scopes: a `patient/` or `user/` scope without a patient or user bound to it would be one without a limit. Scopes with
 * search parameters are not granted yet; to ignore their filter would be to grant more than was asked.
 */
import { fail, ok, type Result } from '../domain/problem.ts'
import { isResourceType } from '../fhir/types.ts'

/** create, read, update, delete, search. */
export type Permission = 'c' | 'r' | 'u' | 'd' | 's'

export interface Scope {
  /** A resource type, or `*` for all but those in `setApart`. */
  readonly type: string
  /** In the order c, r, u, d, s. */
  readonly permissions: string
  /** As it was written. */
  readonly text: string
}

/** Types that `*` does not reach: they tell about the gateway's users rather than its patients, and want a scope of their own. */
const setApart: ReadonlySet<string> = new Set(['AuditEvent'])

const firstVersion: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

/** Reads one scope; undefined if it is no scope on resources that could be granted. */
export function parseScope(text: string): Scope | undefined {
  const [, type, wanted] = /^system\/([A-Za-z]{1,64}|\*)\.([a-z]{1,5}|\*)$/.exec(text) ?? []
  if (type === undefined || wanted === undefined || (type !== '*' && !isResourceType(type))) return undefined
  const permissions = firstVersion[wanted] ?? wanted
  return /^c?r?u?d?s?$/.test(permissions) ? { type, permissions, text } : undefined
}

/**
 * What of a request may be granted, given what the client is registered for; each scope perhaps narrower than asked. A request with a
 * malformed scope, or with one bound to a patient or user, is refused whole. Words without a slash (`openid`) are passed over.
 */
export function grant(requested: string, registered: string): Result<readonly string[]> {
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(requested))
    return fail('invalid', 'The scope is malformed.')
  const asked = requested
    .split(' ')
    .filter((text) => text.includes('/'))
    .map(parseScope)
  const allowed = parseScopes(registered)
  const granted: string[] = []
  for (const scope of asked) {
    if (!scope) return fail('invalid', 'A requested scope is malformed, or not one this server grants.')
    granted.push(...narrowed(scope, allowed))
  }
  const needed = withoutRepeats(granted)
  return needed.length > 0 ? ok(needed) : fail('forbidden', 'None of the requested scopes may be granted.')
}

/** The readable ones of a list of scopes. */
export const parseScopes = (list: string): Scope[] => list.split(' ').flatMap((text) => parseScope(text) ?? [])

/** Whether one of the scopes permits this on the type. */
export function permits(scopes: readonly Scope[], permission: Permission, type: string): boolean {
  return scopes.some((scope) => reaches(scope, type) && scope.permissions.includes(permission))
}

const reaches = (scope: Scope, type: string): boolean => scope.type === type || (scope.type === '*' && !setApart.has(type))

/** The parts of a scope that are allowed, as texts; its own text where all of it is. */
function narrowed(scope: Scope, allowed: readonly Scope[]): string[] {
  if (scope.type !== '*') return part(scope, scope.type, allowed)
  const whole = part(
    scope,
    '*',
    allowed.filter(({ type }) => type === '*'),
  )
  const single = allowed
    .filter(({ type }) => type !== '*' && !setApart.has(type))
    .flatMap(({ type }) => part(scope, type, allowed))
  return [...whole, ...single]
}

/** Leaves out what others say already; of two that say the same, the second. */
function withoutRepeats(texts: readonly string[]): string[] {
  const kept = [...new Set(texts)]
  for (const text of kept.toReversed()) {
    const { type, permissions } = parseScope(text)!
    const others = kept.filter((other) => other !== text)
    const wider = parseScopes(others.join(' ')).filter((other) => reaches(other, type))
    if (wider.some((other) => [...permissions].every((permission) => other.permissions.includes(permission))))
      kept.splice(kept.indexOf(text), 1)
  }
  return kept
}

function part(scope: Scope, type: string, allowed: readonly Scope[]): string[] {
  const given = [...scope.permissions].filter((permission) =>
    allowed.some((other) => (other.type === type || reaches(other, type)) && other.permissions.includes(permission)),
  )
  if (given.length === 0) return []
  return [type === scope.type && given.join('') === scope.permissions ? scope.text : `system/${type}.${given.join('')}`]
}
