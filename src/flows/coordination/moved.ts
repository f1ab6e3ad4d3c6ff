/** What an event makes of a member, before anything of it is written: the machine's move, then the collection's rule. */

import { detailsOf } from '../../domain/event-details.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Party, step } from '../../domain/state-machine.ts'
import type { Put } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import { inEpisode } from '../clients/current-episode.ts'
import { ofProgramme } from '../clients/programme-labels.ts'
import type { AnyCollection, EventInput } from '../collections/collection.ts'
import { type Gathered, putsFor, type Writing } from '../collections/parts.ts'
import { withoutRule } from '../collections/with-reason.ts'
import type { Context } from '../context.ts'
import { withLastChange } from './versions.ts'

/** The value afterwards; `parties`: those that may cause the event. */
export function* moved(
  ctx: Context,
  collection: AnyCollection,
  before: Gathered,
  event: EventInput,
  at: string,
  parties: readonly Party[],
): Steps<Result<object>> {
  const { machine, on, name, details } = collection
  if (!machine) return fail('not-supported', `Members of ${name} have no events.`)
  const state = before.value[machine.field] as string
  const next = step(machine.states, state, event.type, event.reason, parties)
  if (!next.ok) return next
  // A resource that tells of an event on `/fhir` is not asked: it says as much as R4 wants of it.
  const said = details?.[event.type] ? detailsOf(details[event.type]!, event) : next
  if (!said.ok) return said
  const value = { ...before.value, [machine.field]: next.value }
  const rule = on?.[event.type]
  return rule ? yield* rule(ctx, value, event, at, before) : ok(withoutRule(collection, value, event))
}

/** The parts as they are to be written, with all that is computed. */
export function* prepared(ctx: Context, writing: Writing): Steps<Result<readonly Put[]>> {
  const { collection, before, at } = writing
  const whole: Result<object> = collection.prepare ? yield* collection.prepare(ctx, writing.value, before, at) : ok(writing.value)
  if (!whole.ok) return whole
  const placed = before ? whole.value : yield* inEpisode(collection, whole.value)
  const value = withLastChange(ctx, { ...writing, value: yield* ofProgramme(collection, placed) })
  return ok(putsFor(ctx, { ...writing, value }))
}
