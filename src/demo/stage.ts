/** What a step of the story is, and what it plays with. */
import type { Days } from './days.ts'
import type { Fault, SandboxServer } from './sandbox/fhir-server.ts'
import type { Hospital } from './sandbox/hospital.ts'
import type { Caller } from './talk.ts'

export interface Stage {
  readonly gateway: Caller
  readonly ehr: SandboxServer
  readonly payer: SandboxServer
  readonly hospital: Hospital
  readonly days: Days
  /** Ids that the gateway gave, by what they are of: a step leaves them for later ones. */
  readonly ids: Ids
  /** What goes wrong with the next resources that the EHR is sent, one after the other. */
  spoilWrites(...faults: readonly Fault[]): void
}

interface Ids {
  keep(what: string, id: string): void
  /** Throws if no step has kept one. */
  of(what: string): string
}

/** What there is to see after a step. */
export interface Shown {
  /** In the care team's words. */
  readonly means: string
  /** What was answered, or stands in a record: short lines. */
  readonly facts?: readonly string[]
  /** Paths of the gateway (or whole URLs of a sandbox) where it can be looked at, as JSON or, after `csv:`, as a table. */
  readonly see?: readonly string[]
}

export interface Step {
  readonly title: string
  /** Does it, and checks what came of it: rejects with what is not as it is told. */
  readonly play: (stage: Stage) => Promise<Shown>
}

export interface Act {
  readonly title: string
  readonly steps: readonly Step[]
}

export function createIds(): Ids {
  const kept = new Map<string, string>()
  return {
    keep: (what, id) => void kept.set(what, id),
    of(what) {
      const id = kept.get(what)
      if (id === undefined) throw new Error(`no step has kept the id of ${what}`)
      return id
    },
  }
}
