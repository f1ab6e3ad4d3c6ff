/** Why a write on `/fhir` is refused: the rules of the domain, told in FHIRPath. */
import { fail, type Issue, type Problem } from '../../domain/problem.ts'
import { offeredEvents, type Party } from '../../domain/state-machine.ts'
import type { AnyCollection } from '../collections/collection.ts'

type Refusal = { readonly ok: false; readonly problem: Problem }

/** Where a field stands, in the resource that was written if it stands there, too. */
function placeOf({ mapping }: AnyCollection, field: string, type?: string): string {
  const places = mapping.rows.find((row) => row.field === field)?.places ?? []
  return places.find((place) => place.startsWith(`${type}.`)) ?? places[0] ?? field
}

/**
 * A problem of the domain (`actual.start`) as one of the resource (`Encounter.period …`); what is FHIRPath already stays. An event that
 * does not say enough is a resource that does not.
 */
export function inResource(collection: AnyCollection, problem: Problem, type?: string): Refusal {
  const issues = problem.issues.map((issue): Issue => {
    const [field = ''] = issue.path?.split(/[.[]/, 1) ?? []
    if (!Object.hasOwn(collection.mapping.fields, field)) return issue
    return { ...issue, path: placeOf(collection, field, type), message: `${field} ${issue.message}` }
  })
  return { ok: false, problem: { ...problem, code: problem.code === 'invalid' ? 'rule-broken' : problem.code, issues } }
}

/** The machine has no such move, or not for this caller: names those that it has, and where they lead. */
export function noSuchMove(collection: AnyCollection, from: string, to: string | undefined, parties: readonly Party[]): Refusal {
  const { states, field } = collection.machine!
  const allowed = offeredEvents(states, from, parties)
  const named = allowed.map((event) => `${event} (to ${states.events[event]!.to})`).join(', ')
  const onwards = named === '' ? 'nothing leads on from there' : `allowed here: ${named}`
  return fail('rule-broken', `This member of ${collection.name} cannot move so.`, {
    issues: [{ path: field, message: `${from} does not lead to ${to ?? 'no state at all'}; ${onwards}` }],
    allowed,
  })
}
