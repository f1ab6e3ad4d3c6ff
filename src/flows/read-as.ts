/** What a resource tells, read through its mapping, and its next version once that has changed. */
import type { Resource } from '@medplum/fhirtypes'
import type { Mapping } from '../lens/mapping.ts'
import type { Put } from '../store/change.ts'
import type { Stored } from '../store/store.ts'
import { nextOf, storedValue } from './next-version.ts'

/** Of the parts of a mapping the one that is always there, and once. */
type AnchorOf<P> = Extract<{ [K in keyof P]: object extends Pick<P, K> ? never : P[K] }[keyof P], Resource>

const alone = <P>(anchor: Resource): P => ({ [anchor.resourceType]: anchor }) as unknown as P

/** What an anchor tells without the parts beside it; undefined where there is none, and where it cannot be read. */
export function readAs<D, P>(mapping: Mapping<D, P>, anchor: AnchorOf<P> | undefined): D | undefined {
  const reading = anchor && mapping.read(alone(anchor))
  return reading?.ok ? reading.value : undefined
}

/** The same of one that is stored; of a deletion nothing. */
export const readStored = <D, P>(mapping: Mapping<D, P>, stored: Stored | undefined): D | undefined =>
  readAs(mapping, storedValue<AnchorOf<P>>(stored))

/** An anchor as it stands, and what it tells. */
export interface Standing<D, R> {
  readonly stored: Stored
  readonly resource: R
  readonly value: D
}

export function standingAs<D, P>(mapping: Mapping<D, P>, stored: Stored | undefined): Standing<D, AnchorOf<P>> | undefined {
  const resource = storedValue<AnchorOf<P>>(stored)
  const value = readAs(mapping, resource)
  return stored && resource && value !== undefined ? { stored, resource, value } : undefined
}

/** Its next version, telling this; none where that changes nothing. */
export function restated<D, P>(
  mapping: Mapping<D, P>,
  { stored, resource }: Pick<Standing<D, AnchorOf<P>>, 'stored' | 'resource'>,
  value: NoInfer<D>,
  at: string,
): readonly Put[] {
  const written = mapping.write(value, alone(resource))[resource.resourceType as keyof P] as AnchorOf<P>
  return written === resource ? [] : [nextOf(written, stored.id, stored, at)]
}
