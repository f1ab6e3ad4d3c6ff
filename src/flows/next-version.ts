/** From a resource to the version that is kept: stamped with id, version, instant and labels of what it is about; all else as it came. */
import type { Coding, Resource } from '@medplum/fhirtypes'
import type { ContentLabel } from '../domain/content-labels.ts'
import { type Exact, type JsonObject, readingValue, stamp, stampValue, valueIn } from '../fhir/exact.ts'
import type { Put, Remove } from '../store/change.ts'
import type { Steps, Stored } from '../store/store.ts'
import { labelsByContent } from './labels/content-labels.ts'

/**
 * A commit makes one version of a resource: what it has written already (nothing else is of its instant) is written anew. `at` is the
 * commit's instant.
 */
export function versionAfter(current: Stored | undefined, at: string): number {
  if (current === undefined) return 1
  return current.text !== undefined && current.at === at ? current.version : current.version + 1
}

/**
 * The next version of a resource. `current` is what stands there now, a deletion included. `references` are links to rewrite; `away` is as
 * `labelsByContent` takes it.
 */
export function nextVersion(
  type: string,
  id: string,
  exact: Exact,
  current: Stored | undefined,
  at: string,
  references?: { get(link: string): string | undefined },
  away?: readonly ContentLabel[],
): Put {
  const version = versionAfter(current, at)
  const security = labelsByContent(exact.value, () => storedValue(current), away)
  const { text, value } = stamp(exact, {
    ...{ id, versionId: String(version), lastUpdated: at },
    ...(security && { security }),
    ...(references && { references }),
  })
  return { change: 'put', type, id, version, text, resource: value, at }
}

/** The next version of a resource of our own making (a mapping's output). */
export function nextOf<R extends Resource>(resource: R, id: string, current: Stored | undefined, at: string): Put {
  const made = resource as unknown as JsonObject
  return labelledAs(
    made,
    labelsByContent(made, () => storedValue(current)),
    id,
    current,
    at,
  )
}

/** The next version of a resource with these labels; with its own where none are given. */
export function labelledAs(
  resource: JsonObject,
  security: readonly Coding[] | undefined,
  id: string,
  current: Stored | undefined,
  at: string,
): Put {
  const version = versionAfter(current, at)
  const { text, value } = stampValue(resource, { id, versionId: String(version), lastUpdated: at, ...(security && { security }) })
  return { change: 'put', type: String(resource.resourceType), id, version, text, resource: value, at }
}

export function removal(current: Stored, at: string): Remove {
  return { change: 'remove', type: current.type, id: current.id, version: current.version + 1, at }
}

/** A stored version's value, numbers exact; undefined for a deletion. */
export function storedValue<R = JsonObject>(stored: Stored | undefined): R | undefined {
  return stored?.text === undefined ? undefined : (valueIn(stored.text) as R)
}

/** The same in steps that rest, where it is long. */
export function* readingStored<R = JsonObject>(stored: Stored | undefined): Steps<R | undefined> {
  return stored?.text === undefined ? undefined : ((yield* readingValue(stored.text)) as R)
}
