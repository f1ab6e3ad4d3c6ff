/**
 * Conflicts: what both sides changed, each with the values of both, until a person has settled it. One record for a resource at a partner;
 * those of a member's fields and those of elements that no mapping knows are apart.
 */
import type { Change } from '../../store/change.ts'
import { type Steps, write } from '../../store/store.ts'
import type { Membership } from '../collections/membership.ts'
import { derivedId } from '../derived-id.ts'
import { Kept } from '../kept.ts'

/** What either side says, where it says anything. */
export interface Contested {
  readonly ours?: unknown
  readonly theirs?: unknown
}

/** As `/admin/conflicts` lists them. */
export interface Conflict {
  readonly id: string
  readonly connection: string
  /** `Type/id` here: of the resource, or of the anchor of the member. */
  readonly resource: string
  /** Set where `fields` are those of a member of `/coordination`, not elements of the resource. */
  readonly collection?: string
  /** Names of fields or elements; or where a rule is broken. */
  readonly elements: readonly string[]
  readonly fields: Readonly<Record<string, Contested>>
  /** Set where the partner has deleted the resource; what is to be settled is its one field, `record`. */
  readonly deletedThere?: true
  /** The rule that the partner's change breaks. */
  readonly reason?: string
  /** What both sides say is not shown to whoever asks. */
  readonly withheld?: true
  /** When it was last found. */
  readonly at: string
}

export type Found = Omit<Conflict, 'id' | 'at' | 'elements'> & { readonly elements?: readonly string[] }

export const openConflicts = new Kept<Conflict>('conflict')

type About = Pick<Conflict, 'connection' | 'resource' | 'collection' | 'deletedThere'>

export const conflictId = ({ connection, resource, collection = '', deletedThere }: About) =>
  derivedId('cfl', connection, resource, collection, ...(deletedThere ? ['deleted there'] : []))

/** Those that a resource has a part in: as such, and as what the member says that it belongs to. */
export function* openAbout(connection: string, resource: string, member: Membership | undefined): Steps<readonly Conflict[]> {
  const own = yield* openConflicts.of(conflictId({ connection, resource }))
  const { name: collection = '', anchor } = member?.collection ?? {}
  const of = member && (yield* openConflicts.of(conflictId({ connection, resource: `${anchor}/${member.id}`, collection })))
  return [own, of].filter((one) => one !== undefined)
}

/** Beside what is open already; of one field the newest values. */
export function* noteConflict(found: Found, at: string): Steps<void> {
  const id = conflictId(found)
  const before = yield* openConflicts.of(id)
  const fields = { ...before?.fields, ...found.fields }
  const named = found.elements ?? Object.keys(found.fields)
  const elements = [...new Set([...(before?.elements ?? []), ...named])]
  yield* write(kept({ ...before, ...found, id, fields, elements, at }))
}

/** Without the fields that were settled; gone once there are no others. */
export const without = ({ fields, elements, ...conflict }: Conflict, settled: readonly string[]): Change => {
  const rest = Object.entries(fields).filter(([name]) => !settled.includes(name))
  if (rest.length === 0) return openConflicts.forget(conflict.id)
  const names = elements.filter((name) => !settled.includes(name.split(/[.[]/, 1)[0]!))
  return kept({ ...conflict, fields: Object.fromEntries(rest), elements: names })
}

const kept = (conflict: Conflict): Change => openConflicts.remember(conflict.id, conflict)

/** How it was settled, by whom and when. */
export interface Settled extends Pick<Conflict, 'id' | 'connection' | 'resource' | 'collection'> {
  /** Whose value was taken, by field; `same`: both sides had come to say it. */
  readonly fields: Readonly<Record<string, 'ours' | 'theirs' | 'another' | 'same'>>
  /** Why it ended without a person's word. */
  readonly note?: 'both-say-the-same' | 'deleted-here' | 'merged-away' | 'connection-removed'
  readonly settledBy: string
  readonly settledAt: string
}

export const settledConflicts = new Kept<Settled>('settled-conflict')

/** A conflict as settled, and the change that keeps it. `choices`: by field whose value was taken, or another value. */
export function settledBy(
  by: string,
  { id, connection, resource, collection }: Conflict,
  choices: Readonly<Record<string, unknown>>,
  at: string,
  note?: Settled['note'],
): { readonly value: Settled; readonly change: Change } {
  const taken = Object.entries(choices).map(([name, choice]) => [name, typeof choice === 'string' ? choice : 'another'] as const)
  const value: Settled = {
    ...{ id, connection, resource, ...(collection !== undefined && { collection }) },
    ...{ fields: Object.fromEntries(taken) as Settled['fields'], settledBy: by, settledAt: at, ...(note && { note }) },
  }
  return { value, change: settledConflicts.remember(id, value) }
}

/** Whether there was one of this id. */
export function* isSettled(id: string): Steps<boolean> {
  return (yield* settledConflicts.of(id)) !== undefined
}
