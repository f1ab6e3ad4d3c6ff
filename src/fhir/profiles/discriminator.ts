/**
 * The path of a discriminator, followed twice: through what a profile says of a slice, and through a value that may belong to it.
 * https://hl7.org/fhir/R4/profiling.html#discriminator
 */
import { choice, many } from '../validate/fhirpath.ts'
import { affords, type Node, type Scope } from '../validate/rule.ts'
import { withoutVersion } from './definition.ts'
import { blank, type Element } from './tree.ts'

/** `$this`, and a type after a choice, change nothing of where a path leads. */
type Step = { readonly member: string } | { readonly extension: string } | { readonly resolve: true }

/** The steps of a discriminator's path; `$this` is none. https://hl7.org/fhir/R4/profiling.html#discriminator */
export function stepsOf(path: string): readonly Step[] {
  return [...path.matchAll(/extension\('([^']+)'\)|(resolve)\(\)|(ofType)\([^)]*\)|\$this|([A-Za-z]+)/g)].flatMap(
    ([, extension, resolve, ofType, member]): Step[] => {
      if (extension !== undefined) return [{ extension }]
      if (resolve !== undefined) return [{ resolve: true }]
      return ofType !== undefined || member === undefined ? [] : [{ member }]
    },
  )
}

/** Through the profile; `rootOf` gives what another profile says of a type, and where nothing is said the path ends. */
export function along(
  element: Element,
  steps: readonly Step[],
  rootOf: (canonical: string) => Element | undefined,
): Element | undefined {
  let at: Element | undefined = element
  for (const step of steps) {
    if (at === undefined || 'resolve' in step) return at
    at = 'extension' in step ? extensionOf(at, step.extension) : memberOf(at, step.member, rootOf)
  }
  return at
}

const extensionOf = ({ children }: Element, url: string): Element | undefined =>
  [...(children.get('extension')?.slices.values() ?? [])].find((slice) => urlOf(slice) === url)

/** Said of the member itself, in the pattern of what it is in, or in the profile of the type. */
function memberOf(element: Element, member: string, rootOf: (canonical: string) => Element | undefined): Element | undefined {
  const { pattern, fixed, children, types } = element
  const part = ((fixed ?? pattern) as Node | undefined)?.[member] as unknown
  if (part !== undefined) return { ...blank(), [fixed === undefined ? 'pattern' : 'fixed']: Array.isArray(part) ? part[0] : part }
  return children.get(member) ?? rootOf(types?.[0]?.profile?.[0] ?? '')?.children.get(member)
}

/** The URL that tells a slice of extensions from others. */
export const urlOf = (slice: Element): string | undefined =>
  (slice.children.get('url')?.fixed as string | undefined) ??
  (slice.types?.[0]?.profile?.[0] && withoutVersion(slice.types[0].profile[0]))

/** Through a value: every node that the path leads to. */
export function nodesAt(value: unknown, steps: readonly Step[], scope: Scope): readonly unknown[] {
  let nodes: readonly unknown[] = [value]
  for (const step of steps) {
    if ('resolve' in step) return nodes
    nodes = nodes.flatMap((node) => {
      if (typeof node !== 'object' || node === null) return []
      if (!affords(scope, many((node as Node).extension).length)) return []
      const { extension, [('member' in step ? step.member : '') as string]: member } = node as Node
      if ('extension' in step) return many(extension).filter(({ url }) => (url as unknown) === step.extension)
      return many(member ?? choice(node as Node, step.member))
    })
  }
  return nodes
}
