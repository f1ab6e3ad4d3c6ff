/** What two gateways answered, said so that it can be compared: what each makes up is told by the order in which it appeared. */
import type { Limits } from '../../../src/http/limits.ts'

/** Our ids, partners', those of answers to messages (UUIDs of version 8), cursors, addresses of this machine. */
const own = new RegExp(
  [
    '([a-z]{3,8})-[0-9A-HJKMNP-TV-Z]{26}\\b',
    '\\b(northwind-ehr|lakeshore-plan)-[0-9a-f]{8}\\b',
    '(urn:uuid):[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}',
    '(_page|after)=[\\w-]{40,}',
    '"(next)":"[\\w-]{40,}"',
    '\\b(127\\.0\\.0\\.1):\\d+\\b',
  ].join('|'),
  'g',
)
/** In FHIR, in HL7 v2, on pages. */
const instant = /(\d{4})-?(\d\d)-?(\d\d)[T ]?(\d\d):?(\d\d):?(\d\d)(?:\.\d+)?(Z|[+-]\d\d):?(?:\d\d)?/g
const day = 86_400_000
/** Seconds of HTTP and OAuth; numbers and digests of a store that at the edge serves the gateway's own records, too. */
const beside: readonly (readonly [RegExp, string])[] = [
  [/\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/g, 'a date'],
  [/"(client_id_issued_at|commit|lines)":\d+/g, '"$1":0'],
  [/\b\d\d:\d\d:\d\d {2}/g, 'then '],
  [/\b[0-9a-f]{64}\b/g, 'a digest'],
]

/**
 * Of one gateway: the same id is the same word in all of its answers; instants that follow from the moment are so many days from `now`;
 * its limits are told by their names.
 */
export function createTeller(limits: Limits): (text: string) => string {
  // A limit that is the same number as another is told by the first one's name.
  const names = new Map(
    Object.entries(limits)
      .reverse()
      .map(([name, value]) => [String(value), name]),
  )
  const known = new Map<string, string>()
  const began = Date.now()
  const word = (whole: string, ...of: readonly (string | undefined)[]): string => {
    const kind = of.slice(0, 6).find((prefix) => prefix !== undefined)
    // Those of one discharge are of one instant: which comes first is up to their ids.
    if (kind === 'fob') return kind
    const found = known.get(whole) ?? `${kind}#${known.size + 1}`
    known.set(whole, found)
    return found
  }
  const when = (text: string, ...[y, mo, d, h, m, s, zone]: readonly string[]): string => {
    const since = Date.parse(`${y}-${mo}-${d}T${h}:${m}:${s}${zone === 'Z' ? zone : `${zone}:00`}`) - began
    const days = Math.round(since / day)
    return Math.abs(since - days * day) < 300_000 ? `now+${days}` : text
  }
  const limit = (whole: string, value: string, unit: string) => (names.has(value) ? `<${names.get(value)}> ${unit}` : whole)
  return (text) => {
    const told = text
      .replace(own, word)
      .replace(instant, when)
      .replace(/\b(\d+) (bytes|entries|characters)/g, limit)
    return beside.reduce((so, [of, as]) => so.replace(of, as), told)
  }
}
