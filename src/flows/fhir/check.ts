/** A resource at the door: is it R4, does it keep R4's rules, and those of the profiles that it claims? https://hl7.org/fhir/R4/validation.html */
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import type { Exact } from '../../fhir/exact.ts'
import { claimsOf } from '../../fhir/profiles/profiles.ts'
import type { Node, TypeAt } from '../../fhir/validate/rule.ts'
import { faultsOf, judging } from '../../fhir/validate/validate.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { consult, type Library, libraryOf } from './library.ts'
import { marked } from './mark.ts'

interface Checked {
  /** As it is to be kept: tagged where it breaks a rule, and only there. */
  readonly resource: Exact
  /** Findings that do not refuse it. */
  readonly issues: readonly Issue[]
}

/**
 * 400 for what is not R4 JSON of its type; 422 for what breaks an invariant, a required binding or a profile that it claims (ours, or one
 * stored here), or (validation `mark`) the findings as warnings beside the resource, tagged. For a profile that is not known here nobody
 * is refused, but told.
 */
export function* checked(ctx: Context, resource: Exact, type: string, beside?: Beside): Steps<Result<Checked>> {
  const { structure, rules, profiles } = yield* judged(ctx, resource.value, type, beside)
  if (structure.length > 0) return fail('invalid', `This is not a FHIR R4 ${type}.`, { issues: structure })
  const faults = [...rules, ...profiles.filter(isFault)]
  if (faults.length === 0) return ok({ resource: marked(resource, false), issues: profiles })
  if (validationOf(ctx) === 'mark')
    return ok({
      resource: marked(resource, true),
      issues: [...rules, ...profiles].map((issue) => (isFault(issue) ? { ...issue, severity: 'warning' as const } : issue)),
    })
  const detail =
    rules.length > 0 ? `This ${type} breaks rules of FHIR R4.` : `This ${type} does not keep a profile that it claims.`
  return fail('rule-broken', detail, { issues: faults })
}

interface Beside {
  /** Where one was asked for already. */
  readonly library?: Library
  /** Of what is written together with it. */
  readonly typeAt?: TypeAt
}

interface Judgement {
  /** It is no R4 resource of the type. */
  readonly structure: readonly Issue[]
  /** It breaks rules of R4. */
  readonly rules: readonly Issue[]
  /** Of the profiles that it claims, asked of what keeps R4: those with a severity inform. */
  readonly profiles: readonly Issue[]
}

const none: readonly Issue[] = []
/** A finding that says that something is broken, and not what could not be asked. */
export const isFault = ({ severity }: Issue): boolean => severity === undefined

/** What a resource breaks, whatever is made of that. */
export function* judged(ctx: Context, value: object, type: string, { library, typeAt }: Beside = {}): Steps<Judgement> {
  if (!(yield* judging(value, type, typeAt))) {
    yield { rest: true }
    return { ...faultsOf(value, type, typeAt), profiles: none }
  }
  const claims = 'meta' in value ? claimsOf(value as Node) : []
  if (claims.length === 0) return { structure: none, rules: none, profiles: none }
  const profiles = yield* consult(library ?? (yield* libraryOf(ctx)), (all) =>
    all.isClaimed(value) ? all.judge(value, [], typeAt) : all.left(claims, type),
  )
  return { structure: none, rules: none, profiles }
}

/** As its registration says, otherwise as for everybody. */
export const validationOf = ({ principal, settings }: Context): 'refuse' | 'mark' => principal.validation ?? settings.validation
