/** Who changed a record last, when, and by which event; and what the versions of a record come to. */
import { z } from 'zod'
import { Moment, Text } from './kernel.ts'
import type { StateMachine } from './state-machine.ts'

/** `by` is a reference (`PractitionerRole/…`), words, or the client that wrote it; without an event its fields were changed. */
export const LastChange = z.object({ by: Text, at: Moment, event: Text.optional() })
export type LastChange = z.infer<typeof LastChange>

/** A version of a record: `at` is when it was written here. */
interface Version {
  readonly version: number
  readonly at: string
  readonly value: Changing
}
interface Changing {
  readonly lastChange?: LastChange | undefined
  readonly statusReason?: string | undefined
}

interface StateChange {
  readonly from: string
  readonly to: string
  readonly event?: string
  readonly at: string
  readonly actor?: string
  readonly reason?: string
}

/** What was said of this very change: the word on the one before does not count for it. */
const saidOf = ({ value }: Version, before: Version): LastChange | undefined =>
  JSON.stringify(value.lastChange) === JSON.stringify(before.value.lastChange) ? undefined : value.lastChange

/** The only event that leads there; of several the one that wants a reason where there is one, and none where there is not. */
function eventOf(
  { events }: StateMachine<string, string>,
  from: string,
  to: string,
  reason: string | undefined,
): string | undefined {
  const leading = Object.entries(events).filter(([, event]) => event.from.includes(from) && event.to === to)
  const fitting = leading.length > 1 ? leading.filter(([, event]) => (event.reason === true) === (reason !== undefined)) : leading
  return fitting.length === 1 ? fitting[0]![0] : undefined
}

/** Oldest first; `stateOf` tells the state of a version. */
export function stateChanges<V extends Version>(
  versions: readonly V[],
  machine: StateMachine<string, string>,
  stateOf: (value: V['value']) => string,
): readonly StateChange[] {
  return versions.flatMap((version, i): StateChange[] => {
    const before = versions[i - 1]
    if (before === undefined) return []
    const [from, to] = [stateOf(before.value), stateOf(version.value)]
    if (from === to) return []
    const said = saidOf(version, before)
    const reason = version.value.statusReason
    const event = said?.event ?? eventOf(machine, from, to, reason)
    return [
      {
        ...{ from, to, at: said?.at ?? version.at },
        ...(event !== undefined && { event }),
        ...(said && { actor: said.by }),
        ...(reason !== undefined && { reason }),
      },
    ]
  })
}

interface Revision {
  readonly fromVersion: number
  readonly at: string
  readonly by?: string
  readonly reason?: string
  /** Names of the fields that are another since. */
  readonly diffSummary: string
}

/** Oldest first; versions that say nothing new are none. */
export function revisionsOf(versions: readonly Version[]): readonly Revision[] {
  return versions.flatMap((version, i): Revision[] => {
    const before = versions[i - 1]
    const fields = before === undefined ? [] : changedBetween(before.value, version.value)
    if (before === undefined || fields.length === 0) return []
    const said = saidOf(version, before)
    const reason = fields.includes('statusReason') || said?.event !== undefined ? version.value.statusReason : undefined
    return [
      {
        ...{ fromVersion: before.version, at: said?.at ?? version.at },
        ...(said && { by: said.by }),
        ...(reason !== undefined && { reason }),
        diffSummary: fields.join(', '),
      },
    ]
  })
}

function changedBetween(before: Changing, after: Changing): readonly string[] {
  const [was, is] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => name !== 'lastChange')
  return names.filter((name) => JSON.stringify(was.get(name)) !== JSON.stringify(is.get(name)))
}
