/** A FHIR resource, or all in a Bundle, place by place: how each value is said to a partner, or heard from one, and which page asks for it. */
import { exportProfiles } from '../../../mappings/exports/index.ts'
import { partners } from '../../../mappings/partners/index.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { equal, type Json } from '../../lens/equal.ts'
import { heard, type Partner, rowsFor, said } from '../../lens/partner.ts'
import { leavesOf, pathOf } from '../../lens/trace.ts'
import { type Found, resourcesIn } from './samples.ts'

const tables: Readonly<Record<string, Partner>> = { ...partners, ...exportProfiles }
export const partnerNames: readonly string[] = Object.keys(tables).sort()

export type Way = 'to' | 'from'

/** Fails where the text is no resource. */
export function explainPartner(file: string, text: string, way: Way, flavour: string): Result<readonly string[]> {
  const found = resourcesIn(text, file)
  if (found.length === 0) return fail('unreadable', 'The file holds no FHIR resource (JSON).')
  return ok(found.flatMap((one) => [...told(one, way, tables[flavour]!)]))
}

function* told({ from, resource }: Found, way: Way, partner: Partner): Generator<string> {
  const given = resource as unknown as Json
  const isWithheld = way === 'to' && partner.withheld?.[String(resource.resourceType)]?.(given) === true
  const end = isWithheld ? ': nothing is sent of it' : ''
  yield `${from}: ${resource.resourceType}, ${way} a partner of flavour ${partner.flavour}${end}`
  if (isWithheld) return
  const made = way === 'to' ? said(partner, given) : heard(partner, given, { resourceType: resource.resourceType })
  const before = placesIn(given)
  const after = placesIn(made)
  for (const [path, value] of before) {
    const there = after.get(path)
    yield `  ${path}  ${JSON.stringify(value)}  ${equal(value, there) ? 'as it is' : `${becomes(there)}${because(path)}`}`
  }
  for (const [path, value] of after) if (!before.has(path)) yield `  ${path}  → ${JSON.stringify(value)}${because(path)}`
  yield ''

  function because(path: string): string {
    const element = /^\w+\.(\w+)/.exec(path)?.[1] ?? ''
    const pages = rowsFor(partner, resource.resourceType).filter((row) => row.element === element || row.element === '*')
    return `  (${[...new Set(pages.map((row) => row.because))].join(', ')})`
  }
}

const becomes = (value: unknown): string => (value === undefined ? 'left out' : `→ ${JSON.stringify(value)}`)

const placesIn = (resource: Json): ReadonlyMap<string, unknown> =>
  new Map(leavesOf(resource, [String(resource.resourceType)]).map(({ steps, value }) => [pathOf(steps), value]))
