/** What a Reference is to, as far as itself and the contained resources tell. */
import { isResourceType } from '../types.ts'
import type { Scope } from '../validate/rule.ts'
import { targetType } from '../validate/targets.ts'

/** The resource type; undefined where nothing tells it. */
export function referredType(reference: unknown, scope: Scope): string | undefined {
  const { reference: literal, type } = (reference ?? {}) as { readonly [member: string]: unknown }
  if (typeof literal === 'string') return targetType(literal, scope)
  return isResourceType(type) ? type : undefined
}
