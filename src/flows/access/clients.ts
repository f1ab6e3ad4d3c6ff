/** Registered clients: an operator's to add, change and remove. They live in the control store, above the tenants. */
import { type Client, type ClientMetadata, clientMetadata } from '../../access/client.ts'
import { parsed } from '../../domain/parsed.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { lookThrough, type Page, type Steps, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { Kept } from '../kept.ts'

/** By id, in the control store. */
export const registered = new Kept<Client>('client')

/** Takes what `clientMetadata` describes; the answer carries the new `client_id`. */
export async function registerClient(ctx: Context, given: unknown): Promise<Result<Client>> {
  const metadata = readMetadata(ctx, given)
  if (!metadata.ok) return metadata
  const client: Client = {
    client_id: ctx.newId('client'),
    client_id_issued_at: Math.floor(ctx.clock() / 1000),
    revision: 1,
    ...metadata.value,
  }
  return commit(inControl(ctx), 'register-client', function* () {
    yield* keep(ctx, 'register-client', client)
    return ok(client)
  })
}

/** Replaces what a client is registered with. Its tokens become void. */
export async function replaceClient(ctx: Context, id: string, given: unknown): Promise<Result<Client>> {
  const metadata = readMetadata(ctx, given)
  if (!metadata.ok) return metadata
  return commit(inControl(ctx), 'change-client', function* () {
    const before = yield* registered.of(id)
    if (!before) return unknownClient
    const { client_id, client_id_issued_at, revision } = before
    const client: Client = { client_id, client_id_issued_at, revision: revision + 1, ...metadata.value }
    yield* keep(ctx, 'change-client', client)
    return ok(client)
  })
}

/**
 * Makes a client of a given id be registered with just this, as a configuration file says. One that is so already is left alone, and its
 * tokens with it.
 */
export async function configureClient(ctx: Context, id: string, given: unknown): Promise<Result<Client>> {
  const metadata = readMetadata(ctx, given)
  if (!metadata.ok) return metadata
  return commit(inControl(ctx), 'configure-client', function* () {
    const before = yield* registered.of(id)
    const { client_id_issued_at, revision } = before ?? { client_id_issued_at: Math.floor(ctx.clock() / 1000), revision: 0 }
    const same: Client = { client_id: id, client_id_issued_at, revision, ...metadata.value }
    if (JSON.stringify(before) === JSON.stringify(same)) return ok(same)
    const client = { ...same, revision: revision + 1 }
    yield* keep(ctx, 'configure-client', client)
    return ok(client)
  })
}

/** Removes a client. Its tokens become void. */
export async function removeClient(ctx: Context, id: string): Promise<Result<undefined>> {
  return commit(inControl(ctx), 'remove-client', function* () {
    if (!(yield* registered.of(id))) return unknownClient
    yield* write(registered.forget(id))
    yield* tell(ctx, { action: 'remove-client', entities: [`client/${id}`] })
    return ok(undefined)
  })
}

export async function readClient(ctx: Context, id: string): Promise<Result<Client>> {
  const client = await lookThrough(ctx.control, registered.of(id))
  return client ? ok(client) : unknownClient
}

export async function listClients(ctx: Context, count: number, after?: string): Promise<Page<Client>> {
  const page = await lookThrough(ctx.control, registered.page({ count, ...(after !== undefined && { after }) }))
  return { ...page, items: page.items.map(({ value }) => value) }
}

/** So that what goes for every commit (a repeat of the same request, above all) goes for these. */
const inControl = (ctx: Context): Context => ({ ...ctx, store: ctx.control })

const unknownClient = fail('not-found', 'There is no client of this id.')

function* keep(ctx: Context, action: string, client: Client): Steps<void> {
  yield* write(registered.remember(client.client_id, client))
  yield* tell(ctx, { action, entities: [`client/${client.client_id}`] })
}

function readMetadata(ctx: Context, given: unknown): Result<ClientMetadata> {
  const refusal = 'The client cannot be registered like this.'
  const metadata = parsed(clientMetadata, given, refusal)
  return !metadata.ok || ctx.settings.tenants.includes(metadata.value.tenant)
    ? metadata
    : fail('invalid', refusal, { issues: [{ path: 'tenant', message: 'is not a tenant here' }] })
}
