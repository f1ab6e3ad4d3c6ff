/**
 * One way into the store for every flow: what a plan writes is accompanied, in the same commit, by the deliveries it causes, its audit
 * entry, the Provenance of what a message told, and the answer to a repeat of the same request. Nothing is acknowledged that is not kept,
 * nothing kept that is not owed on.
 */
import type { Result } from '../domain/problem.ts'
import type { Change, Message, Put } from '../store/change.ts'
import { ask, type Plan, type Step, type Steps, write } from '../store/store.ts'
import { tell, versionName, versionsNamed } from './audit/line.ts'
import { Doubles } from './clients/duplicates.ts'
import { endAll } from './conflicts/ended.ts'
import { connections } from './connections.ts'
import type { Context } from './context.ts'
import { deliveriesFor } from './delivery/owed.ts'
import { newEdition } from './fhir/library.ts'
import { heard } from './heard.ts'
import { provenanceOf } from './intake/provenance.ts'
import { once } from './once.ts'

/**
 * `action` names the story for the audit: `create`, `record-discharge` … The result must be JSON: a repeat is given it again. `shows`: of
 * what it tells (`Type/id`) beside what is written.
 */
export function commit<T>(
  ctx: Context,
  action: string,
  plan: Plan<T>,
  shows: (value: T) => readonly string[] = () => [],
): Promise<Result<T>> {
  return ctx.store.commit(() => {
    const last = new Map<string, Put>()
    return once(
      ctx,
      () => accompanied(ctx, action, plan, last),
      (value) => [...last.keys(), ...shows(value)],
    )
  })
}

/** `last`: gathers what is written, as it comes to stand. */
function* accompanied<T>(ctx: Context, action: string, plan: Plan<T>, last: Map<string, Put>): Steps<Result<T>> {
  const versions = new Set<string>()
  const deleted = new Set<string>()
  let told: Message | undefined
  const doubles = new Doubles()
  const note = (change: Change): void => {
    if (change.change === 'receive') told = change.message
    if (change.change !== 'put' && change.change !== 'remove') return
    const version = versionName(change)
    versions.add(version)
    if (change.change === 'remove') deleted.add(`${change.type}/${change.id}`)
    // The same version again takes the place of the one before.
    if (change.change === 'put') last.set(version, change)
  }
  const result = yield* watched(plan(), function* (changes) {
    for (const change of changes) note(change)
    yield* doubles.before(changes)
  })
  if (!result.ok) return yield* heard(ctx, result)
  const isAudited = versions.size > 0 || told !== undefined
  if (!isAudited) return result

  if (deleted.size > 0) yield* endAll(ctx, ({ resource }) => deleted.has(resource), 'deleted-here')
  const { at } = yield* ask({ ask: 'now' })
  const accompanying: Change[] = []
  // No message tells what the house asks of its own people.
  if (told && last.size > 0 && ctx.settings.provenance !== 'off')
    accompanying.push(provenanceOf(ctx, told, [...last.values()], at))
  yield* watched(doubles.review(at), function* (changes) {
    for (const change of changes) note(change)
  })
  const puts = [...last.values()]
  if (puts.length > 0) accompanying.push(...(yield* deliveriesFor(ctx, yield* connections(), puts, at)))
  const { entities, ...rest } = versionsNamed(versions)
  yield* tell(ctx, { action, entities: told ? [`message/${told.id}`, ...entities] : entities, ...rest })
  accompanying.push(...newEdition([...versions], at))
  yield* write(...accompanying)
  return result
}

/** Runs a plan's steps, and shows what each is about to write. */
function* watched<T>(steps: Steps<T>, seen: (changes: readonly Change[]) => Steps<void>): Steps<T> {
  let next = steps.next()
  while (!next.done) {
    const step: Step = next.value
    if ('write' in step) yield* seen(step.write)
    next = steps.next(yield step)
  }
  return next.value
}
