/** Of what a partner is told nothing in other records, either: what it is not sent, and what it was sent once and would not be sent now. */
import type { Connection } from '../../connectors/connector.ts'
import { valueIn } from '../../fhir/exact.ts'
import { lookThrough } from '../../store/store.ts'
import { type Context, nowOf } from '../context.ts'
import { isDirectory } from './community.ts'
import { permission } from './permission.ts'

export async function isWithheld(
  ctx: Context,
  connection: Connection,
  { type, id }: { readonly type: string; readonly id: string },
  wasSent: boolean,
): Promise<boolean> {
  if (connection.kind === 'cbo' && !wasSent) return !isDirectory({ resourceType: type })
  const stored = await ctx.store.look({ ask: 'resource', type, id })
  if (!stored?.guard) return false
  if (!wasSent || stored.text === undefined) return true
  return (await lookThrough(ctx.store, permission(connection, valueIn(stored.text), nowOf(ctx)))) === undefined
}
