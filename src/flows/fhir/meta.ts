/** `$meta`, `$meta-add`, `$meta-delete`: labels of a resource. https://hl7.org/fhir/R4/resource-operations.html */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Exact, readLongJson } from '../../fhir/exact.ts'
import { parameterNamed, valueIn } from '../../fhir/parameters.ts'
import { addMeta, deleteMeta } from '../../fhir/patch/meta.ts'
import type { Patch } from '../../fhir/patch/patch.ts'
import { memberNamed, parseTree, printTree } from '../../fhir/tree.ts'
import { isResourceType } from '../../fhir/types.ts'
import { type Preconditions, readConditions } from '../../fhir/version.ts'
import { naming } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { readResource } from './read.ts'
import { writeResource } from './write.ts'

/** The meta of a resource, in Parameters. */
export async function readMeta(ctx: Context, type: string, id: string): Promise<Result<string>> {
  const stored = await readResource(ctx, type, id)
  return stored.ok ? ok(metaIn(stored.value.text!)) : stored
}

/** Labels added or taken away, as a new version if that changes anything: a write like any other. Answers with the meta that is then there. */
export const changeMeta = (
  ctx: Context,
  type: string,
  target: Labelled,
  how: 'add' | 'delete',
  body: Uint8Array,
): Promise<Result<string>> => naming(ctx, type, target.id, changed(ctx, type, target, how, body))

interface Labelled extends Preconditions {
  readonly id: string
}

async function changed(
  ctx: Context,
  type: string,
  { id, ...asked }: Labelled,
  how: 'add' | 'delete',
  body: Uint8Array,
): Promise<Result<string>> {
  if (!isResourceType(type)) return fail('not-found', 'FHIR R4 has no such resource type.')
  const parameters = await readLongJson(body, { bytes: body.length }, ctx.pause)
  if (!parameters.ok) return parameters
  const patch = metaPatch(parameters.value, how)
  if (!patch.ok) return patch
  const conditions = readConditions(asked)
  if (!conditions.ok) return conditions
  const written = await writeResource(ctx, {
    kind: 'patch',
    type,
    id,
    patch: patch.value,
    ...conditions.value,
  })
  return written.ok ? ok(metaIn(written.value.text!)) : written
}

/** The change that Parameters ask for. */
export function metaPatch(parameters: Exact, how: 'add' | 'delete'): Result<Patch> {
  const meta = valueIn(parameterNamed(parameters.text, 'meta'))
  if (meta?.kind !== 'object') return fail('invalid', 'This takes Parameters with a parameter meta, its value a Meta.')
  return ok(how === 'add' ? addMeta(meta) : deleteMeta(meta))
}

/** The meta of a resource's text, as Parameters. */
export function metaIn(text: string): string {
  const meta = printTree(memberNamed(parseTree(text), 'meta')!.value)
  return `{"resourceType":"Parameters","parameter":[{"name":"return","valueMeta":${meta}}]}`
}
