/** What a Reference is to, as far as itself and the contained resources tell. */
import { isResourceType } from '../types.ts'
import { targetType } from '../validate/by-hand.ts'
import type { Scope } from '../validate/rule.ts'

/** The resource type; undefined where nothing tells it. */
export function referredType(reference: unknown, scope: Scope): string | undefined {
  const { reference: literal, type } = (reference ?? {}) as { readonly [member: string]: unknown }
  const found = typeof literal === 'string' ? targetType(literal, scope) : type
  return typeof found === 'string' && isResourceType(found) ? found : undefined
}
