/**
 * How faithful a mapping is to real resources: how many it can read, whether what was read is written back as the very same, and what
 * becomes of each element.
 */
import type { AnyMapping, Fate } from './trace.ts'
import { atOnce, silentRows, tracing, type Work } from './trace.ts'

interface Exception {
  /** Where the resource comes from. */
  readonly from: string
  readonly reason: string
}

export interface Fidelity {
  readonly mapping: string
  readonly version: number
  readonly resources: number
  readonly readable: number
  /** Resources that cannot be read, and why. */
  readonly unreadable: readonly Exception[]
  /** Resources that were written back otherwise than they were read, or of which a row read nothing and said nothing: there are to be none. */
  readonly lost: readonly Exception[]
  /** By FHIRPath without indexes: how many values of the element met which fate. */
  readonly elements: ReadonlyMap<string, Readonly<Record<Fate, number>>>
  /** The same of all elements together. */
  readonly counts: Readonly<Record<Fate, number>>
  /** Domain fields that no row gives a place: there are to be none. */
  readonly homeless: readonly string[]
}

export interface Sample {
  readonly from: string
  readonly parts: Readonly<Record<string, unknown>>
}

/** Of these samples, each the parts of one domain object, with where they are from. */
export const fidelityOf = (mapping: AnyMapping, samples: readonly Sample[]): Fidelity => atOnce(measuring(mapping, samples))

/** The same, with rests. */
export function* measuring(mapping: AnyMapping, samples: readonly Sample[]): Work<Fidelity> {
  const unreadable: Exception[] = []
  const lost: Exception[] = []
  const elements = new Map<string, Record<Fate, number>>()
  const sum: Record<Fate, number> = { mapped: 0, kept: 0, told: 0 }
  for (const { from, parts } of samples) {
    const reading = mapping.read(parts)
    if (!reading.ok) {
      unreadable.push({ from, reason: reading.issues.map(({ path, message }) => `${path}: ${message}`).join('; ') })
      continue
    }
    const written = mapping.write(reading.value, parts)
    const other = Object.keys({ ...parts, ...written }).filter((type) => written[type] !== parts[type])
    if (other.length > 0) lost.push({ from, reason: `${other.join(', ')} written back otherwise` })
    for (const field of silentRows(mapping, parts, reading.value))
      lost.push({ from, reason: `${field} reads nothing, and says nothing` })
    for (const { path, fate } of yield* tracing(mapping, parts, reading.warnings)) {
      const element = path.replaceAll(/\[\d+\]/g, '')
      const counts = elements.get(element) ?? { mapped: 0, kept: 0, told: 0 }
      counts[fate]++
      sum[fate]++
      elements.set(element, counts)
    }
  }
  const readable = samples.length - unreadable.length
  const { name, version } = mapping
  const homeless = homelessOf(mapping)
  return { mapping: name, version, resources: samples.length, readable, unreadable, lost, elements, counts: sum, homeless }
}

function homelessOf({ domain, rows }: AnyMapping): readonly string[] {
  const { shape = {} } = domain as { readonly shape?: object }
  const housed = new Set(rows.filter(({ places }) => places.length > 0).map(({ field }) => field))
  return Object.keys(shape).filter((name) => !housed.has(name))
}
