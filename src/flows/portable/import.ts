/**
 * Takes resources in as they stand, each under its own id: what was exported, or comes from another server. No rule of a collection judges
 * them, nothing follows from them, and no partner is owed them; whoever wants that posts them to `/fhir`. The same again changes nothing.
 */
import { fail, ok, type Problem, problem, type Result } from '../../domain/problem.ts'
import { referencesWithin } from '../../fhir/bundle.ts'
import type { Exact } from '../../fhir/exact.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { References } from '../../fhir/stamp.ts'
import { isId, isResourceType } from '../../fhir/types.ts'
import type { TypeAt } from '../../fhir/validate/rule.ts'
import type { Put } from '../../store/change.ts'
import { ask, askAll, lookThrough, rest, type Steps, write } from '../../store/store.ts'
import { tell, versionName, versionsNamed } from '../audit/line.ts'
import type { Context } from '../context.ts'
import { checked } from '../fhir/check.ts'
import { newEdition } from '../fhir/library.ts'
import { withdrawals } from '../labels/withdraw-label.ts'
import { nextVersion } from '../next-version.ts'

export interface Incoming {
  readonly resource: Exact
  /** Of an entry in a Bundle: others there may refer to it by that. */
  readonly fullUrl?: string
}

/** What became of each: taken (anew, or as another version), there already, or refused. */
type Taken = 'created' | 'updated' | 'same' | Problem

interface Fit {
  readonly place: number
  readonly type: string
  readonly id: string
  readonly resource: Exact
  readonly fullUrl?: string
}

/** One commit. Fails only where the store cannot write. */
export async function importResources(ctx: Context, incoming: readonly Incoming[]): Promise<Result<readonly Taken[]>> {
  const taken: Taken[] = []
  const fit: Fit[] = []
  const links = new Map<string, string>()
  const types = new Map(incoming.map(({ resource, fullUrl }) => [fullUrl, resource.value.resourceType]))
  const typeAt = (fullUrl: string) => types.get(fullUrl)
  for (const [place, one] of incoming.entries()) {
    const found = await lookThrough(ctx.store, judged(ctx, place, one, typeAt), ctx.pause)
    if (!found.ok) taken[place] = found.problem
    else {
      fit.push(found.value)
      if (one.fullUrl !== undefined) links.set(one.fullUrl, `${found.value.type}/${found.value.id}`)
    }
  }
  const done = await ctx.store.commit(function* () {
    const { at } = yield* ask({ ask: 'now' })
    const standing = yield* askAll(fit.map(({ type, id }) => ({ ask: 'resource' as const, type, id })))
    const withdrawn = yield* withdrawals.ofEach(fit.map(({ type, id }) => `${type}/${id}`))
    const puts = new Map<string, Put>()
    for (const [i, { place, type, id, resource, fullUrl }] of fit.entries()) {
      yield* rest(i)
      const references: References = referencesWithin(links, {
        base: `${ctx.settings.baseUrl}/fhir`,
        ...(fullUrl !== undefined && { fullUrl }),
      })
      const current = standing[i]
      const isSame =
        current?.text !== undefined && nextVersion(type, id, resource, current, current.at, references).text === current.text
      taken[place] = isSame ? 'same' : current?.text === undefined ? 'created' : 'updated'
      const away = withdrawn[i]?.map(({ label }) => label)
      if (!isSame) puts.set(`${type}/${id}`, nextVersion(type, id, resource, current, at, references, away))
    }
    const versions = new Set([...puts.values()].map(versionName))
    yield* write(...puts.values(), ...newEdition([...versions], at))
    if (versions.size > 0) yield* tell(ctx, { action: 'import', ...versionsNamed(versions) })
    return ok(undefined)
  })
  return done.ok ? ok(taken) : done
}

function* judged(ctx: Context, place: number, { resource, fullUrl }: Incoming, typeAt: TypeAt): Steps<Result<Fit>> {
  const { resourceType: type, id: own } = resource.value
  if (!isResourceType(type)) return fail('invalid', 'This is no resource of FHIR R4.')
  const id = own ?? fullUrl?.replace(/^urn:uuid:/, '')
  if (typeof id !== 'string' || !isId(id)) return fail('invalid', `This ${type} has no id that it could be kept under.`)
  if (resource.links.some(({ kind, value }) => kind === 'reference' && parseReference(value).kind === 'conditional'))
    return {
      ok: false,
      problem: problem('unresolved-reference', 'A conditional reference is resolved by a transaction on /fhir alone.'),
    }
  const findings = yield* checked(ctx, resource, type, { typeAt })
  if (!findings.ok) return findings
  return ok({ place, type, id, resource: findings.value.resource, ...(fullUrl !== undefined && { fullUrl }) })
}
