/**
 * An HL7 v2 message, place by place: what each value became in the reading, or in FHIR. A reading has no table to ask; which values it
 * looked at is found out by reading the message again with each of them changed.
 */
import { readV2, type V2Reading } from '../../../mappings/hl7v2/reading.ts'
import { type Issue, ok, type Result } from '../../domain/problem.ts'
import { readMessage } from '../../hl7v2/message.ts'
import { differences } from '../../lens/difference.ts'
import { openAlone } from './heard-alone.ts'
import { type HeldValue, valuesOf } from './message-values.ts'

/** As text in UTF-8, whatever MSH-18 says: that is how the file was read. */
function read(text: string): Result<V2Reading> {
  const message = readMessage(new TextEncoder().encode(text), { charset: 'utf-8' })
  return message.ok ? readV2(message.value) : message
}

/** A reading of the message: what it became, and what could not be said. */
type Read = (text: string) => Promise<Result<{ readonly told: unknown; readonly issues: readonly Issue[] }>>

const inDomain: Read = async (text) => {
  const reading = read(text)
  if (!reading.ok) return reading
  const { issues, ...told } = reading.value
  return ok({ told, issues })
}

/** What each value became in the domain. */
export const explainMessage = (text: string): Promise<Result<readonly string[]>> => explain(text, inDomain)

/** What each value became in FHIR, at a gateway that knows nobody. */
export async function explainInFhir(text: string): Promise<Result<readonly string[]>> {
  const alone = await openAlone()
  try {
    return await explain(text, async (other) => {
      const reading = read(other)
      return reading.ok ? ok({ told: await alone.hear(other), issues: reading.value.issues }) : reading
    })
  } finally {
    await alone.close()
  }
}

async function explain(text: string, readAs: Read): Promise<Result<readonly string[]>> {
  const reading = await readAs(text)
  if (!reading.ok) return reading
  const { told, issues } = reading.value
  const line = async ({ place, value, from, to }: HeldValue): Promise<string> => {
    const tried = [`${value}x`, ''].map((next) => readAs(text.slice(0, from) + next + text.slice(to)))
    const other = await Promise.all(tried)
    const readings = other.flatMap((one) => (one.ok ? [one.value.told] : []))
    const became = readings.map((one) => differences(told, one)).find((some) => some.length > 0) ?? []
    const warning = issues.find(({ path = '' }) => covers(path, place) || covers(place, path))
    if (became.length > 0) return `→ ${became.map(({ path, before }) => `${path} ${said(before)}`).join(', ')}`
    if (readings.length < other.length) return '→ needed for reading it at all'
    return warning ? `not representable: ${warning.message}` : 'kept in the message alone'
  }
  const lines: string[] = []
  for (const held of valuesOf(text)) lines.push(`${held.place}  ${JSON.stringify(held.value)}  ${await line(held)}`)
  return ok(lines)
}

/** Is it the same place, or a part of it? */
const covers = (outer: string, inner: string): boolean =>
  inner === outer || (inner.startsWith(outer) && '.['.includes(inner.charAt(outer.length)))

/** One value as it is; of more, the place is enough. */
const said = (value: unknown): string => (typeof value === 'object' || value === undefined ? '' : JSON.stringify(value))
