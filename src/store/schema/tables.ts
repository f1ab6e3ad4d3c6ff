/** The tables, as Kysely sees them. What each is for stands in the migration that makes it. */

export interface Tables {
  meta: { name: string; value: string }
  moment: { sequence: number; at: number; latest: number; row: number }
  version: { row: number; resource: number; type: string; version: number; at: number; sequence: number; text: string | null }
  resource: { number: number; type: string; id: string; version: number; current: number; at: number; deleted: number }
  compartment: { row: number; patient: string }
  guarded: { row: number; level: number }
  parameter: { number: number; name: string }
  term: { number: number; hash: number; system: string | null; value: string | null }
  segment: { number: number }
  posting: { segment: number; key: number; first: number; list: string | null }
  period: { number: number; parameter: number; lo: number; hi: number }
  amount: { number: number; parameter: number; lo: number; hi: number; unit: number; printed: number }
  word: { number: number; parameter: number; value: string; exact: string }
  indexed: { number: number; keys: string }
  dated: { key: number; long: number; newest: number; chunk: number; part: number; oldest: number; list: string }
  listed: { row: number }
  message: {
    place: number
    id: string
    key: string
    source: string
    kind: string
    raw: string
    digest: string
    state: string
    issues: string
    answer: string
    wrote: string
    at: number
    sequence: number
  }
  delivery: {
    place: number
    id: string
    connection: string
    lane: string
    type: string
    resource: string
    version: number
    state: string
    attempts: number
    due: number
    inFlight: number
    outcome: string | null
    at: number
    head: number
    sequence: number
  }
  link: {
    connection: string
    type: string
    id: string
    remoteType: string
    remoteId: string
    remoteVersion: string | null
    base: string
    version: number
    ours: string | null
    sequence: number
  }
  record: { kind: string; key: string; text: string; expires: number | null; sequence: number }
  audit: { place: number; sequence: number; at: number; entry: string; digest: string | null }
}
