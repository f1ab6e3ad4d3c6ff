/** What a command says has to make sound resources: R4's rules across fields (a period ends after it begins) are not in any schema. */
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { type Findings, isValid, validate } from '../../fhir/validate/validate.ts'
import type { Put } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import type { Gathered } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { isFault, judged, validationOf } from '../fhir/check.ts'
import { isMarked, markedPut } from '../fhir/mark.ts'
import { storedValue } from '../next-version.ts'

/**
 * Refuses what would break R4 where a write on `/fhir` would be refused for it, told of the fields behind it. What was broken before (it
 * came so) may be changed all the same. Answers with the versions as they are to be kept: what breaks R4 or a profile that it claims is
 * tagged so.
 */
export function* soundOf(
  ctx: Context,
  collection: AnyCollection,
  puts: readonly Put[],
  before: Gathered | undefined,
): Steps<Result<readonly Put[]>> {
  const broken = puts.filter(({ type, resource }) => !isValid(resource, type))
  const found = broken.map((put) => newFaults(put, before))
  const told = (issues: readonly Issue[]) =>
    issues.map(({ path = '', message }) => ({ path: fieldAt(collection, path), message }))
  const structure = found.flatMap((one) => one.structure)
  if (structure.length > 0)
    return fail('invalid', `This is not a valid member of ${collection.name}.`, { issues: told(structure) })
  const rules = validationOf(ctx) === 'mark' ? [] : found.flatMap((one) => one.rules)
  if (rules.length === 0) return ok(yield* tagged(ctx, puts, broken))
  const types = [...new Set(broken.map(({ type }) => type))].join(', ')
  return fail('rule-broken', `The ${types} that this makes would break FHIR R4.`, { issues: told(rules) })
}

function* tagged(ctx: Context, puts: readonly Put[], broken: readonly Put[]): Steps<readonly Put[]> {
  const all: Put[] = []
  for (const put of puts) {
    let isBroken = broken.includes(put)
    // What bears the tag may break a profile.
    if (!isBroken && isMarked(put.resource)) isBroken = (yield* judged(ctx, put.resource, put.type)).profiles.some(isFault)
    all.push(markedPut(put, isBroken))
  }
  return all
}

function newFaults({ type, id, resource }: Put, before: Gathered | undefined): Findings {
  const now = validate(resource, type)
  const stood = before?.stored.find((one) => one.type === type && one.id === id)
  if (!stood) return now
  const was = validate(storedValue(stood), type)
  const isNew = ({ path }: Issue): boolean => ![...was.structure, ...was.rules].some((one) => one.path === path)
  return { structure: now.structure.filter(isNew), rules: now.rules.filter(isNew) }
}

/** The field that is told at a place (`Patient.name[0].family`, or `Patient.deceased` of whatever type); the place itself where none is. */
function fieldAt({ mapping }: AnyCollection, path: string): string {
  const place = path.replace(/\[\d+\]/g, '')
  const isAt = (one: string): boolean => `${place}.`.startsWith(`${one}.`) || (place.includes('.') && one.startsWith(place))
  return mapping.rows.find(({ places }) => places.some(isAt))?.field ?? path
}
