/** Pulling patient by patient, where a partner answers no search of a whole type: a page is some of the patients that are linked. */
import type { Connection, Connector, Listed, Outcome, Remote } from '../../connectors/connector.ts'
import type { Link } from '../../store/change.ts'
import { BadCursor, type Page } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { linkedAs } from '../linked-as.ts'

/** Links looked at in one go: of all types, in order of their names. */
const atOnce = 20

/**
 * `after`: the `next` of the page before. All of a type is read each time, changed or not: what is known already is told apart where it is
 * kept. Somebody whose records the partner refuses does not hold up the others.
 */
export async function pageByPatient(
  ctx: Context,
  connection: Connection,
  ofPatient: NonNullable<Connector['ofPatient']>,
  type: string,
  after?: string,
): Promise<Outcome<Listed>> {
  const { items: patients, next } = await patientsAfter(ctx, connection, after)
  const items: Remote[] = []
  const refusals: Outcome<never>[] = []
  for (let at = 0; at < patients.length; at += connection.maxInFlight) {
    const some = patients.slice(at, at + connection.maxInFlight)
    const answers = await Promise.all(some.map(({ remoteId }) => ofPatient(type, remoteId)))
    for (const answer of answers) {
      if (answer.outcome === 'try-again') return answer
      if (answer.outcome === 'refused') refusals.push(answer)
      else items.push(...answer.value)
    }
  }
  if (refusals.length > 0 && refusals.length === patients.length) return refusals[0]!
  if (refusals.length > 0)
    ctx.log('pull-failed', { connection: connection.name, resourceType: type, code: 'refused', count: refusals.length })
  return { outcome: 'delivered', value: { items, ...(next !== undefined && { next }) } }
}

/** Those of the next links that are of patients; of links of other types before them as many are passed over as there are. */
async function patientsAfter(ctx: Context, connection: Connection, after: string | undefined): Promise<Page<Link>> {
  for (let from = after; ; ) {
    const page = await linksAfter(ctx, linkedAs(connection), from)
    const items = page.items.filter(({ type }) => type === 'Patient')
    const isBeyond = (page.items.at(-1)?.type ?? '') > 'Patient'
    if (page.next === undefined || isBeyond) return { items }
    if (items.length > 0) return { items, next: page.next }
    from = page.next
  }
}

/** From the beginning, where the store was restored since and knows of no such place. */
async function linksAfter(ctx: Context, connection: string, after: string | undefined): Promise<Page<Link>> {
  const links = (from?: string) =>
    ctx.store.look({ ask: 'links', connection, count: atOnce, ...(from !== undefined && { after: from }) })
  try {
    return await links(after)
  } catch (caught) {
    if (caught instanceof BadCursor) return links()
    throw caught
  }
}
