/**
 * What stands behind the `?` of a request, against the table of operations: what is unknown there, given twice or malformed is refused by
 * its name. A filter that nobody heard would show too much.
 */
import type { z } from 'zod'
import { issuesIn } from '../domain/parsed.ts'
import { type Issue, problem } from '../domain/problem.ts'
import type { Ctx } from './env.ts'
import { operations } from './operations.ts'
import { refuse } from './problem-details.ts'

const doors = /^\/(coordination|admin|billing)\//

const described = operations
  .filter(({ path }) => doors.test(path))
  .map((operation) => ({ operation, pattern: new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`) }))

/** Paths that are so word for word are meant before templated ones. https://spec.openapis.org/oas/v3.1.1#path-templating-matching */
const own = new Set(operations.map(({ path }) => path))

/** A path or a method that is none of ours has its own answer. */
export function checkQuery(c: Ctx): Response | undefined {
  const { url } = c.req
  if (!doors.test(c.req.path)) return undefined
  const path = c.req.path.replace(/\/$/, '')
  const method = c.req.method === 'HEAD' ? 'get' : c.req.method.toLowerCase()
  const found = described.find(
    ({ operation, pattern }) => operation.method === method && (own.has(path) ? operation.path === path : pattern.test(path)),
  )
  if (!found) return undefined
  const issues = faultsOf(found.operation.query, new URL(url).searchParams)
  return issues.length > 0 ? refuse(c, problem('invalid', 'This cannot be asked like this.', { issues })) : undefined
}

function faultsOf(known: z.ZodObject | undefined, given: URLSearchParams): readonly Issue[] {
  const names = [...new Set(given.keys())]
  const unknown = names.filter((name) => !Object.hasOwn(known?.shape ?? {}, name))
  const doubled = names.filter((name) => given.getAll(name).length > 1)
  const malformed = known?.safeParse(Object.fromEntries(given)).error
  return [
    ...unknown.map((name) => ({ path: nameable(name), message: 'is not known here' })),
    ...doubled.map((name) => ({ path: nameable(name), message: 'is given more than once' })),
    ...(malformed ? issuesIn(malformed) : []),
  ]
}

/** Names are the sender's text too: only what looks like one is repeated. */
const nameable = (name: string): string => (/^\w{1,64}$/.test(name) ? name : 'query')
