/** A partner's resource as it lies in the inbox, and what applying it comes to. */
import type { Connection } from '../../connectors/connector.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { type JsonObject, readJson, valueIn } from '../../fhir/exact.ts'
import { isId } from '../../fhir/types.ts'
import { bytesOf } from '../../hl7v2/raw.ts'
import { equal } from '../../lens/equal.ts'
import type { Link, Message } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { checked } from '../fhir/check.ts'
import type { Write, Written } from '../fhir/entry.ts'
import { transact } from '../fhir/transact.ts'
import { linkedAs } from '../linked-as.ts'

export interface Pulled {
  readonly type: string
  readonly id: string
  readonly version: string | undefined
  readonly text: string
  readonly value: JsonObject
}

/** What it came to: `Type/id` of what was written, and what was found on the way. */
export interface Applied {
  readonly wrote: readonly string[]
  readonly issues: readonly Issue[]
}

export const nothing: Applied = { wrote: [], issues: [] }

interface Meta {
  readonly versionId?: unknown
  readonly lastUpdated?: unknown
}
const metaOf = ({ meta }: JsonObject): Meta => (typeof meta === 'object' && meta !== null ? meta : {})

/** Problems: those of the JSON, and `invalid` where its id is none. */
export function pulledIn({ raw }: Pick<Message, 'raw'>): Result<Pulled> {
  const bytes = bytesOf(raw)
  const exact = readJson(bytes, { bytes: bytes.length })
  if (!exact.ok) return exact
  const { text, value } = exact.value
  if (!isId(value.id))
    return fail('invalid', 'Its id is none that FHIR knows.', { issues: [{ path: 'id', message: 'is no id' }] })
  const { versionId } = metaOf(value)
  const version = typeof versionId === 'string' ? versionId : undefined
  return ok({ type: String(value.resourceType), id: String(value.id), version, text, value })
}

type Standing = Pick<Pulled, 'type' | 'id' | 'text'> & { readonly version?: string | undefined }

export const linkOf = (connection: Connection, pulled: Standing, id: string, version: number): Link => ({
  connection: linkedAs(connection),
  type: pulled.type,
  id,
  remoteType: pulled.type,
  remoteId: pulled.id,
  ...(pulled.version !== undefined && { remoteVersion: pulled.version }),
  base: pulled.text,
  version,
})

/** Milliseconds since the epoch, by the partner's clock. */
export function updatedAt(resource: JsonObject): number | undefined {
  const at = Date.parse(String(metaOf(resource).lastUpdated ?? ''))
  return Number.isNaN(at) ? undefined : at
}

/** Is the one text an earlier state of a remote resource than the other? */
export function isOlder(text: string, than: string): boolean {
  const [one, other] = [updatedAt(valueIn(text)), updatedAt(valueIn(than))]
  return one !== undefined && other !== undefined && one < other
}

/** But for what each version has for itself. */
export const saysTheSame = (text: string, other: string): boolean => equal(content(valueIn(text)), content(valueIn(other)))

function content({ meta, ...rest }: JsonObject): JsonObject {
  const { versionId: _, lastUpdated: __, ...kept } = { ...(meta as object | undefined) } as Meta
  return { ...rest, ...(Object.keys(kept).length > 0 && { meta: kept }) }
}

/** What comes of it here is judged, too: of a change, with what stands beside it. */
export function* writeOne(ctx: Context, write: Extract<Write, { resource: unknown }>): Steps<Result<Written>> {
  const sound = yield* checked(ctx, write.resource, write.type)
  if (!sound.ok) return sound
  const written = yield* transact(ctx, [{ ...write, resource: sound.value.resource }])
  return written.ok ? ok(written.value[0]!) : written
}
