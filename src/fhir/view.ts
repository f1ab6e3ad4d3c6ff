/** Parts of a resource: `_summary` and `_elements`, digits and spelling as stored. https://hl7.org/fhir/R4/search.html#summary */
import { fail, ok, type Result } from '../domain/problem.ts'
import type { Resting } from './at-once.ts'
import { modifierElements, summaryElements } from './generated/views.ts'
import type { Query } from './search/query.ts'
import {
  arrayOf,
  eachItem,
  type Member,
  memberNamed,
  memberOf,
  type Node,
  objectOf,
  parseTree,
  printTree,
  type Slot,
  scalarOf,
  stringOf,
} from './tree.ts'
import { resourceShape, type Shape, shapeOfField } from './validate/shape.ts'

/** What of each resource is wanted; nothing named: all of it. */
export type View = Pick<Query, 'summary' | 'elements'>

/** https://terminology.hl7.org/CodeSystem-v3-ObservationValue.html */
export const observationValues = 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue'
const code = 'SUBSETTED'

const summaries = ['true', 'text', 'data', 'count', 'false'] as const

/** `_summary`; fails `invalid`. */
export function readSummary(text: string): Result<NonNullable<View['summary']>> {
  const summary = summaries.find((each) => each === text)
  return summary ? ok(summary) : fail('invalid', '_summary has to be true, text, data, count or false.')
}

/** `_elements`: names with commas between them; fails `invalid`. */
export const readElements = (text: string): Result<readonly string[]> =>
  /^[A-Za-z]+(?:,[A-Za-z]+)*$/.test(text)
    ? ok(text.split(','))
    : fail('invalid', '_elements has to be a list of elements that a resource has at its top, by their names.')

/** The resource as the view wants it: the very text where all of it is wanted, else marked as incomplete. */
export function* seeing(text: string, view: View): Resting<string> {
  const { summary, elements } = view
  if (elements === undefined && (summary === undefined || summary === 'false' || summary === 'count')) return text
  const tree = parseTree(text)
  const shape = resourceShape(stringOf(memberNamed(tree, 'resourceType')?.value))
  if (tree.kind !== 'object' || !shape) return text
  const wanted = wantedOf(shape, view)
  const members = tree.members.filter(({ name }) => isKept(shape, name, wanted))
  const short = new Summary()
  const inside: Member[] = []
  for (const member of members) inside.push(summary === 'true' ? yield* short.member(member, shape) : member)
  return printTree(marked({ ...tree, members: inside }, 'tag', code))
}

type Wanted = (element: string) => boolean

function wantedOf(shape: Shape, { summary, elements }: View): Wanted {
  if (elements) return (element) => elements.includes(element)
  if (summary === 'data') return (element) => element !== 'text'
  if (summary === 'text') return (element) => element === 'text'
  return (element) => words(summaryElements[shape.name]).includes(element)
}

const always = new Set(['resourceType', 'id', 'meta', 'implicitRules', 'modifierExtension'])

/** What is mandatory, or changes the meaning of the rest, is never left out. */
function isKept(shape: Shape, name: string, wanted: Wanted): boolean {
  const element = shape.fields.get(name)?.element ?? name
  const needed = always.has(element) || shape.required.some((one) => one.element === element)
  return needed || words(modifierElements[shape.name]).includes(element) || wanted(element) || wanted(name)
}

const words = (text: string | undefined): readonly string[] => text?.split(' ') ?? []

/** What becomes of a member of an element in a summary. `inner`: the shape to whose own summary it is reduced in turn. */
interface Fate {
  readonly isKept: boolean
  readonly inner: Shape | undefined
}

/** So many items of a list are reduced between two rests. */
const slice = 500

/** Reduces elements to the summaries of their types. Of one resource many are alike: their members are looked up once. */
class Summary {
  readonly #known = new Map<Shape, Map<string, Fate>>();

  *member(member: Member, owner: Shape): Resting<Member> {
    const { inner } = this.#fateOf(member.name, owner)
    return inner ? { ...member, value: yield* this.#reduced(member.value, inner) } : member
  }

  *#reduced(node: Node, shape: Shape): Resting<Node> {
    if (node.kind === 'scalar') return node
    if (node.kind === 'array') {
      const items: Slot[] = []
      for (const item of eachItem(node)) {
        if (items.length % slice === slice - 1) yield { rest: true }
        // As text: nodes of a long list take long to be printed in the end.
        items.push({ ...item, value: { kind: 'scalar', text: printTree(yield* this.#reduced(item.value, shape)) } })
      }
      return { ...node, items }
    }
    const members: Member[] = []
    for (const member of node.members)
      if (this.#fateOf(member.name, shape).isKept) members.push(yield* this.member(member, shape))
    return { ...node, members }
  }

  #fateOf(name: string, owner: Shape): Fate {
    const fates = this.#known.get(owner) ?? new Map<string, Fate>()
    this.#known.set(owner, fates)
    const fate = fates.get(name) ?? fateOf(name, owner)
    fates.set(name, fate)
    return fate
  }
}

function fateOf(name: string, owner: Shape): Fate {
  const field = owner.fields.get(name)
  const shape = field?.type.includes('.') ? shapeOfField(field) : undefined
  const wanted: Wanted = (element) => element === 'id' || words(summaryElements[owner.name]).includes(element)
  const isReduced = words(summaryElements[shape?.name ?? '']).length > 0
  return { isKept: isKept(owner, name, wanted), inner: isReduced ? shape : undefined }
}

/** The tag or label that says so goes to the end of those that are there. */
export function marked(resource: Node, list: 'tag' | 'security', code: string): Node {
  if (resource.kind !== 'object') return resource
  const tag = objectOf([
    ['system', scalarOf(observationValues)],
    ['code', scalarOf(code)],
  ])
  const meta = memberNamed(resource, 'meta')
  if (meta?.value.kind !== 'object') {
    resource.members.splice(2, 0, memberOf('meta', objectOf([[list, arrayOf(tag)]])))
    return resource
  }
  const tags = memberNamed(meta.value, list)
  if (tags?.value.kind === 'array') tags.value.items.push({ before: '', value: tag, after: '' })
  else meta.value.members.push(memberOf(list, arrayOf(tag)))
  return resource
}

/** Whether a resource says of itself that it is incomplete: to store it would be to lose the rest. */
export function isSubsetted(resource: { readonly meta?: unknown }): boolean {
  const tags = (resource.meta as { tag?: unknown } | null | undefined)?.tag
  return Array.isArray(tags) && tags.some((tag) => tag?.system === observationValues && tag?.code === code)
}
