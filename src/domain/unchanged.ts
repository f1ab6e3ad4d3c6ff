/** Records that stay as they were signed or sent. */
import type { z } from 'zod'
import type { Issue } from './problem.ts'

/**
 * Fields in which two values of a schema differ, but for those that are free to change. Both are parsed, so that members stand in one
 * order.
 */
export function changedBeside<T extends object>(
  schema: z.ZodType<T>,
  before: T,
  next: T,
  free: readonly (keyof T & string)[],
  message: string,
): readonly Issue[] {
  const [was, is] = [schema.parse(before), schema.parse(next)]
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])] as (keyof T & string)[]
  return names
    .filter((name) => !free.includes(name) && JSON.stringify(was[name]) !== JSON.stringify(is[name]))
    .map((path) => ({ path, message }))
}
