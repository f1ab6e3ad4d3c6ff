/** Commits that crises went up the line because nobody acknowledged them: run it now and then. Readings say so without it. */
import type { Flag } from '@medplum/fhirtypes'
import { crisisEvent } from '../../../mappings/codes/crisis.ts'
import mapping, { type CrisisParts } from '../../../mappings/crisis.flag.ts'
import type { CrisisEvent } from '../../domain/crisis.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { lookThrough, write } from '../../store/store.ts'
import { crises, workOf } from '../collections/crises.ts'
import { hold } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { save } from '../coordination/save.ts'
import { storedValue } from '../next-version.ts'
import { allOf, hasToken, isActive } from '../questions.ts'
import { oneByOne } from './one-by-one.ts'

const numbered = hasToken('identifier', { system: crisisEvent })

/** Answers with the number of crises that went up. One crisis is one commit. */
export async function escalateCrises(ctx: Context): Promise<Result<number>> {
  const items = await lookThrough(ctx.store, allOf('Flag', isActive, numbered), ctx.pause)
  return oneByOne(ctx, 'escalate-crises', items, function* (stored, at) {
    const held = yield* hold(crises, stored.id)
    if (!held.ok) return ok(0)
    const { parts, value } = held.value
    const written = mapping.read(parts as unknown as CrisisParts)
    const isShown = (value.escalations as unknown[]).length
    if (!written.ok || written.value.escalations.length === isShown) return ok(0)
    const saved = yield* save(ctx, { collection: crises, id: stored.id, value, before: held.value, at })
    if (!saved.ok) return saved
    yield* write(...(yield* workOf(stored.id, storedValue<Flag>(stored)!, value as unknown as CrisisEvent, at)))
    return ok(1)
  })
}
