/**
 * Going through all that a store holds, some resources at a time, while the gateway serves: where it has come to is remembered, and a start
 * goes on from there.
 */
import { simpleQuery } from '../../fhir/search/query.ts'
import { resourceTypes } from '../../fhir/types.ts'
import type { Store, Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import type { Later } from '../delivery/courier.ts'

/** Resources of one commit: a few milliseconds of work. */
const slice = 10

/** Milliseconds between two of them. */
const rest = 20

/** What comes next. */
export interface Progress {
  /** By what it was begun: another aim begins it again. */
  readonly aim: string
  readonly type: string
  readonly after?: string
}

export const isEmpty = async (store: Store): Promise<boolean> =>
  (await store.look({ ask: 'history', count: 1, visible: 'everything' })).items.length === 0

/** Does the work on the resources that come next. Answers what comes after them; undefined where none does. */
export async function advance(
  store: Store,
  { aim, type, after }: Progress,
  work: (items: readonly Stored[]) => Promise<unknown>,
  types: readonly string[] = resourceTypes,
): Promise<Progress | undefined> {
  const page = await store.look({
    ask: 'search',
    query: simpleQuery(type, [], slice),
    visible: 'everything',
    ...(after !== undefined && { after }),
  })
  if (page.items.length > 0) await work(page.items)
  if (page.next !== undefined) return { aim, type, after: page.next }
  const further = types[types.indexOf(type) + 1]
  return further === undefined ? undefined : { aim, type: further }
}

/** Does a part of what is to be done; answers whether there is more. */
type InParts = (ctx: Context) => Promise<boolean>

/** Goes on until all is done. Resolves after the first part, with the way to stop, which waits for the part under way. */
export async function startParts(ctx: Context, later: Later, next: InParts): Promise<() => Promise<void>> {
  let stopped = false
  let callOff = (): void => {}
  let running: Promise<unknown> = Promise.resolve()
  const part = (): void => {
    running = next(ctx)
      .catch(() => {
        ctx.log('background-failed', { tenant: ctx.principal.tenant })
        return false
      })
      .then((more) => {
        if (more && !stopped) callOff = later(rest, part)
      })
  }
  part()
  await running
  return async () => {
    stopped = true
    callOff()
    await running
  }
}
