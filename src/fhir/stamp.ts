/**
 * Storing gives a resource its id, its version and the references that the transaction resolved; nothing else of what was sent changes,
 * in the text not a byte. https://hl7.org/fhir/R4/http.html#trules
 */
import type { Exact, JsonObject } from './exact.ts'
import type { Marks, Path, Span } from './scan.ts'

export interface Stamp {
  readonly id: string
  readonly versionId: string
  /** RFC 3339, UTC, milliseconds. */
  readonly lastUpdated: string
  /** `meta.security` as it is to be, where that is another than what came: then the meta is printed anew, and all else stays. */
  readonly security?: unknown
  /** New text for links (a Map will do): asked with the link as written; undefined leaves it. */
  readonly references?: References
}

export interface References {
  get(link: string, where?: 'reference' | 'uri' | 'narrative'): string | undefined
}

interface Splice extends Span {
  readonly text: string
}

/**
 * The text with id, meta.versionId, meta.lastUpdated and new references spliced in (all else byte for byte), and its value.
 * What was read is left as it was: only the objects that change are copied.
 */
export function stamp(exact: Exact, given: Stamp): { readonly text: string; readonly value: JsonObject } {
  const { marks, text } = exact
  const value = stampedValue(exact.value, given)
  const own = ownSplices(exact, given)
  const splices: Splice[] = own ?? []
  if (given.references) relinkAll(value, marks, given.references, splices)
  if (!own) return { text: JSON.stringify(value), value }
  if (splices.some((splice, i) => splice.start < (splices[i - 1]?.start ?? 0))) splices.sort((a, b) => a.start - b.start)
  let stamped = ''
  let at = marks.start
  for (const splice of splices) {
    stamped += text.slice(at - marks.start, splice.start - marks.start) + splice.text
    at = splice.end
  }
  return { text: stamped + text.slice(at - marks.start), value }
}

/** New references in the (already copied) value, and the splices that make them in the text. */
function relinkAll(value: Record<string, unknown>, marks: Marks, references: References, splices: Splice[]): void {
  const copied = new Set<object>()
  for (const link of marks.links) {
    // The `url` of a definition is the name that canonicals know it by, and no link.
    const to = link.path.length === 1 && link.path[0] === 'url' ? undefined : references.get(link.value, link.kind)
    if (to === undefined || to === link.value) continue
    splices.push({ start: link.start, end: link.end, text: JSON.stringify(to) })
    replaceAt(value, link.path, to, copied)
  }
  for (const { span, path } of marks.narratives) {
    const before = valueAt(value, path)
    const after = typeof before === 'string' ? relink(before, references) : before
    if (after === before) continue
    splices.push({ ...span, text: JSON.stringify(after) })
    replaceAt(value, path, after, copied)
  }
}

/** Of a value of our own making: the same, printed once instead of read and spliced. */
export function stampValue(value: JsonObject, given: Stamp): { readonly text: string; readonly value: JsonObject } {
  const meta = stampedMeta(value, given)
  const stamped: Record<string, unknown> = {}
  const before = value.id === undefined ? 'resourceType' : 'id'
  for (const member in value) {
    if (member !== 'id' && member !== 'meta') stamped[member] = value[member]
    if (member === before) {
      stamped.id = given.id
      if (value.meta === undefined) stamped.meta = meta
    }
    if (member === 'meta' && value.meta !== undefined) stamped.meta = meta
  }
  return { text: JSON.stringify(stamped), value: stamped }
}

/** Shallow copies, members that are new in the order in which they are written. */
function stampedValue(value: JsonObject, given: Stamp): Record<string, unknown> {
  const meta = stampedMeta(value, given)
  const copy: Record<string, unknown> = { resourceType: value.resourceType, id: given.id, meta, ...value }
  copy.id = given.id
  copy.meta = meta
  return copy
}

function stampedMeta({ meta }: JsonObject, { versionId, lastUpdated, security }: Stamp): object {
  const kept = typeof meta === 'object' && meta !== null && !Array.isArray(meta) ? meta : {}
  return Object.assign({ versionId, lastUpdated }, kept, { versionId, lastUpdated }, security !== undefined && { security })
}

/** Id and meta in the text; undefined where they (or resourceType) are of another shape than R4's. */
function ownSplices({ value, marks, text }: Exact, given: Stamp): Splice[] | undefined {
  const { id, versionId, lastUpdated, security } = given
  const odd = !marks.type || misplaced(value.id, marks.id) || misplaced(value.meta, marks.meta)
  if (odd || !marks.type) return undefined
  const version = `"versionId":"${versionId}"`
  const updated = `"lastUpdated":"${lastUpdated}"`
  const splices: Splice[] = []
  const labels = security === undefined ? '' : `,"security":${JSON.stringify(security)}`
  const newMeta = marks.meta ? '' : `,"meta":{${version},${updated}${labels}}`
  if (marks.id) splices.push({ ...marks.id, text: `"${id}"${newMeta}` })
  else splices.push(insert(marks.type.end, `,"id":"${id}"${newMeta}`))
  if (marks.meta && security !== undefined) splices.push({ ...marks.meta, text: JSON.stringify(stampedMeta(value, given)) })
  else if (marks.meta) {
    const meta = value.meta as JsonObject
    if (misplaced(meta.versionId, marks.versionId) || misplaced(meta.lastUpdated, marks.lastUpdated)) return undefined
    const missing = [...(marks.versionId ? [] : [version]), ...(marks.lastUpdated ? [] : [updated])].join(',')
    if (missing !== '') splices.push(insert(marks.meta.start + 1, isEmpty(text, marks) ? missing : `${missing},`))
    if (marks.versionId) splices.push({ ...marks.versionId, text: `"${versionId}"` })
    if (marks.lastUpdated) splices.push({ ...marks.lastUpdated, text: `"${lastUpdated}"` })
  }
  return splices
}

const insert = (at: number, text: string): Splice => ({ start: at, end: at, text })
const misplaced = (value: unknown, place: Span | undefined): boolean => (value === undefined) !== (place === undefined)
const isEmpty = (text: string, { meta, start }: Marks): boolean =>
  meta !== undefined && text.slice(meta.start + 1 - start, meta.end - 1 - start).trim() === ''

/** Sets a place inside, copying each object on the way once. */
function replaceAt(root: Record<string, unknown>, path: Path, to: unknown, copied: Set<object>): void {
  let place: Record<string | number, unknown> = root
  for (let i = 0; i < path.length - 1; i++) {
    const step = path[i] ?? ''
    let next = place[step] as object
    if (!copied.has(next)) {
      next = Array.isArray(next) ? next.slice() : { ...next }
      copied.add(next)
      place[step] = next
    }
    place = next as Record<string | number, unknown>
  }
  place[path.at(-1) ?? ''] = to
}

const valueAt = (root: unknown, path: Path): unknown =>
  path.reduce((place, step) => (place as Record<string | number, unknown>)[step], root)

/** Links and images of a narrative. */
const relink = (narrative: string, references: References): string =>
  narrative.replace(
    /\b((?:href|src)\s{0,9}=\s{0,9})(["'])([^"'<>]+)\2/g,
    (whole, before: string, quote: string, link: string) => {
      const to = references.get(link, 'narrative')
      return to === undefined ? whole : `${before}${quote}${to}${quote}`
    },
  )
