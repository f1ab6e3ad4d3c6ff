/**
 * Every call from a door leaves a line in the audit before it is answered. What it wrote is told by the commit itself; this is for what it
 * looked at, and for what was refused or failed.
 */
import { type Problem, type ProblemCode, problems, type Result } from '../../domain/problem.ts'
import { Unanswerable } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { keepInGroup } from './in-groups.ts'
import { auditOf, versionName } from './line.ts'
import { type Looks, newLooks } from './looks.ts'

/** As FHIR calls them. https://hl7.org/fhir/R4/http.html; other flows go by their own names. */
const interactions: Readonly<Record<string, string>> = {
  readResource: 'read',
  readVersion: 'vread',
  historyPage: 'history',
  searchPage: 'search',
  pageAcross: 'search',
  createResource: 'create',
  updateResource: 'update',
  patchResource: 'patch',
  deleteResource: 'delete',
}

const actionOf = (flow: string): string => interactions[flow] ?? flow.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** At the gate: what they tell belongs to no tenant yet. */
const atTheGate: readonly string[] = [
  'issueToken',
  'revokeToken',
  'introspectToken',
  'refuseSignIn',
  'finishSignIn',
  'endSession',
]

/** Among these, what anybody may cause who is known to nobody. */
const isKnock = (name: string, code: ProblemCode | undefined): boolean =>
  name === 'refuseSignIn' || (atTheGate.includes(name) && code === 'unauthenticated')

/** What begins and ends somebody's time here is told whatever is not. */
const sessions: readonly string[] = ['issueToken', 'finishSignIn', 'endSession']

type Flow<T> = (ctx: Context) => T

/** Runs a flow; what it answers is handed on when its line is on the disk, and not at all where that cannot be. */
export function observed<T>(ctx: Context, name: string, flow: Flow<T>): T {
  if (ctx.principal.kind === 'system' || ctx.settings.audit === 'off') return flow(ctx)
  const own = { ...ctx, looks: newLooks() }
  const done = flow(own)
  return done instanceof Promise ? (recorded(own, name, done) as T) : done
}

async function recorded<T>(ctx: Context & { readonly looks: Looks }, name: string, running: Promise<T>): Promise<T> {
  let done: T
  try {
    done = await running
  } catch (error) {
    await keep(ctx, name, error instanceof Unanswerable ? error.problem.code : 'unexpected')
    throw error
  }
  const kept = await keep(ctx, name, codeOf(done))
  return kept.ok || !isResult(done) ? done : (kept as T)
}

const isResult = (value: unknown): value is Result<unknown> => typeof value === 'object' && value !== null && 'ok' in value
const codeOf = (done: unknown): ProblemCode | undefined => (isResult(done) && !done.ok ? done.problem.code : undefined)

async function keep(ctx: Context & { readonly looks: Looks }, name: string, code: ProblemCode | undefined) {
  const { isKept, shows, refused, seen, named, queries, client } = ctx.looks
  const quiet = ctx.settings.audit === 'changes' && !sessions.includes(name) && ctx.principal.purpose !== 'BTG'
  const [first = code] = refused
  if (first === undefined && (quiet || (isKept && !shows))) return { ok: true } as const
  const { forwarded, from = '' } = ctx.origin ?? {}
  const times = isKnock(name, first) ? ctx.knocks([name, first, client, forwarded ?? from].join(' ')) : refused.length
  if (isKnock(name, first) && times === 0) return { ok: true } as const
  const told = {
    action: actionOf(name),
    entities: [...named, ...new Set(seen.map(versionName))],
    outcome:
      first === undefined ? ('success' as const) : problems[first].status < 500 ? ('refused' as const) : ('failed' as const),
    ...(client !== undefined && { principal: client }),
    ...(queries.length > 0 && { query: together(queries) }),
    ...(first !== undefined && { code: first }),
    ...(times > 1 && { times }),
  }
  const [line] = auditOf(ctx, told, '')
  return line ? keepInGroup(atTheGate.includes(name) ? ctx.control : ctx.store, line) : ({ ok: true } as const)
}

/** So many types are named; a search through more is one through all. */
const mostTypes = 20

/** `Patient,Person?name`: types that were asked alike stand together. */
function together(queries: readonly string[]): string {
  const alike = Map.groupBy(new Set(queries), (query) => query.replace(/^[^?]*/, ''))
  return [...alike]
    .map(([parameters, some]) => {
      const types = some.map((query) => query.slice(0, query.length - parameters.length))
      return `${types.length > mostTypes ? '*' : types.join(',')}${parameters}`
    })
    .join(' ')
}

/** A caller who is not known, or not for this door: a flow for its line alone. */
export async function refuseSignIn(_: Context, why: Problem): Promise<Result<never>> {
  return { ok: false, problem: why }
}
