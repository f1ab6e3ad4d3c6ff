/** A FHIR resource, or all in a Bundle, place by place: how each value is said to a partner, and which page asks for it. */
import { partners } from '../../../mappings/partners/index.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { equal, type Json } from '../../lens/equal.ts'
import { type Partner, rowsFor, said } from '../../lens/partner.ts'
import { leavesOf, pathOf } from '../../lens/trace.ts'
import { type Found, resourcesIn } from './samples.ts'

export const partnerNames: readonly string[] = Object.keys(partners).sort()

/** Fails where the text is no resource. */
export function explainToPartner(file: string, text: string, flavour: string): Result<readonly string[]> {
  const found = resourcesIn(text, file)
  if (found.length === 0) return fail('unreadable', 'The file holds no FHIR resource (JSON).')
  return ok(found.flatMap((one) => [...told(one, partners[flavour]!)]))
}

function* told({ from, resource }: Found, partner: Partner): Generator<string> {
  const ours = resource as unknown as Json
  const isWithheld = partner.withheld?.[String(resource.resourceType)]?.(ours) === true
  yield `${from}: ${resource.resourceType}, to a partner of flavour ${partner.flavour}${isWithheld ? ': nothing is sent of it' : ''}`
  if (isWithheld) return
  const theirs = said(partner, ours)
  const before = placesIn(ours)
  const after = placesIn(theirs)
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

const becomes = (theirs: unknown): string => (theirs === undefined ? 'left out' : `→ ${JSON.stringify(theirs)}`)

const placesIn = (resource: Json): ReadonlyMap<string, unknown> =>
  new Map(leavesOf(resource, [String(resource.resourceType)]).map(({ steps, value }) => [pathOf(steps), value]))
