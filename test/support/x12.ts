/** A small reader of interchanges, that knows nothing of how they are written: separators are those that ISA names. */

export type Read = readonly (readonly string[])[]

export function readInterchange(text: string): { readonly segments: Read; readonly component: string } {
  const [element, component, end] = [text[3]!, text[104]!, text[105]!]
  const segments = text.split(end)
  if (segments.pop() !== '') throw new Error('it does not end with a segment')
  return { segments: segments.map((segment) => segment.split(element)), component }
}

/** Segments from each one of this id up to the next one of it, or of the ends given. */
export function loops(segments: Read, id: string, ...ends: readonly string[]): readonly Read[] {
  const found: (readonly string[])[][] = []
  let open = false
  for (const segment of segments) {
    if (segment[0] === id) {
      found.push([])
      open = true
    } else if (ends.includes(segment[0]!)) open = false
    if (open) found.at(-1)!.push(segment)
  }
  return found
}

export const only = (segments: Read, id: string): readonly string[] => {
  const [one, ...others] = segments.filter((segment) => segment[0] === id)
  if (!one || others.length > 0) throw new Error(`there is not one ${id}`)
  return one
}
