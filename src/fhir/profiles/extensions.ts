/**
 * Extensions wherever they stand in a resource: each whose definition is known holds what that says, in a place that it names.
 * https://hl7.org/fhir/R4/defining-extensions.html
 */
import type { Node } from '../validate/rule.ts'
import { type Field, resourceShape, type Shape, shapeOf, shapeOfField } from '../validate/shape.ts'
import { isObject, type Walk, within } from '../validate/walk.ts'
import type { Definition } from './definition.ts'
import { broken, type ObjectCheck } from './members.ts'

export interface ExtensionCheck {
  /** May it stand there? */
  readonly belongs: (place: Place) => boolean
  readonly content: ObjectCheck
}

interface Tour {
  readonly extension: (url: string) => ExtensionCheck | undefined
  /** A resource inside of the one that is looked at. */
  readonly resource: (resource: Node, walk: Walk, isContained: boolean) => boolean
}

/** Where extensions stand: the place from the resource on, the type there, the place in the type around it, the URL of one around it. */
interface Place {
  readonly path: string
  readonly type: string
  readonly within: string
  readonly url?: string
}

/** Looks at every extension of a resource, and hands over the resources in it. */
export function tour(resource: Node, walk: Walk, at: Tour): boolean {
  const shape = resourceShape(resource.resourceType)
  return shape === undefined || visit(resource, shape, { path: shape.name, type: shape.name, within: shape.name }, walk, at)
}

function visit(object: Node, shape: Shape, place: Place, walk: Walk, at: Tour): boolean {
  let isSound = true
  for (const name in object) {
    const field = shape.fields.get(name)
    if (field === undefined || (field.primitive !== undefined && field.beside === undefined)) continue
    const value: unknown = object[name]
    for (let i = 0, items: readonly unknown[] = Array.isArray(value) ? value : [value]; i < items.length; i++) {
      const item = items[i]
      if (!isObject(item)) continue
      const from = walk.found?.length ?? 0
      if (look(item, field, shape, place, walk, at)) continue
      isSound = within(walk, from, field.isMany ? `${field.element}[${i}]` : field.element)
      if (walk.found === undefined) return false
    }
  }
  return isSound
}

function look(item: Node, field: Field, shape: Shape, place: Place, walk: Walk, at: Tour): boolean {
  if (field.type === 'Resource') return at.resource(item, walk, field.element === 'contained')
  if (field.type === 'Extension') return lookAtExtension(item, place, walk, at)
  // What stands beside a primitive belongs to the primitive's type.
  const type = field.beside === undefined ? field.type : (shape.fields.get(field.beside)?.type ?? field.type)
  const below = { path: `${place.path}.${field.element}`, type, within: `${shape.name}.${field.element}` }
  return visit(item, shapeOfField(field), below, walk, at)
}

const extension = shapeOf('Extension')!

function lookAtExtension(item: Node, place: Place, walk: Walk, at: Tour): boolean {
  const url = String(item.url)
  const known = at.extension(url)
  let isSound = true
  if (known) {
    if (!known.belongs(place)) isSound = broken(walk, `${url} does not belong here`)
    if (isSound || walk.found) isSound = known.content(item, walk) && isSound
  }
  if (!isSound && walk.found === undefined) return false
  return (
    visit(item, extension, { path: `${place.path}.extension`, type: 'Extension', within: 'Extension', url }, walk, at) && isSound
  )
}

/** Is a place one of those that a definition names? One that is told in FHIRPath is taken as met. https://hl7.org/fhir/R4/defining-extensions.html#context */
export function belongsAt(context: Definition['context'] = []): ExtensionCheck['belongs'] {
  const tests = context.map(({ type, expression }): ExtensionCheck['belongs'] => {
    if (type === 'extension') return ({ url }) => url !== undefined && expression.split('#').at(-1) === url
    if (type !== 'element') return () => true
    const wanted = expression.replace('[x]', '')
    if (wanted === 'Element') return () => true
    if (wanted === 'BackboneElement') return (place) => place.type.includes('.')
    const [first = '', ...rest] = wanted.split('.')
    if (first === 'Resource' || first === 'DomainResource')
      return ({ path }) => path.split('.').slice(1).join('.') === rest.join('.')
    return ({ path, type: own, within: part }) => wanted === path || wanted === own || wanted === part
  })
  return (place) => tests.length === 0 || tests.some((test) => test(place))
}
