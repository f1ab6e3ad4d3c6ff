/**
 * The tag of what was kept though it breaks a rule (HANDOFF_VALIDATION=mark). The gateway alone sets it and takes it away: what a client
 * says of it does not count. It goes to no partner (`delivery/stamp.ts`). https://hl7.org/fhir/R4/resource-definitions.html#Meta.tag
 */
import { invalidTag } from '../../../mappings/codes/validation.ts'
import { atOnce } from '../../fhir/at-once.ts'
import { type Exact, fromText } from '../../fhir/exact.ts'
import { addMeta, deleteMeta } from '../../fhir/patch/meta.ts'
import { parseTree, printTree } from '../../fhir/tree.ts'
import type { Put } from '../../store/change.ts'

interface Coded {
  readonly system?: string
  readonly code?: string
}

export const isInvalidTag = (tag: Coded | null): boolean => tag?.system === invalidTag.system && tag.code === invalidTag.code

export function isMarked({ meta }: { readonly meta?: unknown }): boolean {
  const tags = (meta as { readonly tag?: unknown } | undefined)?.tag
  return Array.isArray(tags) && tags.some(isInvalidTag)
}

const meta = parseTree(JSON.stringify({ tag: [invalidTag] }))

/** With the tag, or without it; the very same where that is so already, otherwise all else byte for byte. */
export function marked(resource: Exact, isBroken: boolean): Exact {
  if (isMarked(resource.value) === isBroken) return resource
  const tree = atOnce((isBroken ? addMeta(meta) : deleteMeta(meta))(parseTree(resource.text)))
  return tree.ok ? fromText(printTree(tree.value)) : resource
}

/** The same of a version that is about to be written. */
export function markedPut(put: Put, isBroken: boolean): Put {
  if (isMarked(put.resource) === isBroken) return put
  const { text, value } = marked(fromText(put.text), isBroken)
  return { ...put, text, resource: value }
}
