/**
 * The one decision that every exit asks: may this caller have this interaction with that type?
 *
 * The scopes decide. Which resources a caller may see, by their patients and by their labels, is `principal.visible`, which every read and
 * search carries (`visible.ts`).
 */
import { fail, ok, type Result } from '../domain/problem.ts'
import type { Principal } from './principal.ts'
import { type Permission, parseScopes, permits, type Scope } from './scope.ts'

/** https://hl7.org/fhir/R4/valueset-type-restful-interaction.html, and what permission each takes (SMART: "Scopes for requesting FHIR Resources"). */
const needed = {
  read: 'r',
  vread: 'r',
  'history-instance': 'r',
  'history-type': 's',
  'search-type': 's',
  create: 'c',
  update: 'u',
  patch: 'u',
  delete: 'd',
} as const satisfies Record<string, Permission>

export type Interaction = keyof typeof needed

export function decide(principal: Principal, interaction: Interaction, type: string): Result<undefined> {
  if (principal.kind === 'local' || principal.kind === 'system') return ok(undefined)
  if (permits(scopesOf(principal), needed[interaction], type)) return ok(undefined)
  return fail('forbidden', `The scopes granted do not permit ${interaction} of ${type}.`)
}

const parsed = new WeakMap<readonly string[], readonly Scope[]>()

function scopesOf({ scopes }: Principal): readonly Scope[] {
  const known = parsed.get(scopes) ?? parseScopes(scopes.join(' '))
  parsed.set(scopes, known)
  return known
}
