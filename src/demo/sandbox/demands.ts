/** What a server demands of a resource, as rows of a table. A path is names of members; lists are looked into, `**` is any depth. */

export interface Demand {
  /** As the server words its refusal. */
  readonly says: string
  holds(resource: object): boolean
}

const demand = (says: string, holds: Demand['holds']): Demand => ({ says, holds })

export const required = (path: string, says: string): Demand => demand(says, (one) => valuesAt(one, path).length > 0)
export const absent = (path: string, says: string): Demand => demand(says, (one) => valuesAt(one, path).length === 0)
/** Whatever stands there is one of these. */
export const oneOf = (path: string, values: readonly unknown[], says: string): Demand =>
  demand(says, (one) => valuesAt(one, path).every((value) => values.includes(value)))
/** One of what stands there is this. */
export const some = (path: string, value: unknown, says: string): Demand =>
  demand(says, (one) => valuesAt(one, path).includes(value))
/** So many values at most. */
export const atMost = (count: number, path: string, says: string): Demand =>
  demand(says, (one) => valuesAt(one, path).length <= count)
/** Texts of so many characters at most. */
export const short = (length: number, path: string, says: string): Demand =>
  demand(says, (one) => valuesAt(one, path).every((value) => String(value).length <= length))
/** Each of what stands there has this member. */
export const each = (path: string, member: string, says: string): Demand =>
  demand(says, (one) => valuesAt(one, path).every((item) => valuesAt(item, member).length > 0))
/** Texts there match. */
export const like = (path: string, pattern: RegExp, says: string): Demand =>
  demand(says, (one) => valuesAt(one, path).every((value) => pattern.test(String(value))))
/** One or the other. */
export const either = (one: Demand, other: Demand): Demand =>
  demand(one.says, (resource) => one.holds(resource) || other.holds(resource))

const valuesAt = (value: unknown, path: string): readonly unknown[] => follow(value, path.split('.'))

function follow(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => follow(item, path))
  if (value === undefined || value === null) return []
  const [name, ...rest] = path
  if (name === undefined) return [value]
  if (typeof value !== 'object') return []
  if (name === '**') return [...follow(value, rest), ...Object.values(value).flatMap((member) => follow(member, path))]
  return follow((value as Record<string, unknown>)[name], rest)
}
