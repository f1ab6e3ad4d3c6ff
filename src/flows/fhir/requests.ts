/** Writes as they come in at the door: bytes and conditions. https://hl7.org/fhir/R4/http.html */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Exact, readLongJson } from '../../fhir/exact.ts'
import { readLongBundle } from '../../fhir/long-bundle.ts'
import { readFhirPathPatch } from '../../fhir/patch/fhirpath-patch.ts'
import { readJsonPatch } from '../../fhir/patch/json-patch.ts'
import type { Patch } from '../../fhir/patch/patch.ts'
import { isKept, isResourceType } from '../../fhir/types.ts'
import { type Conditions, type Preconditions, readConditions } from '../../fhir/version.ts'
import { naming } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { type BundleWish, processBundle } from './bundle.ts'
import type { Written } from './entry.ts'
import { writeResource } from './write.ts'
import { notKept, unlessThere } from './write-entry.ts'

/** Where a write goes: an id, or criteria (the text after the first `?` of its URL). */
interface Target extends Preconditions {
  readonly id?: string
  readonly criteria?: string
}

interface PatchTarget extends Target {
  /** Of the body, without parameters. */
  readonly mediaType: string
}

const idPattern = /^[A-Za-z0-9\-.]{1,64}$/

type Writing = Promise<Result<Written>>

export const createResource = (ctx: Context, type: string, body: Uint8Array, ifNoneExist?: string): Writing =>
  naming(ctx, type, undefined, created(ctx, type, body, ifNoneExist))

export const updateResource = (ctx: Context, type: string, body: Uint8Array, target: Target): Writing =>
  naming(ctx, type, target.id, updated(ctx, type, body, target))

export const deleteResource = (ctx: Context, type: string, target: Target): Writing =>
  naming(ctx, type, target.id, deleted(ctx, type, target))

export const patchResource = (ctx: Context, type: string, body: Uint8Array, target: PatchTarget): Writing =>
  naming(ctx, type, target.id, patched(ctx, type, body, target))

async function created(ctx: Context, type: string, body: Uint8Array, ifNoneExist?: string): Promise<Result<Written>> {
  const resource = await resourceIn(ctx, type, body)
  if (!resource.ok) return resource
  const unless = unlessThere(type, ifNoneExist)
  return unless.ok ? writeResource(ctx, { kind: 'create', type, resource: resource.value, ...unless.value }) : unless
}

async function updated(ctx: Context, type: string, body: Uint8Array, target: Target): Promise<Result<Written>> {
  const resource = await resourceIn(ctx, type, body)
  if (!resource.ok) return resource
  const conditions = conditionsOf(target)
  if (!conditions.ok) return conditions
  const { id } = target
  if (id !== undefined) {
    if (!idPattern.test(id)) return fail('invalid', 'An id is 1 to 64 letters, digits, hyphens and dots.')
    if (resource.value.value.id !== id)
      return fail('invalid', 'The id in the resource must be the id in the URL.', {
        issues: [{ path: `${type}.id`, message: 'is not the id in the URL' }],
      })
  }
  return writeResource(ctx, { kind: 'update', type, resource: resource.value, ...conditions.value })
}

async function deleted(ctx: Context, type: string, target: Target): Promise<Result<Written>> {
  if (!isResourceType(type)) return noSuchType
  const conditions = conditionsOf(target)
  if (!conditions.ok) return conditions
  return writeResource(ctx, { kind: 'delete', type, ...conditions.value })
}

async function patched(ctx: Context, type: string, body: Uint8Array, target: PatchTarget): Promise<Result<Written>> {
  if (!isResourceType(type)) return noSuchType
  const conditions = conditionsOf(target)
  if (!conditions.ok) return conditions
  const patch = await patchIn(ctx, body, target.mediaType)
  if (!patch.ok) return patch
  return writeResource(ctx, { kind: 'patch', type, patch: patch.value, ...conditions.value })
}

/** JSON Patch, or (any form that FHIR's JSON goes by) a FHIRPath Patch. */
async function patchIn(ctx: Context, body: Uint8Array, mediaType: string): Promise<Result<Patch>> {
  if (mediaType === 'application/json-patch+json') return readJsonPatch(body)
  const parameters = await readLongJson(body, { bytes: body.length }, ctx.pause)
  return parameters.ok ? readFhirPathPatch(parameters.value) : parameters
}

/** A transaction or a batch; answers with the response Bundle's text. */
export async function postBundle(ctx: Context, body: Uint8Array, wish: BundleWish): Promise<Result<string>> {
  const bundle = await readLongBundle(body, { bytes: body.length, part: wish.resource, entries: wish.entries }, ctx.pause)
  return bundle.ok ? processBundle(ctx, bundle.value, wish) : bundle
}

async function resourceIn(ctx: Context, type: string, body: Uint8Array): Promise<Result<Exact>> {
  if (!isResourceType(type)) return noSuchType
  return isKept(type) ? readLongJson(body, { bytes: body.length }, ctx.pause) : notKept
}

const noSuchType = fail('not-found', 'FHIR R4 has no such resource type.')

function conditionsOf(target: Target): Result<Conditions & Pick<Target, 'id' | 'criteria'>> {
  const { id, criteria } = target
  const conditions = readConditions(target)
  if (!conditions.ok) return conditions
  if (id === undefined && (criteria === undefined || criteria === ''))
    return fail('invalid', 'This needs an id, or search criteria.')
  return ok({ ...(id !== undefined ? { id } : { criteria: criteria! }), ...conditions.value })
}
