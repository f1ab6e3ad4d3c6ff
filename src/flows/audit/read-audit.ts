/** The audit as an operator reads it, which leaves a line too. Of a tenant; or of what stands above the tenants: clients and sign-ins. */
import { Id } from '../../domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { dateRange } from '../../fhir/search/date-range.ts'
import type { Audit } from '../../store/change.ts'
import type { AuditCheck, Store } from '../../store/store.ts'
import type { Context } from '../context.ts'

/** Which audit is meant. */
export type Of = 'tenant' | 'gateway'

interface AuditAsk {
  readonly of: Of
  /** Who did it: a client's id, `admin`, `local`, `system` … */
  readonly client?: string
  readonly patient?: string
  readonly action?: string
  /** Dates or instants: the first and the last that are meant. */
  readonly from?: string
  readonly to?: string
  readonly count: number
  readonly after?: string
}

/** `commit`: the number of the commit that kept the line, and of the versions that it stands for. */
export type AuditLine = Omit<Audit, 'change'> & { readonly commit: number }

const storeOf = (ctx: Context, of: Of): Store => (of === 'gateway' ? ctx.control : ctx.store)

/** Newest first. A page may hold fewer than asked for, and yet have a next one: it looks through some thousand lines at most. */
export async function listAudit(
  ctx: Context,
  { of, client, patient, action, from, to, count, after }: AuditAsk,
): Promise<Result<{ readonly items: readonly AuditLine[]; readonly next: string | null }>> {
  const since = from === undefined ? undefined : dateRange(from)
  const until = to === undefined ? undefined : dateRange(to)
  const issues: Issue[] = []
  if (from !== undefined && !since) issues.push({ path: 'from', message: 'is a date, or a date and time' })
  if (to !== undefined && !until) issues.push({ path: 'to', message: 'is a date, or a date and time' })
  if (patient !== undefined && !Id.safeParse(patient).success) issues.push({ path: 'patient', message: 'is the id of a client' })
  if (issues.length > 0) return fail('invalid', 'The audit cannot be asked like this.', { issues })
  const { items, next } = await storeOf(ctx, of).look({
    ask: 'audit',
    count,
    ...(client !== undefined && { principal: client }),
    ...(patient !== undefined && { patient }),
    ...(action !== undefined && { action }),
    ...(since && { since: since.lo }),
    ...(until && { until: until.hi }),
    ...(after !== undefined && { after }),
  })
  return ok({ items: items.map(({ sequence, entry }) => ({ ...entry, commit: sequence })), next: next ?? null })
}

/** Whether every line is as it was written, and none is missing. */
export async function checkAudit(
  ctx: Context,
  of: Of,
  head?: string,
): Promise<Result<AuditCheck & { readonly intact: boolean }>> {
  const check = await storeOf(ctx, of).look({ ask: 'auditCheck', ...(head !== undefined && { head }) })
  return ok({ ...check, intact: check.broken === undefined && check.found !== false })
}
