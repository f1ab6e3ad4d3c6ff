/** What the care team's pages say of records and moments. */
import type { Child } from 'hono/jsx'
import { isTimeZone, localDate } from '../../domain/calendar.ts'
import { inWords } from '../../domain/in-words.ts'
import { time } from '../html.ts'

export type Fields = Readonly<Record<string, unknown>> & { readonly id: string }

/** Codes as words: `no-answer` is `no answer`. */
export const words = (code: unknown): string =>
  typeof code === 'string' ? code.replaceAll('-', ' ').replace(/\bfollow up/, 'follow-up') : ''

/** With a capital. */
export const titled = (code: unknown): string => words(code).replace(/^./, (letter) => letter.toUpperCase())

const telling = [
  'title',
  'code',
  'what',
  'statement',
  'service',
  'subject',
  'instrument',
  'policyId',
  'type',
  'kind',
  'encounterClass',
  'topic',
  'trigger',
]

/** A concept, a code, or what goes by a name of its own. */
const called = (said: { readonly codings?: []; readonly code?: string; readonly id?: string }): string | undefined =>
  inWords({ ...said, coding: said.codings ?? [said] }) ?? said.id?.toUpperCase()

/** What a record is about, by the first of its fields that says so. */
export function about(record: Fields): string {
  for (const name of telling) {
    const said = record[name]
    const text = typeof said === 'object' && said !== null ? called(said) : said
    if (typeof text === 'string')
      return name === 'policyId' ? text.replace(/@.*/, '') : /^[a-z\d-]+$/.test(text) ? titled(text) : text
  }
  return ''
}

export const stateOf = (record: Fields): string => words(record.state ?? record.lifecycle)

/** The zone, where this machine knows it: a record may say any. */
export const zoneNamed = (zone: unknown): string => (typeof zone === 'string' && isTimeZone(zone) ? zone : 'UTC')

const formats = new Map<string, Intl.DateTimeFormat>()
/** One has as many names as it has letters in either case. */
const mostZones = 1000
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  const made =
    known ?? new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short', timeZone: zone, hourCycle: 'h23' })
  if (formats.size >= mostZones) formats.clear()
  formats.set(zone, made)
  return made
}

/** A day as it is, a moment in the zone, which it names where that is not plain. */
export function when(at: unknown, said?: unknown): Child {
  if (typeof at !== 'string' || at === '') return ''
  // A leap second is no time that a clock here knows.
  if (at.length <= 10 || Number.isNaN(Date.parse(at))) return time({ datetime: at }, at)
  const zone = zoneNamed(said)
  const day = localDate(at, zone) ?? at.slice(0, 10)
  return time({ datetime: at }, `${day} ${clockOf(at, zone)}${zone === 'UTC' ? ' UTC' : ''}`)
}

const clockOf = (at: string, zone: string): string => {
  const parts = formatOf(zone).formatToParts(Date.parse(at))
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '00'
  return `${part('hour')}:${part('minute')}`
}

/** As a form's field has it: `2026-03-02T09:30`, in the zone. */
export const asTyped = (at: string, zone: string): string => `${localDate(at, zone)}T${clockOf(at, zone)}`

/** The instant that somebody typed so, of these centuries; undefined where it is none. An hour that a clock has twice is the second. */
export function instantOf(typed: string, zone: string): string | undefined {
  const meant = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d$/.test(typed) ? Date.parse(`${typed}Z`) : Number.NaN
  if (Number.isNaN(meant) || !isTimeZone(zone)) return undefined
  let time = meant
  for (let round = 0; round < 2; round++) time += meant - Date.parse(`${asTyped(new Date(time).toISOString(), zone)}Z`)
  return new Date(time).toISOString()
}
