/** A domain object as `/coordination` shows it: id, version, when it changed, its fields, and what could not be represented. */
import type { Issue } from '../../domain/problem.ts'
import type { Gathered } from '../collections/parts.ts'

export interface DomainRecord {
  readonly id: string
  readonly version: number
  readonly updatedAt: string
  readonly [field: string]: unknown
}

export interface Answer {
  readonly record: DomainRecord
  /** Covers the version of every part: `W/"3.1.1"`, the anchor's first. */
  readonly etag: string
  readonly warnings: readonly Issue[]
}

export function answerOf(held: Gathered): Answer {
  const updatedAt =
    held.stored
      .map((one) => one.at)
      .sort()
      .at(-1) ?? held.anchor.at
  return {
    record: { id: held.id, version: held.anchor.version, updatedAt, ...held.value },
    etag: etagOf(held),
    warnings: held.warnings,
  }
}

/** Parts in the order of their names, so that one state has one tag. */
export function etagOf(held: Gathered): string {
  const parts = held.stored
    .filter((one) => one !== held.anchor)
    .sort((a, b) => (`${a.type}/${a.id}` < `${b.type}/${b.id}` ? -1 : 1))
  return `W/"${[held.anchor, ...parts].map((one) => one.version).join('.')}"`
}
