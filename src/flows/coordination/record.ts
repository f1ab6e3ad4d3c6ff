/** A domain object as `/coordination` shows it: id, version, who wrote it and when, its fields, and what could not be represented. */
import type { Issue } from '../../domain/problem.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import type { Gathered } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { asShown } from './unsaid.ts'

interface DomainRecord {
  readonly id: string
  readonly version: number
  readonly createdAt?: string
  /** Principals: clients by their ids, partners by their names. */
  readonly createdBy?: string
  readonly updatedAt: string
  readonly updatedBy?: string
  readonly [field: string]: unknown
}

export interface Answer {
  readonly record: DomainRecord
  /** Covers the version of every part: `W/"3.1.1"`, the anchor's first. */
  readonly etag: string
  readonly warnings: readonly Issue[]
}

/** Of the parts the one that was written last. */
const newestOf = ({ anchor, stored }: Gathered): Stored =>
  stored.reduce((newest, one) => (one.sequence > newest.sequence ? one : newest), anchor)

export const changedAt = (held: Gathered): string => newestOf(held).at

/**
 * Members as they are shown, whoever wrote them asked for together. `at`: inside a commit its instant; of what is of it nobody has to be
 * asked who wrote it.
 */
export function* answersOf(
  ctx: Context,
  { mapping }: AnyCollection,
  members: readonly Gathered[],
  at?: string,
): Steps<readonly Answer[]> {
  const of = members.map((held) => ({ ...newestOf(held), type: held.anchor.type, id: held.id }))
  const written = yield* ask({ ask: 'writers', of })
  const shown = yield* asShown(ctx, members)
  return shown.map((held, i): Answer => {
    const { at: updatedAt } = of[i]!
    const { createdAt, createdBy, updatedBy } = written[i]!
    const own = at === undefined ? undefined : ctx.principal.id
    const creator = createdBy ?? (createdAt === at ? own : undefined)
    const changer = updatedBy ?? (updatedAt === at ? own : undefined)
    return {
      record: {
        ...{ id: held.id, version: held.anchor.version },
        // Some say themselves when they were made.
        ...(!('createdAt' in mapping.fields) && { createdAt }),
        ...(creator !== undefined && { createdBy: creator }),
        updatedAt,
        ...(changer !== undefined && { updatedBy: changer }),
        ...held.value,
      },
      etag: etagOf(held),
      warnings: held.warnings,
    }
  })
}

/** Parts in the order of their names, so that one state has one tag. */
export function etagOf(held: Gathered): string {
  const parts = held.stored
    .filter((one) => one !== held.anchor)
    .sort((a, b) => (`${a.type}/${a.id}` < `${b.type}/${b.id}` ? -1 : 1))
  return `W/"${[held.anchor, ...parts].map((one) => one.version).join('.')}"`
}
