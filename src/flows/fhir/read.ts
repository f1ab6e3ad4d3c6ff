/** read, vread and history. https://hl7.org/fhir/R4/http.html#read */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { dateRange } from '../../fhir/search/date-range.ts'
import type { Page, Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'
import { visible } from './visible.ts'

/** The current version; 404 if there never was one, 410 if it was deleted. */
export async function readResource(ctx: Context, type: string, id: string): Promise<Result<Stored>> {
  const may = allowed(ctx, 'read', type)
  if (!may.ok) return may
  const stored = await ctx.store.look({ ask: 'resource', type, id })
  if (!stored || !visible(ctx, stored)) return fail('not-found', `There is no ${type} of this id.`)
  return stored.text === undefined ? fail('gone', `This ${type} was deleted.`) : ok(stored)
}

export async function readVersion(ctx: Context, type: string, id: string, version: string): Promise<Result<Stored>> {
  const may = allowed(ctx, 'read', type)
  if (!may.ok) return may
  const number = /^[1-9]\d{0,14}$/.test(version) ? Number(version) : 0
  const stored = number === 0 ? undefined : await ctx.store.look({ ask: 'version', type, id, version: number })
  if (!stored || !visible(ctx, stored)) return fail('not-found', `There is no such version of this ${type}.`)
  return stored.text === undefined ? fail('gone', `This version is the deletion of the ${type}.`) : ok(stored)
}

export interface HistoryAsk {
  readonly type?: string
  readonly id?: string
  readonly since?: string
  readonly count: number
  readonly after?: string
}

/** Newest first. An instance that never was is 404. */
export async function readHistory(ctx: Context, asked: HistoryAsk): Promise<Result<Page<Stored>>> {
  const may = allowed(ctx, 'read', asked.type ?? 'Resource')
  if (!may.ok) return may
  if (asked.since !== undefined && !dateRange(asked.since)) return fail('invalid', '_since must be an instant.')
  const page = await ctx.store.look({ ask: 'history', ...asked, visible: ctx.principal.visible })
  if (page.items.length === 0 && asked.id !== undefined && asked.after === undefined && asked.since === undefined) {
    return fail('not-found', `There is no ${asked.type} of this id.`)
  }
  return ok(page)
}
