/** `$validate`: would this be taken? https://hl7.org/fhir/R4/resource-operation-validate.html */
import { fail, type Issue, ok, type Problem, problem, type Result } from '../../domain/problem.ts'
import { type Exact, type JsonObject, readJson } from '../../fhir/exact.ts'
import { informationOutcome, outcome } from '../../fhir/outcome.ts'
import { parameterNamed, valueIn } from '../../fhir/parameters.ts'
import { ownProfiles } from '../../fhir/profiles/own.ts'
import { memberNamed, printTree, stringOf } from '../../fhir/tree.ts'
import { isResourceType } from '../../fhir/types.ts'
import { validate } from '../../fhir/validate/validate.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'
import { type Asked, parametersOf } from './asked.ts'
import type { Write } from './entry.ts'
import { readResource } from './read.ts'
import { transact } from './transact.ts'

const modes = ['create', 'update', 'delete', 'profile'] as const

interface Wanted {
  readonly mode?: string | undefined
  readonly profile?: string | undefined
  readonly resource?: Exact
}

/**
 * Answers with an OperationOutcome's text, whatever was found; fails for a request that cannot be understood. A mode is rehearsed: the
 * write is carried out with all that follows from it, and undone. Without a body it is the stored resource that is looked at.
 */
export async function validateResource(
  ctx: Context,
  target: { readonly type: string; readonly id?: string },
  body: Uint8Array,
  asked: Asked,
): Promise<Result<string>> {
  const { type, id } = target
  if (!isResourceType(type)) return fail('not-found', 'FHIR R4 has no such resource type.')
  const may = allowed(ctx, 'create', type).ok ? ok(undefined) : allowed(ctx, 'read', type)
  if (!may.ok) return may
  const wanted = wantedOf(type, body, asked)
  if (!wanted.ok) return wanted
  const { mode, profile } = wanted.value
  if (mode !== undefined && !modes.some((one) => one === mode))
    return fail('invalid', `mode has to be one of ${modes.join(', ')}.`)
  if (profile !== undefined && ownProfiles().typeOf(profile) === undefined)
    return fail('not-supported', 'This profile is not known here: R4 itself is, and what is announced in /fhir/metadata.')
  if (mode === 'delete') {
    if (id === undefined) return fail('invalid', 'mode delete is for a resource that stands: name its id in the URL.')
    return rehearsed(ctx, { kind: 'delete', type, id })
  }
  const resource = wanted.value.resource ? ok(wanted.value.resource) : await standing(ctx, type, id)
  if (!resource.ok) return resource
  const findings = findingsOf(resource.value.value, type, profile)
  if (!findings.ok) return ok(told(findings.problem))
  const { value: information } = findings
  if (mode === 'create') return rehearsed(ctx, { kind: 'create', type, resource: resource.value }, information)
  if (mode !== 'update') return ok(fine(information))
  if (id === undefined || resource.value.value.id !== id)
    return ok(told(problem('invalid', 'An update has the id of the resource in its URL and in its body.')))
  return rehearsed(ctx, { kind: 'update', type, id, resource: resource.value }, information)
}

/** Against R4, the profile that is asked for, and those that the resource claims; fails with what is wrong, or tells what could not be asked. */
function findingsOf(resource: JsonObject, type: string, profile: string | undefined): Result<readonly Issue[]> {
  const { structure, rules } = validate(resource, type)
  const base = [...structure, ...rules]
  if (base.length > 0) return fail(structure.length > 0 ? 'invalid' : 'rule-broken', 'Not valid.', { issues: base })
  const issues = ownProfiles().judge(resource, profile === undefined ? [] : [profile])
  return issues.some(({ severity }) => severity === undefined) ? fail('rule-broken', 'Not valid.', { issues }) : ok(issues)
}

const told = (found: Problem): string => JSON.stringify(outcome(found))
const fine = (information: readonly Issue[]): string =>
  JSON.stringify(informationOutcome([{ severity: 'information', message: 'This would be taken.' }, ...information]))

/** From the URL, a bare resource, or Parameters. */
function wantedOf(type: string, body: Uint8Array, asked: Asked): Result<Wanted> {
  const parameters = parametersOf(asked, ['mode', 'profile'])
  if (!parameters.ok) return parameters
  const { mode, profile } = parameters.value.own
  if (body.length === 0) return ok({ mode, profile })
  const read = readJson(body, { bytes: body.length })
  if (!read.ok) return read
  const { text, value } = read.value
  const inside =
    value.resourceType === 'Parameters' ? memberNamed(parameterNamed(text, 'resource'), 'resource')?.value : undefined
  if (value.resourceType !== 'Parameters' || (type === 'Parameters' && !inside))
    return ok({ mode, profile, resource: read.value })
  const resource = inside && readJson(printTree(inside), { bytes: body.length })
  if (resource && !resource.ok) return resource
  return ok({
    mode: mode ?? stringOf(valueIn(parameterNamed(text, 'mode'))),
    profile: profile ?? stringOf(valueIn(parameterNamed(text, 'profile'))),
    ...(resource && { resource: resource.value }),
  })
}

async function standing(ctx: Context, type: string, id: string | undefined): Promise<Result<Exact>> {
  if (id === undefined) return fail('invalid', 'There is no resource to validate: send it as the body, or in Parameters.')
  const stored = await readResource(ctx, type, id)
  return stored.ok ? readJson(stored.value.text!, { bytes: stored.value.text!.length }) : stored
}

/** What ends a rehearsal that went well, so that nothing of it is kept. */
const undone = fail('unexpected', 'A rehearsal keeps nothing.')

async function rehearsed(ctx: Context, write: Write, information: readonly Issue[] = []): Promise<Result<string>> {
  const may = allowed(ctx, write.kind, write.type)
  if (!may.ok) return may
  const done = await ctx.store.commit(function* () {
    const written = yield* transact(ctx, [write])
    return written.ok ? undone : written
  })
  if (done.ok || done.problem === undone.problem) return ok(fine(information))
  return ok(told(done.problem))
}
