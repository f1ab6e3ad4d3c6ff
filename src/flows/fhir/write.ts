/** Single writes: create, update, delete, each also conditional. https://hl7.org/fhir/R4/http.html#create */
import { ok, type Result } from '../../domain/problem.ts'
import { lookThrough, type Steps } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { resumedAfter } from '../intake/resume-waiting.ts'
import { allowed } from './allowed.ts'
import { checked } from './check.ts'
import type { Write, Written } from './entry.ts'
import { transact } from './transact.ts'

/** One write, one commit. */
export async function writeResource(ctx: Context, write: Write): Promise<Result<Written>> {
  const may = allowed(ctx, write.kind, write.type)
  if (!may.ok) return may
  const findings =
    'resource' in write ? await lookThrough(ctx.store, checked(ctx, write.resource, write.type), ctx.pause) : ok(undefined)
  if (!findings.ok) return findings
  const { resource, issues = [] } = findings.value ?? {}
  const plan = () => writing(ctx, resource ? ({ ...write, resource } as Write) : write)
  const written = await commit(ctx, write.kind, plan, ({ type, id }) => (id === undefined ? [] : [`${type}/${id}`]))
  await resumedAfter(ctx, [write.type], written)
  return written.ok && issues.length > 0 ? ok({ ...written.value, issues }) : written
}

function* writing(ctx: Context, write: Write): Steps<Result<Written>> {
  const results = yield* transact(ctx, [write])
  return results.ok ? ok(results.value[0]!) : results
}
