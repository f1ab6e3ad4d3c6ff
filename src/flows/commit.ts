/**
 * One way into the store for every flow: what a plan writes is accompanied, in the same commit, by the deliveries it causes, its audit
 * entry, the Provenance of what a message told, and the answer to a repeat of the same request. Nothing is acknowledged that is not kept,
 * nothing kept that is not owed on.
 */
import type { Result } from '../domain/problem.ts'
import type { Change, Message, Put } from '../store/change.ts'
import { ask, type Step, type Steps, write } from '../store/store.ts'
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

type PlanAt<T> = (at: string) => Steps<Result<T>>

/**
 * `action` names the story for the audit: `create`, `record-discharge` … The plan is given the commit's instant. Its result must be JSON: a
 * repeat is given it again. `shows`: of what it tells (`Type/id`) beside what is written.
 */
export function commit<T>(
  ctx: Context,
  action: string,
  plan: PlanAt<T>,
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
function* accompanied<T>(ctx: Context, action: string, plan: PlanAt<T>, last: Map<string, Put>): Steps<Result<T>> {
  const { at } = yield* ask({ ask: 'now' })
  const doubles = new Doubles()
  const written = new Wrote(last)
  const result = yield* watched(plan(at), written, doubles)
  if (!result.ok) return yield* heard(ctx, result)
  const { versions, deleted, told } = written
  const isAudited = versions.size > 0 || told !== undefined
  if (!isAudited) return result

  if (deleted.size > 0) yield* endAll(ctx, ({ resource }) => deleted.has(resource), 'deleted-here')
  const accompanying: Change[] = []
  // No message tells what the house asks of its own people.
  if (told && last.size > 0 && ctx.settings.provenance !== 'off')
    accompanying.push(provenanceOf(ctx, told, [...last.values()], at))
  yield* watched(doubles.review(at), written)
  const puts = [...last.values()]
  if (puts.length > 0) accompanying.push(...(yield* deliveriesFor(ctx, yield* connections(), puts, at)))
  const { entities, ...rest } = versionsNamed(versions)
  yield* tell(ctx, { action, entities: told ? [`message/${told.id}`, ...entities] : entities, ...rest })
  accompanying.push(...newEdition([...versions], at))
  yield* write(...accompanying)
  return result
}

/** What a plan has written. */
class Wrote {
  readonly versions = new Set<string>()
  readonly deleted = new Set<string>()
  readonly #last: Map<string, Put>
  told: Message | undefined

  constructor(last: Map<string, Put>) {
    this.#last = last
  }

  note(change: Change): void {
    if (change.change === 'receive') this.told = change.message
    if (change.change !== 'put' && change.change !== 'remove') return
    const version = versionName(change)
    this.versions.add(version)
    if (change.change === 'remove') this.deleted.add(`${change.type}/${change.id}`)
    // The same version again takes the place of the one before.
    if (change.change === 'put') this.#last.set(version, change)
  }
}

/** Runs a plan's steps, and notes what each is about to write. */
function* watched<T>(steps: Steps<T>, written: Wrote, doubles?: Doubles): Steps<T> {
  let next = steps.next()
  while (!next.done) {
    const step: Step = next.value
    if ('write' in step) {
      for (const change of step.write) written.note(change)
      if (doubles) yield* doubles.before(step.write)
    }
    next = steps.next(yield step)
  }
  return next.value
}
