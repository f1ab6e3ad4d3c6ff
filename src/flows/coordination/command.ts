/** Bodies at the door: checked by the collection's command schema, every fault at once with its place. */
import { fail, ok, type Problem, type Result } from '../../domain/problem.ts'
import type { AnyCollection } from '../collections/collection.ts'

/** What the envelope carries is ignored in a body, so that what was read can be sent back. */
const envelope = ['id', 'version', 'updatedAt']

export function commandOf(collection: AnyCollection, body: unknown): Result<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return fail('invalid', 'The body must be a JSON object.')
  const named = Object.fromEntries(Object.entries(body).filter(([name]) => !envelope.includes(name)))
  const parsed = collection.command.safeParse(named)
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }))
    return fail('invalid', `This is not a valid member of ${collection.name}.`, { issues })
  }
  const unknown = Object.keys(named).filter((name) => !(name in (collection.mapping.fields as object)))
  if (unknown.length > 0) {
    return fail('invalid', `This is not a valid member of ${collection.name}.`, {
      issues: unknown.map((path) => ({ path, message: 'is not a field here' })),
    })
  }
  return ok(parsed.data as Record<string, unknown>)
}

/** Left out: absent, or a list that the schema made of it. */
const isLeftOut = (said: unknown): boolean => said === undefined || (Array.isArray(said) && said.length === 0)

/** Computed fields may be repeated as they stand or left out, not changed. */
export function refuseComputed(
  collection: AnyCollection,
  next: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): { readonly ok: false; readonly problem: Problem } | undefined {
  const changed = (collection.computed ?? []).filter(
    (name) => !isLeftOut(next[name]) && JSON.stringify(next[name]) !== JSON.stringify(now[name]),
  )
  if (changed.length === 0) return undefined
  return fail('rule-broken', 'Some fields are computed here.', {
    issues: changed.map((path) => ({ path, message: 'is computed and cannot be set' })),
  })
}

/** What a body leaves out of the computed fields stands as it is. */
export function withComputed(
  collection: AnyCollection,
  next: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const kept = (collection.computed ?? []).filter((name) => isLeftOut(next[name]) && now[name] !== undefined)
  return { ...next, ...Object.fromEntries(kept.map((name) => [name, now[name]])) }
}
