/** A profile for every type of resource that a collection writes: the extensions in it, what is always there, which field stands where. */
import { profileIdOf } from '../../src/flows/collections/profiles.ts'
import { segmentsOf } from '../../src/lens/segments.ts'
import { elements, structures as r4 } from '../validate/definitions.ts'
import { apart, bases } from './bases.ts'
import { canonical, type Definition, definition, idOf, titleOf } from './canonical.ts'
import type { PartPortrait } from './portrait.ts'

interface Element {
  readonly id: string
  readonly path: string
  [member: string]: unknown
}

export function structureDefinition(part: PartPortrait): Definition {
  const id = profileIdOf(part.collection, part.type)
  const { collection, type } = part
  const base = bases[id] ?? `http://hl7.org/fhir/StructureDefinition/${type}`
  return definition(
    'StructureDefinition',
    id,
    {
      title: `${titleOf(id.replace('handoff-', ''))}`,
      description: [`${type} as it is written for a member of \`${collection.name}\`.`, apart[id] ?? []].flat().join(' '),
    },
    {
      fhirVersion: '4.0.1',
      mapping: [{ identity: 'coordination', name: 'Fields of the coordination API' }],
      kind: 'resource',
      abstract: false,
      type,
      baseDefinition: base,
      derivation: 'constraint',
      differential: { element: differential(part) },
    },
  )
}

/** In the order of R4's elements, which a differential has to keep; slices after what they are slices of. */
function differential(part: PartPortrait): Element[] {
  const { type, collection } = part
  const all = elements(r4.get(type)!)
  const order = new Map(all.map(({ path }, i) => [path, i]))
  const found = new Map<string, Element>()
  const at = (path: string, slice?: string): Element => {
    const id = slice === undefined ? path : `${path}:${slice}`
    const element = found.get(id) ?? { id, path, ...(slice !== undefined && { sliceName: slice }) }
    found.set(id, element)
    return element
  }
  at(type)
  for (const [url, { contexts, many }] of part.facts.extensions)
    for (const context of contexts)
      if (order.has(context))
        Object.assign(at(`${context}.extension`, idOf(url)), {
          min: context === type && part.extensions.has(url) ? 1 : 0,
          max: many ? '*' : '1',
          type: [{ code: 'Extension', profile: [url] }],
          mustSupport: true,
        })
  for (const name of part.always) {
    const path = pathOf(order, type, name)
    if (path && all[order.get(path)!]!.min === 0) at(path).min = 1
  }
  for (const [name, value] of part.constant) {
    const path = pathOf(order, type, name)
    const element = path === undefined ? undefined : all[order.get(path)!]
    const code = element?.type?.[0]?.code
    if (element?.max !== '1' || code === undefined || code === 'BackboneElement') continue
    at(element.path)[`pattern${code.charAt(0).toUpperCase()}${code.slice(1)}`] = value
  }
  for (const { field, places } of collection.mapping.rows)
    for (const place of places) {
      const [path, slice] = elementOf(order, type, place, part) ?? []
      if (path === undefined) continue
      const element = at(path, slice)
      const mapping = { identity: 'coordination', map: `${collection.name}.${field}` }
      element.mustSupport = true
      element.mapping = [...((element.mapping as object[] | undefined) ?? []), mapping]
    }
  const rank = ({ id, path }: Element): number =>
    (order.get(path) ?? order.get(path.slice(0, path.lastIndexOf('.')))! + 0.5) + (id.includes(':') ? 0.1 : 0)
  return [...found.values()].sort((a, b) => rank(a) - rank(b)).map(orderly)
}

/** Members in the order of ElementDefinition. */
function orderly({ id, path, sliceName, min, max, type, mustSupport, mapping, ...others }: Element): Element {
  const members = { id, path, sliceName, min, max, type, ...others, mustSupport, mapping }
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as unknown as Element
}

type Order = ReadonlyMap<string, number>

/** `deceasedBoolean` → `Patient.deceased[x]`. */
function pathOf(order: Order, owner: string, name: string): string | undefined {
  const path = `${owner}.${name}`
  if (order.has(path)) return path
  const choices = [...order.keys()].filter((each) => each.startsWith(`${owner}.`) && each.endsWith('[x]'))
  return choices.find((each) => path.startsWith(each.slice(0, -3)) && /[A-Z]/.test(path.charAt(each.length - 3)))
}

/** The element, or the slice of an extension, that a place of the mapping's table is at; as near as the type itself goes. */
function elementOf(
  order: Order,
  type: string,
  place: string,
  part: PartPortrait,
): readonly [path: string, slice?: string] | undefined {
  const [first, ...segments] = segmentsOf(place)
  if (!first || !('member' in first) || first.member !== type) return undefined
  let path = type
  for (const [i, segment] of segments.entries()) {
    if (!('member' in segment)) return [path]
    if (segment.member === 'extension') {
      const url = urlOf(segments[i + 1], part)
      return url === undefined ? undefined : [`${path}.extension`, idOf(url)]
    }
    const next = pathOf(order, path, segment.member)
    if (next === undefined) break
    path = next
  }
  return path === type ? undefined : [path]
}

/** Rows claim extensions by url, or by a test that bears the name. */
function urlOf(segment: ReturnType<typeof segmentsOf>[number] | undefined, { facts }: PartPortrait): string | undefined {
  if (!segment || 'member' in segment) return undefined
  const url =
    'pattern' in segment ? (segment.pattern as { readonly url?: string }).url : canonical('StructureDefinition', segment.label)
  return url !== undefined && facts.extensions.has(url) ? url : undefined
}
