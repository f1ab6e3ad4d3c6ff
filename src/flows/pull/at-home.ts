/**
 * A partner's resource in our words: its references by the links of the connection, its ways of saying things by the partner's table. What
 * it refers to that is not known here becomes an absolute address of theirs: an id of theirs never names something of ours.
 */
import { tableOf } from '../../../mappings/partners/index.ts'
import type { Connection } from '../../connectors/connector.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { localReference, parseReference, referencesIn } from '../../fhir/reference.ts'
import { isId, isResourceType } from '../../fhir/types.ts'
import { isObject, type Json } from '../../lens/equal.ts'
import { heard } from '../../lens/partner.ts'
import type { Link } from '../../store/change.ts'
import { ask, askAll, type Steps } from '../../store/store.ts'
import { survivorOf } from '../clients/survivor.ts'
import type { Context } from '../context.ts'
import { ourSystem } from '../delivery/stamp.ts'
import { linkedAs } from '../linked-as.ts'

/** `Type/id` at the partner, where a reference names one of its resources. */
export function remoteTarget(
  { baseUrl = '' }: Pick<Connection, 'baseUrl'>,
  reference: string,
): { readonly type: string; readonly id: string } | undefined {
  const parsed = parseReference(reference)
  return parsed.kind === 'relative' || (parsed.kind === 'absolute' && parsed.base === baseUrl) ? parsed : undefined
}

/** Answers the resource, who here the partner's patients in it are, and which of them nobody here is. */
export function* referringHome(
  ctx: Context,
  connection: Connection,
  resource: JsonObject,
): Steps<{ readonly resource: JsonObject; readonly known: readonly string[]; readonly strangers: readonly string[] }> {
  const named = [...new Set(referencesIn(resource).map(({ reference }) => reference))]
  const targets = named.flatMap((reference) => {
    const target = remoteTarget(connection, reference)
    return target ? [{ reference, ...target }] : []
  })
  const links = yield* askAll(
    targets.map(({ type, id }) => ({
      ask: 'remoteLink' as const,
      connection: linkedAs(connection),
      remoteType: type,
      remoteId: id,
    })),
  )
  const home = new Map<string, string>()
  for (const [i, { reference }] of targets.entries()) if (links[i]) home.set(reference, yield* homeOf(links[i]))
  const known = [...home.values()].flatMap((one) => (one.startsWith('Patient/') ? [one.slice('Patient/'.length)] : []))
  const strangers = targets.flatMap(({ type, id }, i) => (type === 'Patient' && !links[i] ? [id] : []))
  const ownBase = `${ctx.settings.baseUrl}/fhir`
  const system = ourSystem(ctx.settings.canonicalBase)
  const marks = marksIn(resource, system)
  const stored = yield* askAll(marks.map(({ type, id }) => ({ ask: 'resource' as const, type, id })))
  const ours = new Set(stored.flatMap((one) => (one?.text === undefined ? [] : [`${one.type}/${one.id}`])))
  const translate = (reference: string): string => {
    const known = home.get(reference) ?? localReference(reference, ownBase)
    if (known !== undefined) return known
    const { kind } = parseReference(reference)
    return kind === 'relative' || kind === 'conditional' ? `${connection.baseUrl}/${reference}` : reference
  }
  return { resource: rewritten(resource, { translate, system, ours }) as JsonObject, known, strangers: [...new Set(strangers)] }
}

/** Whoever was merged away here may go on there: it is about the survivor. */
function* homeOf({ type, id }: Link): Steps<string> {
  const stored = type === 'Patient' ? yield* ask({ ask: 'resource', type, id }) : undefined
  return `${type}/${stored ? yield* survivorOf(stored) : id}`
}

interface Words {
  readonly translate: (reference: string) => string
  readonly system: string
  /** `Type/id` of what is referred to by our mark and is here. */
  readonly ours: ReadonlySet<string>
}

function rewritten(value: unknown, words: Words): unknown {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, words))
  if (!isObject(value) || 'rawJSON' in value) return value
  const copy = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, rewritten(member, words)]))
  if (typeof copy.reference === 'string') return { ...copy, reference: words.translate(copy.reference) }
  const mark = markIn(copy, words.system)
  if (!mark || !words.ours.has(`${mark.type}/${mark.id}`)) return copy
  const { type: _, identifier: __, ...others } = copy
  return { reference: `${mark.type}/${mark.id}`, ...others }
}

interface Mark {
  readonly type: string
  readonly id: string
}

/** A reference by our identifier is how the partner was told of what it is never sent (`delivery/translate.ts`). */
function markIn({ type, identifier }: Json, system: string): Mark | undefined {
  if (!isResourceType(type) || !isObject(identifier) || identifier.system !== system || !isId(identifier.value)) return undefined
  return { type, id: String(identifier.value) }
}

function marksIn(value: unknown, system: string): readonly Mark[] {
  if (Array.isArray(value)) return value.flatMap((item) => marksIn(item, system))
  if (!isObject(value)) return []
  return [markIn(value, system) ?? [], ...Object.values(value).map((member) => marksIn(member, system))].flat()
}

/** `agreed`: our side of what was last agreed, by which the partner's words are understood. */
export const inOurWords = (connection: Connection, theirs: JsonObject, agreed: JsonObject): JsonObject => {
  const partner = tableOf(connection)
  return partner ? heard(partner, theirs, agreed) : theirs
}
