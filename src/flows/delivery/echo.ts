/**
 * What a partner was told in a delivery whose answer never came, and what has been changed here since: it is not the partner's change. Without
 * this it would be taken for one, and contest what we say now, or undo it.
 */
import type { Remote } from '../../connectors/connector.ts'
import { type JsonObject, valueIn } from '../../fhir/exact.ts'
import { equal } from '../../lens/equal.ts'
import type { Link } from '../../store/change.ts'
import { askAll, lookThrough, type Steps, type Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'

/** Versions of one resource that may have left unanswered: the newest of them. */
const most = 20

/** The versions between what was agreed last and what stands here. */
export function* unanswered({ type, id, version: agreed }: Link, stored: Stored): Steps<readonly Stored[]> {
  const first = Math.max(agreed + 1, stored.version - most)
  const versions = Array.from({ length: Math.max(0, stored.version - first) }, (_, i) => first + i)
  const found = yield* askAll(versions.map((version) => ({ ask: 'version' as const, type, id, version })))
  return found.filter((one) => one !== undefined)
}

/** Each side's own, or gathered from many: what was told is not told apart there. */
const apart = new Set(['id', 'meta', 'resourceType', 'text', 'identifier', 'extension', 'modifierExtension'])

/** The elements that are otherwise there than agreed, with what one of our versions `said` of them. All in the same words. */
export function echoes(theirs: JsonObject, agreed: JsonObject, said: readonly JsonObject[]): JsonObject {
  const changed = Object.keys({ ...theirs, ...agreed }).filter((name) => !apart.has(name) && !equal(theirs[name], agreed[name]))
  const ours = changed.filter((name) => said.some((one) => equal(one[name], theirs[name])))
  return Object.fromEntries(ours.map((name) => [name, theirs[name]]))
}

/** In the partner's words. `asSent`: one of our versions as the partner is told it. */
export async function echoIn(
  { store }: Context,
  link: Link,
  stored: Stored,
  { text: theirs }: Remote,
  asSent: (version: { readonly id: string; readonly text: string }) => Promise<JsonObject>,
): Promise<JsonObject> {
  if (theirs === link.base) return {}
  const said: JsonObject[] = []
  for (const { id, text } of await lookThrough(store, unanswered(link, stored)))
    if (text !== undefined) said.push(await asSent({ id, text }))
  return echoes(valueIn(theirs), valueIn(link.base), said)
}
