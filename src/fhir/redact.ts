/**
 * What a resource says beside a reference (its display, an identifier, extensions) is said of what the reference leads to. Whoever may not
 * see that is shown the bare reference, no narrative, which may say it once more, and the label REDACTED: some was left out.
 * https://hl7.org/fhir/R4/security-labels.html, https://terminology.hl7.org/CodeSystem-v3-ObservationValue.html
 */
import { parseReference } from './reference.ts'
import { type Member, memberNamed, type Node, type ObjectNode, parseTree, printTree, stringOf } from './tree.ts'
import { marked, observationValues } from './view.ts'

const bare = new Set(['reference', 'type', 'id'])

/** `Type/id` of what a member `reference` leads to, here or as if it were here. */
export function targetOf(text: string | undefined): string | undefined {
  const parsed = text === undefined ? undefined : parseReference(text)
  return parsed?.kind === 'relative' || parsed?.kind === 'absolute' ? `${parsed.type}/${parsed.id}` : undefined
}

const members = /"reference"/g
const alone = /\{\s*"reference"\s*:\s*"[^"\\]*"\s*\}/g

/** Is every member `reference` the only one of its object? So it is in most resources, and they need not be parsed. */
const isBare = (text: string): boolean => (text.match(members)?.length ?? 0) === (text.match(alone)?.length ?? 0)

/** The narrative of a document's section tells what its entries do. https://hl7.org/fhir/R4/composition-definitions.html#Composition.section.text */
const section = '"section"'

/** What something is said of beside a reference, or in the narrative of a section that names it: `Type/id`, each once. */
export function spokenOf(text: string): readonly string[] {
  if (isBare(text) && !text.includes(section)) return []
  const found = new Set<string>()
  const note = (reference: unknown): void => {
    const target = typeof reference === 'string' ? targetOf(reference) : undefined
    if (target !== undefined) found.add(target)
  }
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item)
    else if (typeof value === 'object' && value !== null) {
      const { reference, text, entry } = value as { reference?: unknown; text?: unknown; entry?: unknown }
      if (Object.keys(value).some((name) => !bare.has(name))) note(reference)
      if (typeof text === 'object' && text !== null && 'div' in text && Array.isArray(entry))
        for (const one of entry) note(one?.reference)
      for (const member of Object.values(value)) walk(member)
    }
  }
  walk(JSON.parse(text))
  return [...found]
}

/** The text without what is said of the hidden ones; all else byte for byte. */
export function redacted(text: string, hidden: ReadonlySet<string>): string {
  const tree = stripped(parseTree(text), (object) => {
    const target = targetOf(stringOf(memberNamed(object, 'reference')?.value))
    if (target !== undefined && hidden.has(target)) return (name) => bare.has(name)
    return (_, value) => memberNamed(value, 'div') === undefined
  })
  return printTree(marked(tree, 'security', 'REDACTED'))
}

type Keep = (name: string, value: Node) => boolean

function stripped(node: Node, keep: (object: ObjectNode) => Keep): Node {
  if (node.kind === 'scalar') return node
  if (node.kind === 'array') return { ...node, items: node.items.map((item) => ({ ...item, value: stripped(item.value, keep) })) }
  const isKept = keep(node)
  const members = node.members.flatMap((member): Member[] =>
    isKept(member.name, member.value) ? [{ ...member, value: stripped(member.value, keep) }] : [],
  )
  return { ...node, members }
}

/** Whether a resource says of itself that some was left out. */
export function isRedacted(resource: { readonly meta?: unknown }): boolean {
  const labels = (resource.meta as { security?: unknown } | null | undefined)?.security
  return Array.isArray(labels) && labels.some((label) => label?.system === observationValues && label?.code === 'REDACTED')
}
