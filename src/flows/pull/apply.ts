/**
 * A pulled resource, applied: through the doors of a write on `/fhir`, as the connection's own write. One that is known here is merged onto
 * what stands here; one that is new, and about somebody known, is taken under an id of ours. Anything else waits in the inbox, and says why.
 */
import type { Principal } from '../../access/principal.ts'
import type { Connection } from '../../connectors/connector.ts'
import { fail, ok, type Problem, type Result } from '../../domain/problem.ts'
import { fromText } from '../../fhir/exact.ts'
import { referencesIn } from '../../fhir/reference.ts'
import type { Message } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { commit } from '../commit.ts'
import { listConnections } from '../connections.ts'
import type { Context } from '../context.ts'
import { checked } from '../fhir/check.ts'
import { issuesOf, keyOf, replaced } from '../intake/inbox.ts'
import { waitFor } from '../intake/waiting-list.ts'
import { linkedAs } from '../linked-as.ts'
import { mergeOnto } from './merge-onto.ts'
import { type Applied, pulledIn } from './pulled.ts'
import { focusAt, takeNew } from './take-new.ts'
import { patientAt, resourceAt } from './ties.ts'

/** The partner, as a caller of ours. What it breaks is applied as far as it can be read, and told, unless its connection says otherwise. */
const partnerOf = ({ name, purpose, validation = 'mark' }: Connection, tenant: string): Principal => ({
  kind: 'connection',
  id: name,
  tenant,
  scopes: ['system/*.cruds'],
  purpose,
  visible: 'everything',
  validation,
})

/** Applies a message of the inbox; one that has to wait stays there, with why. Applied again, it changes nothing. */
export async function replayPulled(ctx: Context, kept: Message): Promise<Result<Message>> {
  const connection = (await listConnections(ctx)).find((one) => one.name === kept.source)
  if (!connection) return fail('conflict', 'There is no connection any more that it came from.')
  if (!kept.key.startsWith(`${keyOf('pull', linkedAs(connection))}|`))
    return fail('conflict', 'Its connection speaks to another address now: whom it names there is not known.')
  const partner = { ...ctx, principal: partnerOf(connection, ctx.principal.tenant) }
  const done = await commit(partner, 'pull', function* (at) {
    const message = (yield* ask({ ask: 'message', id: kept.id }))!
    const applied = yield* applyPulled(partner, connection, message, at)
    if (!applied.ok) return applied
    const wrote = [...new Set([...message.wrote, ...applied.value.wrote])]
    return yield* replaced({ ...message, state: 'applied', issues: applied.value.issues, wrote })
  })
  if (done.ok || done.problem.code === 'unavailable') return done
  return partner.store.commit(() => heldFor(connection, kept, done.problem))
}

/** It goes on by itself once the people that it names are known here, or what it is about. */
function* heldFor(connection: Connection, kept: Message, problem: Problem): Steps<Result<Message>> {
  const { code } = problem
  const pulled = pulledIn(kept)
  const strangers = code === 'unresolved-reference' && pulled.ok ? patientsIn(pulled.value.value) : []
  const at = linkedAs(connection)
  const focus = code === 'unresolved-reference' && pulled.ok ? focusAt(connection, pulled.value.value) : undefined
  yield* waitFor(kept, [...strangers.map((id) => patientAt(at, id)), ...(focus ? [resourceAt(at, focus)] : [])])
  return yield* replaced({ ...kept, state: 'held', issues: issuesOf(problem) })
}

const patientsIn = (resource: object): readonly string[] =>
  referencesIn(resource).flatMap(
    ({ reference }) => /(?:^|\/)Patient\/([A-Za-z0-9\-.]{1,64})(?:$|\/_history\/)/.exec(reference)?.[1] ?? [],
  )

/** Fails where it has to wait; then nothing of it is written. */
function* applyPulled(ctx: Context, connection: Connection, message: Message, at: string): Steps<Result<Applied>> {
  const pulled = pulledIn(message)
  if (!pulled.ok) return pulled
  const { type, id, text } = pulled.value
  const sound = yield* checked(ctx, fromText(text), type)
  if (!sound.ok) return sound
  const link = yield* ask({ ask: 'remoteLink', connection: linkedAs(connection), remoteType: type, remoteId: id })
  const applied = link ? yield* mergeOnto(ctx, connection, link, pulled.value, at) : yield* takeNew(ctx, connection, pulled.value)
  return applied.ok ? ok({ ...applied.value, issues: [...sound.value.issues, ...applied.value.issues] }) : applied
}
