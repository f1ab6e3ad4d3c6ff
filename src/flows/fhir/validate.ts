/** `$validate`: would this be taken? https://hl7.org/fhir/R4/resource-operation-validate.html */
import { fail, type Issue, ok, type Problem, problem, type Result } from '../../domain/problem.ts'
import { type Exact, type JsonObject, readingJson, readLongJson } from '../../fhir/exact.ts'
import { informationOutcome, outcome } from '../../fhir/outcome.ts'
import { parameterNamed, valueIn } from '../../fhir/parameters.ts'
import { memberNamed, printTree, stringOf } from '../../fhir/tree.ts'
import { isResourceType } from '../../fhir/types.ts'
import { validate } from '../../fhir/validate/validate.ts'
import { lookThrough, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { heard } from '../heard.ts'
import { allowed } from './allowed.ts'
import { type Asked, parametersOf } from './asked.ts'
import type { Write } from './entry.ts'
import { consult, type Library, libraryOf } from './library.ts'
import { reading } from './read.ts'
import { definitionLimits } from './stored-definition.ts'
import { transact } from './transact.ts'

const modes = ['create', 'update', 'delete', 'profile'] as const

interface Wanted {
  readonly mode?: string | undefined
  readonly profile?: string | undefined
  readonly resource?: Exact
}

interface Target {
  readonly type: string
  readonly id?: string
}

/**
 * Answers with an OperationOutcome's text, whatever was found; fails for a request that cannot be understood. A mode is rehearsed: the
 * write is carried out with all that follows from it, and undone. Without a body it is the stored resource that is looked at.
 */
export async function validateResource(ctx: Context, target: Target, body: Uint8Array, asked: Asked): Promise<Result<string>> {
  const given = body.length === 0 ? ok(undefined) : await readLongJson(body, { bytes: body.length }, ctx.pause)
  if (!given.ok) return given
  const told = await lookThrough(ctx.store, validating(ctx, target, given.value, asked), ctx.pause)
  return told.ok ? ok(await told.value()) : told
}

/** As steps: inside a commit they see what it has written. A rehearsal is a commit of its own: it is for later. */
export function* validating(
  ctx: Context,
  target: Target,
  given: Exact | undefined,
  asked: Asked,
): Steps<Result<() => Promise<string>>> {
  const { type, id } = target
  if (!isResourceType(type)) return fail('not-found', 'FHIR R4 has no such resource type.')
  const may = allowed(ctx, 'create', type).ok ? ok(undefined) : allowed(ctx, 'read', type)
  if (!may.ok) return may
  const wanted = yield* wantedOf(type, given, asked)
  if (!wanted.ok) return wanted
  const { mode, profile } = wanted.value
  if (mode !== undefined && !modes.some((one) => one === mode))
    return fail('invalid', `mode has to be one of ${modes.join(', ')}.`)
  const library = yield* libraryOf(ctx)
  if (profile !== undefined && (yield* consult(library, (profiles) => profiles.typeOf(profile))) === undefined)
    return fail(
      'not-supported',
      'This profile is not known here: R4 itself is, what is announced in /fhir/metadata, and StructureDefinitions stored here ' +
        `(of up to ${definitionLimits.elements} elements and ${definitionLimits.size} characters).`,
    )
  if (mode === 'delete') {
    if (id === undefined) return fail('invalid', 'mode delete is for a resource that stands: name its id in the URL.')
    return rehearsed(ctx, { kind: 'delete', type, id })
  }
  const resource = wanted.value.resource ? ok(wanted.value.resource) : yield* standing(ctx, type, id)
  if (!resource.ok) return resource
  yield { rest: true }
  const findings = yield* findingsOf(resource.value.value, type, profile, library)
  if (!findings.ok) return ok(async () => told(findings.problem))
  const { value: information } = findings
  if (mode === 'create') return rehearsed(ctx, { kind: 'create', type, resource: resource.value }, information)
  if (mode !== 'update') return ok(async () => fine(information))
  if (id === undefined || resource.value.value.id !== id)
    return ok(async () => told(problem('invalid', 'An update has the id of the resource in its URL and in its body.')))
  return rehearsed(ctx, { kind: 'update', type, id, resource: resource.value }, information)
}

/** Against R4, the profile that is asked for, and those that the resource claims; fails with what is wrong, or tells what could not be asked. */
function* findingsOf(
  resource: JsonObject,
  type: string,
  profile: string | undefined,
  library: Library,
): Steps<Result<readonly Issue[]>> {
  const { structure, rules } = validate(resource, type)
  const base = [...structure, ...rules]
  if (base.length > 0) return fail(structure.length > 0 ? 'invalid' : 'rule-broken', 'Not valid.', { issues: base })
  const issues = yield* consult(library, (profiles) => profiles.judge(resource, profile === undefined ? [] : [profile]))
  return issues.some(({ severity }) => severity === undefined) ? fail('rule-broken', 'Not valid.', { issues }) : ok(issues)
}

const told = (found: Problem): string => JSON.stringify(outcome(found))
const fine = (information: readonly Issue[]): string =>
  JSON.stringify(informationOutcome([{ severity: 'information', message: 'This would be taken.' }, ...information]))

/** From the URL, a bare resource, or Parameters. */
function* wantedOf(type: string, given: Exact | undefined, asked: Asked): Steps<Result<Wanted>> {
  const parameters = parametersOf(asked, ['mode', 'profile'])
  if (!parameters.ok) return parameters
  const { mode, profile } = parameters.value.own
  if (given === undefined) return ok({ mode, profile })
  const { text, value } = given
  const inside =
    value.resourceType === 'Parameters' ? memberNamed(parameterNamed(text, 'resource'), 'resource')?.value : undefined
  if (value.resourceType !== 'Parameters' || (type === 'Parameters' && !inside)) return ok({ mode, profile, resource: given })
  const resource = inside && (yield* readingJson(printTree(inside), { bytes: text.length }))
  if (resource && !resource.ok) return resource
  return ok({
    mode: mode ?? stringOf(valueIn(parameterNamed(text, 'mode'))),
    profile: profile ?? stringOf(valueIn(parameterNamed(text, 'profile'))),
    ...(resource && { resource: resource.value }),
  })
}

function* standing(ctx: Context, type: string, id: string | undefined): Steps<Result<Exact>> {
  if (id === undefined) return fail('invalid', 'There is no resource to validate: send it as the body, or in Parameters.')
  const stored = yield* reading(ctx, type, id)
  return stored.ok ? yield* readingJson(stored.value.text!, { bytes: stored.value.text!.length }) : stored
}

/** What ends a rehearsal that went well, so that nothing of it is kept. */
const undone = fail('unexpected', 'A rehearsal keeps nothing.')

function rehearsed(ctx: Context, write: Write, information: readonly Issue[] = []): Result<() => Promise<string>> {
  const may = allowed(ctx, write.kind, write.type)
  if (!may.ok) return may
  return ok(async () => {
    const done = await ctx.store.commit(function* () {
      const written = yield* transact(ctx, [write])
      return written.ok ? undone : yield* heard(ctx, written)
    })
    return done.ok || done.problem === undone.problem ? fine(information) : told(done.problem)
  })
}
