/** A partner's resource that is not known here yet: recognised, taken under an id of ours, or left waiting. */
import type { Connection } from '../../connectors/connector.ts'
import type { Identifier } from '../../domain/kernel.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { fromText, type JsonObject } from '../../fhir/exact.ts'
import { concerns } from '../../fhir/search/patients-of.ts'
import { isId } from '../../fhir/types.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { ourSystem } from '../delivery/stamp.ts'
import { matchClient } from '../intake/match-discharge.ts'
import { linkedAs } from '../linked-as.ts'
import { storedValue } from '../next-version.ts'
import { targetOf } from '../references.ts'
import { referringHome, remoteTarget } from './at-home.ts'
import { type Applied, linkOf, nothing, type Pulled, writeOne } from './pulled.ts'
import { tied } from './ties.ts'

const stranger = fail(
  'unresolved-reference',
  'It is about somebody who is no client here: it waits until it is known who that is.',
  {
    issues: [{ path: 'subject', message: 'is no client here' }],
  },
)

const aboutNobodyKnown = fail(
  'unresolved-reference',
  'It does not say for whom it is, and what it is about is not known here: it waits for that.',
  { issues: [{ path: 'focus', message: 'is not known here, or is about several clients' }] },
)

/** `conflict` where it bears our mark and its delivery is not accounted for yet. */
export function* takeNew(ctx: Context, connection: Connection, pulled: Pulled): Steps<Result<Applied>> {
  const ours = ourIdIn(ctx, pulled.value)
  if (ours !== undefined && (yield* ask({ ask: 'resource', type: pulled.type, id: ours })))
    return fail('conflict', 'It bears our mark, but it is not known yet that it has arrived: its delivery will tell.')
  return pulled.type === 'Patient' ? yield* recognise(connection, pulled) : yield* take(ctx, connection, pulled, ours)
}

const identifiersOf = ({ identifier }: JsonObject) => [identifier ?? []].flat() as readonly Identifier[]

function ourIdIn({ settings }: Context, resource: JsonObject): string | undefined {
  const system = ourSystem(settings.canonicalBase)
  const value = identifiersOf(resource).find((one) => one.system === system)?.value
  return isId(value) ? value : undefined
}

/** Somebody who is a client here already, by a number that nobody else bears: from now on it is known who is meant. */
function* recognise(connection: Connection, pulled: Pulled): Steps<Result<Applied>> {
  const { clientId } = yield* matchClient(identifiersOf(pulled.value))
  const stored = clientId === undefined ? undefined : yield* ask({ ask: 'resource', type: 'Patient', id: clientId })
  if (stored?.text === undefined) return stranger
  const known = yield* ask({ ask: 'link', connection: linkedAs(connection), type: 'Patient', id: stored.id })
  if (known) return fail('conflict', 'This client is known as somebody else at the partner.')
  yield* write(...(yield* tied(linkOf(connection, pulled, stored.id, stored.version))))
  return ok(nothing)
}

/** Elements by which a resource says whom it is about. */
const subjects = ['subject', 'patient', 'for', 'beneficiary']

const referenceOf = ({ focus }: JsonObject): string =>
  String((focus as { readonly reference?: unknown } | undefined)?.reference ?? '')

/** What a Task that says nothing else is about, where that is the partner's. */
export const focusAt = (connection: Connection, resource: JsonObject): ReturnType<typeof remoteTarget> =>
  resource.resourceType === 'Task' && resource.for === undefined ? remoteTarget(connection, referenceOf(resource)) : undefined

/** A Task that does not say for whom it is, is for whom its focus is about. Nothing where nobody knows yet whom that is. */
function* forWhom(connection: Connection, theirs: JsonObject, ours: JsonObject): Steps<JsonObject | undefined> {
  if (!focusAt(connection, theirs)) return ours
  const { type, id } = targetOf(referenceOf(ours)) ?? {}
  const focus = type === undefined || id === undefined ? undefined : yield* ask({ ask: 'resource', type, id })
  const value = storedValue<object>(focus)
  const [client, ...others] = value ? (type === 'Patient' ? [id!] : concerns(value)) : []
  if (!value || others.length > 0) return undefined
  return client === undefined ? ours : { ...ours, for: { reference: `Patient/${client}` } }
}

/** `ours`: it came from here, and the store was restored since from a copy that does not know it. It is again what it was. */
function* take(ctx: Context, connection: Connection, pulled: Pulled, ours: string | undefined): Steps<Result<Applied>> {
  const home = yield* referringHome(ctx, connection, pulled.value)
  const { known, strangers } = home
  const resource = yield* forWhom(connection, pulled.value, home.resource)
  if (resource === undefined) return aboutNobodyKnown
  const clients = concerns(resource)
  const isAboutSomebody = subjects.some((name) => resource[name] !== undefined)
  if (strangers.length > 0 || (isAboutSomebody && clients.length === 0)) return stranger
  for (const id of focusAt(connection, pulled.value) ? [] : clients)
    if (!known.includes(id) && !(yield* ask({ ask: 'link', connection: linkedAs(connection), type: 'Patient', id })))
      return stranger
  const { type } = pulled
  const own = asOurs(resource, ourSystem(ctx.settings.canonicalBase))
  const written = yield* writeOne(
    ctx,
    ours === undefined
      ? { kind: 'create', type, resource: fromText(JSON.stringify(own)) }
      : { kind: 'update', type, id: ours, resource: fromText(JSON.stringify({ ...own, id: ours })) },
  )
  if (!written.ok) return written
  const { id = '', version = 1 } = written.value
  yield* write(...(yield* tied(linkOf(connection, pulled, id, version))))
  return ok({ wrote: [`${type}/${id}`], issues: [] })
}

/** Without their id and version, our mark, and tags, which belong to their own ways of working (`delivery/labels.ts`). */
function asOurs({ id: _, meta, ...marked }: JsonObject, system: string): JsonObject {
  const { identifier, ...others } = marked
  const theirs = identifiersOf(marked).filter((one) => one.system !== system)
  const rest = Array.isArray(identifier) ? { ...others, ...(theirs.length > 0 && { identifier: theirs }) } : marked
  const { security, profile } = { ...(meta as object | undefined) } as { security?: unknown; profile?: unknown }
  const kept = { ...(security !== undefined && { security }), ...(profile !== undefined && { profile }) }
  return { ...rest, ...(Object.keys(kept).length > 0 && { meta: kept }) }
}
