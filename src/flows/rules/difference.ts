/** What a write on `/fhir` made of a member: which fields it says otherwise than before, and which state it means. */
import { contains, equal } from '../../lens/equal.ts'
import type { Steps } from '../../store/store.ts'
import { type AnyCollection, byAll } from '../collections/collection.ts'
import type { Gathered } from '../collections/parts.ts'

/** A member's value, by field. */
export type Value = Readonly<Record<string, unknown>>

export const pick = (value: Value, names: readonly string[]): Value =>
  Object.fromEntries(names.map((name) => [name, value[name]]))

/** Fields that are another now; one that went away is not among them. */
export const changedFields = (before: Value, said: Value): readonly string[] =>
  Object.keys(said).filter((name) => said[name] !== undefined && !equal(said[name], before[name]))

/**
 * Has the writer only left out what refines a state (our extension, a business status)? Whoever does not know our words does, and means
 * no other state by it. `standing` is the value with what was left out of our own fields, in the state before.
 */
export function* isOnlyCoarser(collection: AnyCollection, now: Gathered, standing: Value): Steps<boolean> {
  const { mapping, machine, view } = collection
  const parts = mapping.write(standing, now.parts) as Gathered['parts']
  // A part that is not there any more is more than a word left out.
  if (!Object.entries(parts).every(([type, part]) => part === undefined || contains(part, now.parts[type] ?? none))) return false
  const reading = mapping.read(parts)
  if (!reading.ok) return false
  const held = { id: now.id, value: reading.value, parts }
  const seen: Value = { ...reading.value, ...(view && (yield* view(held, byAll))) }
  return seen[machine!.field] === standing[machine!.field]
}

const none = Symbol('no such part')

/** The value to write where `settled` differs from what was `said`; what views lay over a reading is not written. */
export function settledOnto(collection: AnyCollection, now: Gathered, settled: Value): Value | undefined {
  const names = new Set([...Object.keys(settled), ...Object.keys(now.value)])
  const other = [...names].filter((name) => !equal(settled[name], now.value[name]))
  if (other.length === 0) return undefined
  const reading = collection.mapping.read(now.parts)
  if (!reading.ok) return undefined
  return { ...reading.value, ...Object.fromEntries(other.map((name) => [name, settled[name]])) }
}
