/** A message about a stay may tell that the client has died: by the person's own segment, or by how the stay ended. */
import type { PatientFacts } from '../../domain/discharge.ts'
import { ok, type Result } from '../../domain/problem.ts'
import type { Stay } from '../../domain/stay.ts'
import type { Put } from '../../store/change.ts'
import { type Steps, write } from '../../store/store.ts'
import { deathInStay } from '../collections/after-death.ts'
import { clients } from '../collections/clients.ts'
import { consequences } from '../collections/consequences.ts'
import { hold, putsFor } from '../collections/parts.ts'
import type { Context } from '../context.ts'

/** Writes that the client has died, where that was not known, and what follows from it. */
export function* hearOfDeath(
  ctx: Context,
  clientId: string,
  { deceased = false }: PatientFacts,
  at: string,
): Steps<Result<readonly Put[]>> {
  const before = deceased === false ? undefined : yield* hold(clients, clientId)
  if (!before?.ok || (before.value.value.deceased ?? false) !== false) return ok([])
  const value = { ...before.value.value, deceased }
  const puts = putsFor(ctx, { collection: clients, id: clientId, value, before: before.value, at })
  yield* write(...puts)
  const then = yield* consequences(ctx, puts, at, new Map([[`clients/${clientId}`, before.value]]))
  return then.ok ? ok([...puts, ...then.value]) : then
}

/** Writes what a stay that ended so ends besides. */
export function* hearOfDeathIn(ctx: Context, now: Stay, before: Stay | undefined, at: string): Steps<Result<readonly Put[]>> {
  const puts = yield* deathInStay(ctx, now, before, at)
  yield* write(...puts)
  const then = yield* consequences(ctx, puts, at)
  return then.ok ? ok([...puts, ...then.value]) : then
}
