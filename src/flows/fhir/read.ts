/** read and vread. https://hl7.org/fhir/R4/http.html#read */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { versionNumber } from '../../fhir/version.ts'
import { seeing } from '../../fhir/view.ts'
import { ask, lookThrough, type Steps, type Stored } from '../../store/store.ts'
import { noteSeen } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'
import { type Asked, parametersOf } from './asked.ts'
import { readableNow } from './redaction.ts'
import { visible } from './visible.ts'

/** The current version; 404 if there never was one, 410 if it was deleted. */
export async function readResource(ctx: Context, type: string, id: string, asked?: Asked): Promise<Result<Stored>> {
  const may = allowed(ctx, 'read', type)
  if (!may.ok) return may
  const found = there(ctx, type, await ctx.store.look({ ask: 'resource', type, id }))
  return found.ok ? await shown(ctx, found.value, asked) : found
}

/** As steps: inside a commit they see what it has written. */
export function* reading(ctx: Context, type: string, id: string): Steps<Result<Stored>> {
  const may = allowed(ctx, 'read', type)
  return may.ok ? there(ctx, type, yield* ask({ ask: 'resource', type, id })) : may
}

function there(ctx: Context, type: string, stored: Stored | undefined): Result<Stored> {
  // Whether it is shown or not, this is what was asked for.
  if (stored) noteSeen(ctx, stored)
  if (!stored || !visible(ctx, stored)) return fail('not-found', `There is no ${type} of this id.`)
  return stored.text === undefined ? fail('gone', `This ${type} was deleted.`) : ok(stored)
}

/** One version; 404 if there never was one, 410 if it is a deletion. https://hl7.org/fhir/R4/http.html#vread */
export async function readVersion(
  ctx: Context,
  type: string,
  id: string,
  version: string,
  asked?: Asked,
): Promise<Result<Stored>> {
  const may = allowed(ctx, 'read', type)
  if (!may.ok) return may
  const number = versionNumber(version)
  const stored = number === undefined ? undefined : await ctx.store.look({ ask: 'version', type, id, version: number })
  if (stored) noteSeen(ctx, stored)
  if (!stored || !visible(ctx, stored)) return fail('not-found', `There is no such version of this ${type}.`)
  return stored.text === undefined ? fail('gone', `This version is the deletion of the ${type}.`) : shown(ctx, stored, asked)
}

/** What of it may be read, and was asked for: all of it, as stored, where nothing was said. */
async function shown(ctx: Context, whole: Stored, asked: Asked | undefined): Promise<Result<Stored>> {
  const [stored = whole] = await readableNow(ctx, [whole])
  if (asked === undefined || asked.pairs.length === 0) return ok(stored)
  const parameters = parametersOf(asked)
  if (!parameters.ok) return parameters
  return ok({ ...stored, text: await lookThrough(ctx.store, seeing(stored.text!, parameters.value.view), ctx.pause) })
}
