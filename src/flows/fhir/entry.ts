/** One interaction of a transaction, a batch, or a request of its own: what was asked, and what came of it. */
import type { Issue, Problem } from '../../domain/problem.ts'
import type { Exact } from '../../fhir/exact.ts'
import type { Patch } from '../../fhir/patch/patch.ts'
import type { Conditions } from '../../fhir/version.ts'

/** A write. Criteria are search text without the leading `?`. https://hl7.org/fhir/R4/http.html */
export type Write =
  | {
      readonly kind: 'create'
      readonly type: string
      readonly resource: Exact
      readonly ifNoneExist?: string
      readonly fullUrl?: string
    }
  | ({
      readonly kind: 'update'
      readonly type: string
      readonly resource: Exact
      readonly fullUrl?: string
      /** Of a patch: its caller may not read what it was put onto. That it changed nothing would tell what stands there: a version is made. */
      readonly isBlind?: true
      /** By id … */
      readonly id?: string
      /** … or by criteria (conditional update). */
      readonly criteria?: string
    } & Conditions)
  | ({
      readonly kind: 'patch'
      readonly type: string
      readonly patch: Patch
      readonly fullUrl?: string
      readonly id?: string
      readonly criteria?: string
    } & Conditions)
  | ({
      readonly kind: 'delete'
      readonly type: string
      readonly id?: string
      readonly criteria?: string
    } & Conditions)

/** A write once its patch, if it is one, was applied. */
export type Settled = Exclude<Write, { kind: 'patch' }>

/** What a write came to. `text` is the version that now stands, as stored. */
export interface Written {
  /** `matched`: a conditional create found what it asked for; `same`: an update brought nothing new, no version was made. */
  readonly effect: 'created' | 'updated' | 'matched' | 'same' | 'deleted' | 'absent'
  readonly type: string
  readonly id?: string
  readonly version?: number
  readonly at?: string
  readonly text?: string
  /** It tells more than its caller has brought, and that one may not read it. */
  readonly isUnread?: true
  /** Findings that did not refuse it. */
  readonly issues?: readonly Issue[]
}

/** A problem with an entry of a Bundle names the entry, and the place in its resource, by one FHIRPath. */
export function ofEntry(index: number, { problem }: Failure): Failure {
  const at = `Bundle.entry[${index}]`
  const issues = problem.issues.map(({ path = '', ...issue }) => {
    const inside = /^[A-Z][A-Za-z]*(?=$|[.[])/.test(path) ? path.replace(/^\w+/, '.resource') : undefined
    // What is no place in it (a parameter of a condition, a word of the care team) is said in words.
    const message = inside === undefined && path !== '' ? `${path}: ${issue.message}` : issue.message
    return { ...issue, path: at + (inside ?? ''), message }
  })
  return { ok: false, problem: { ...problem, issues: issues.length > 0 ? issues : [{ path: at, message: problem.detail }] } }
}

/** What went wrong with the write of a place in the list. */
export type At = (place: number, failed: Failure) => Failure

interface Failure {
  readonly ok: false
  readonly problem: Problem
}

/** HTTP status of an effect. */
export const statusOfEffect = (effect: Written['effect']): 200 | 201 | 204 =>
  effect === 'created' ? 201 : effect === 'deleted' || effect === 'absent' ? 204 : 200
