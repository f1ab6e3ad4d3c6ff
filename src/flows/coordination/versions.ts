/** A member in each of its versions, as its resources tell it; and the word on who made the next one. */
import type { Resource } from '@medplum/fhirtypes'
import type { LastChange } from '../../domain/last-change.ts'
import { askAll, type Steps, type Stored } from '../../store/store.ts'
import type { AnyCollection, MemberVersion, Seen } from '../collections/collection.ts'
import type { Gathered, Writing } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'

/** Of each resource. */
const most = 500

type OldMember = MemberVersion<Readonly<Record<string, unknown>>>

/** Oldest first, the newest five hundred at most; what could not be read then, or not by whoever asks, is left out. */
export function* versionsOf(
  { mapping, anchor, parts }: AnyCollection,
  stored: readonly Stored[],
  seen: Seen,
): Steps<readonly OldMember[]> {
  const histories = yield* askAll(
    stored.map(({ type, id }) => ({ ask: 'history' as const, type, id, count: most, visible: 'everything' as const })),
  )
  const commits = Map.groupBy(
    histories.flatMap(({ items }) => items.filter(seen)).sort((a, b) => a.sequence - b.sequence),
    ({ sequence }) => sequence,
  )
  const current = new Map<string, Stored>()
  const versions: OldMember[] = []
  for (const written of commits.values()) {
    for (const one of written) current.set(`${one.type}/${one.id}`, one)
    const now = [...current.values()].filter(({ text }) => text !== undefined)
    const root = now.find(({ type }) => type === anchor)
    if (!root) continue
    const bag: Record<string, Resource | Resource[]> = { [anchor]: storedValue<Resource>(root)! }
    for (const { type, many } of parts) {
      const values = now.filter((one) => one.type === type && one !== root).map((one) => storedValue<Resource>(one)!)
      if (many) bag[type] = values
      else if (values[0]) bag[type] = values[0]
    }
    const reading = mapping.read(bag)
    if (reading.ok) versions.push({ version: root.version, at: written[0]!.at, value: reading.value })
  }
  return versions
}

/** What nobody says for themselves. */
export const kept = ({ lastChange }: Readonly<Record<string, unknown>>) => ({ lastChange })

/** The value with who makes it so, where the collection keeps that, and anything is to be written at all. */
export function withLastChange<D extends object>(
  ctx: Context,
  { collection: { mapping }, value, before, at, event }: Omit<Writing, 'id'> & { readonly value: D },
): D {
  if (!('lastChange' in mapping.fields) || before === undefined) return value
  const standing = { ...value, ...kept(before.value) }
  const written = mapping.write(standing, before.parts) as Gathered['parts']
  if (Object.entries(written).every(([type, part]) => part === before.parts[type])) return standing
  const lastChange: LastChange = {
    ...{ by: event?.actor ?? ctx.principal.id, at: event?.at ?? at },
    ...(event && { event: event.type }),
  }
  return { ...value, lastChange }
}
