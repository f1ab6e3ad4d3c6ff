/** Ways through a clinical document. */
import type { Element } from './xml.ts'

const isElement = (child: Element | string): child is Element => typeof child !== 'string'

export const childrenOf = (of: Element | undefined, name?: string): readonly Element[] =>
  (of?.children ?? []).filter((one): one is Element => isElement(one) && (name === undefined || one.name === name))

/** The first at the end of these steps. */
export function at(of: Element | undefined, ...steps: readonly string[]): Element | undefined {
  let here = of
  for (const step of steps) here = childrenOf(here, step)[0]
  return here
}

/** An attribute; what is empty, or said to be null by a `nullFlavor`, is not there. */
export const attribute = (of: Element | undefined, name: string): string | undefined =>
  of?.attributes.nullFlavor === undefined || name === 'nullFlavor' ? of?.attributes[name]?.trim() || undefined : undefined

/** All beneath that have one of these templates; none is looked for in another. */
export function withTemplate(of: Element, ...roots: readonly string[]): readonly Element[] {
  return childrenOf(of).flatMap((child) =>
    childrenOf(child, 'templateId').some(({ attributes }) => roots.includes(attributes.root ?? ''))
      ? [child]
      : withTemplate(child, ...roots),
  )
}

/** Beneath, by name, whatever stands between. */
export function beneath(of: Element | undefined, name: string): readonly Element[] {
  const found: Element[] = []
  const gather = (from: Element | undefined): void => {
    for (const child of from?.children ?? []) {
      if (!isElement(child)) continue
      if (child.name === name) found.push(child)
      gather(child)
    }
  }
  gather(of)
  return found
}

/** So much of a text is a note; the whole stands in the document. */
const longest = 20_000

/** What people read: words and lines, without the markup. */
export function textOf(of: Element | undefined): string | undefined {
  const said = pieces(of)
    .join('')
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n[ \n]*/g, '\n')
    .trim()
  return said === '' ? undefined : said.slice(0, longest)
}

const lines: ReadonlySet<string> = new Set(['br', 'paragraph', 'item', 'tr', 'list', 'table', 'caption'])
function pieces(of: Element | undefined): readonly string[] {
  const inside = (of?.children ?? []).flatMap((child) => (isElement(child) ? pieces(child) : [child.replaceAll(/\s+/g, ' ')]))
  if (of && lines.has(of.name)) return [...inside, '\n']
  return of && (of.name === 'td' || of.name === 'th') ? [...inside, ' '] : inside
}
