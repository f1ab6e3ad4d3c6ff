/** A definition for every extension of ours that a mapping writes, as it was seen. https://hl7.org/fhir/R4/extensibility.html */
import { isInHouse } from '../../mappings/shared/in-house.ts'
import { canonical, type Definition, definition, idOf, titleOf } from './canonical.ts'
import type { ExtensionFacts } from './observe.ts'

type Element = Readonly<Record<string, unknown>>

/** Extensions whose codes are a list: the name of the list, and the codes. */
export function codeListsOf(url: string, facts: ExtensionFacts): Map<string, ReadonlySet<string>> {
  const lists = new Map<string, ReadonlySet<string>>()
  const visit = (name: string, { values, codes, inside }: ExtensionFacts): void => {
    if (values.has('valueCode') && codes) lists.set(name, codes)
    for (const [inner, found] of inside) visit(`${name}-${inner}`, found)
  }
  visit(idOf(url), facts)
  return lists
}

export function extensionDefinition(url: string, facts: ExtensionFacts, description: string): Definition {
  const id = idOf(url)
  const title = titleOf(id)
  return definition(
    'StructureDefinition',
    id,
    { title, description: `${description}${isInHouse(url) ? ' It never leaves the house: no partner is sent it.' : ''}` },
    {
      fhirVersion: '4.0.1',
      kind: 'complex-type',
      abstract: false,
      context: [...facts.contexts].sort().map((expression) => ({ type: 'element', expression })),
      type: 'Extension',
      baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Extension',
      derivation: 'constraint',
      differential: {
        element: [
          { id: 'Extension', path: 'Extension', short: title, definition: description },
          ...content('Extension', 'Extension', id, facts, url),
        ],
      },
    },
  )
}

/** Extensions inside, url and value, in the order of the type. `id` tells slices apart, which `path` does not. */
function content(id: string, path: string, name: string, facts: ExtensionFacts, url: string): Element[] {
  const inner = [...facts.inside].flatMap(([slice, found]) => {
    const at = { id: `${id}.extension:${slice}`, path: `${path}.extension` }
    return [
      { ...at, sliceName: slice, short: titleOf(slice), min: 0, max: found.many ? '*' : '1' },
      ...content(at.id, at.path, `${name}-${slice}`, found, slice),
    ]
  })
  return [
    ...(inner.length > 0 ? inner : [{ id: `${id}.extension`, path: `${path}.extension`, max: '0' }]),
    { id: `${id}.url`, path: `${path}.url`, fixedUri: url },
    value(id, path, name, facts),
  ]
}

function value(id: string, path: string, name: string, { values, codes, targets, systems }: ExtensionFacts): Element {
  const at = { id: `${id}.value[x]`, path: `${path}.value[x]` }
  if (values.size === 0) return { ...at, max: '0' }
  const [system, ...others] = systems
  return {
    ...at,
    min: 1,
    type: [...values].map(typeOf).map((code) => ({
      code,
      ...(code === 'Reference' &&
        targets.size > 0 && { targetProfile: [...targets].map((type) => `http://hl7.org/fhir/StructureDefinition/${type}`) }),
    })),
    ...(values.has('valueCode') && codes
      ? { binding: { strength: 'required', valueSet: canonical('ValueSet', name) } }
      : system !== undefined && others.length === 0
        ? { binding: { strength: 'preferred', valueSet: canonical('ValueSet', idOf(system)) } }
        : {}),
  }
}

const complex = new Set(['CodeableConcept', 'Coding', 'Identifier', 'Money', 'Period', 'Quantity', 'Range', 'Reference'])

/** `valueCode` → `code`. */
function typeOf(member: string): string {
  const name = member.slice('value'.length)
  return complex.has(name) ? name : name.charAt(0).toLowerCase() + name.slice(1)
}
