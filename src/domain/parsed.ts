/** What comes from outside, held to a schema. What is wrong with it is told by places and rules, never by what was sent. */
import type { z } from 'zod'
import { fail, type Issue, ok, type Result } from './problem.ts'

/** The schema's findings, each with its place as a JSON path. */
export const issuesIn = ({ issues }: z.ZodError): readonly Issue[] =>
  issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))

/** The value as the schema makes it, or `invalid`, with `otherwise` as the sentence. */
export function parsed<T>(schema: z.ZodType<T>, given: unknown, otherwise: string): Result<T> {
  const read = schema.safeParse(given)
  return read.success ? ok(read.data) : fail('invalid', otherwise, { issues: issuesIn(read.error) })
}
