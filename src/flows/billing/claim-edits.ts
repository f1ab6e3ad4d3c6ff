/** Claim edits as the operator loads them, kept by programme and code. Lines that stand keep what they were checked by; held ones follow. */
import { procedureCodes } from '../../billing/codes.ts'
import { ClaimEditTables, type Programme } from '../../domain/claim-edits.ts'
import { issuesIn } from '../../domain/parsed.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Steps, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import type { Kept } from '../kept.ts'
import { claimEdits, claimEditKey as keyOf } from './claim-edits-for.ts'

interface LoadedEdits {
  readonly programme: Programme
  readonly from: string
  readonly pairs: number
  readonly units: number
}

/** The whole of a programme in one commit. Codes that cannot be billed here are of no use, and are left out. */
export async function loadClaimEdits(ctx: Context, body: unknown): Promise<Result<LoadedEdits>> {
  const read = ClaimEditTables.safeParse(body)
  if (!read.success) return fail('invalid', 'These are not claim edits.', { issues: issuesIn(read.error).slice(0, 20) })
  const { programme, from, pairs, units } = read.data
  const codes = [...new Set(procedureCodes.map(({ code }) => code))]
  const known = new Set(codes)
  const kept = {
    pairs: pairs?.filter(({ column1, column2 }) => known.has(column1) && known.has(column2)),
    units: units?.filter(({ code }) => known.has(code)),
  }
  return commit(ctx, 'load claim-edits', function* () {
    for (const code of codes) {
      const own = kept.pairs?.filter(({ column1, column2 }) => column1 === code || column2 === code)
      if (own) yield* keep(claimEdits.pairs, keyOf(programme, 'pairs', code), own)
      if (!kept.units) continue
      const key = keyOf(programme, 'units', code)
      const others = ((yield* claimEdits.units.of(key)) ?? []).filter((one) => one.from !== from)
      const edit = kept.units.find((one) => one.code === code)
      if (edit || others.length > 0) yield* keep(claimEdits.units, key, [...others, { code, from, ...(edit && { edit }) }])
    }
    yield* tell(ctx, { action: 'load-claim-edits', entities: [`claim-edits/${programme}`] })
    return ok({ programme, from, pairs: kept.pairs?.length ?? 0, units: kept.units?.length ?? 0 })
  })
}

function* keep<E>(kept: Kept<readonly E[]>, key: string, rows: readonly E[]): Steps<void> {
  if (rows.length > 0) yield* write(kept.remember(key, rows))
  else if (yield* kept.of(key)) yield* write(kept.forget(key))
}
