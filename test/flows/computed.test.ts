/** Computed fields: a body may leave them out, and they stand as they were. */
import { expect, it } from 'vitest'
import { assessments } from '../../src/flows/collections/assessments.ts'
import { withComputed } from '../../src/flows/coordination/command.ts'

it('keeps what a body leaves out of the computed fields, and nothing else', () => {
  const [computed] = assessments.computed!
  const now = { [computed!]: ['as it was'], mode: 'phone' }
  expect(withComputed(assessments, {}, now)).toEqual({ [computed!]: ['as it was'] })
  expect(withComputed(assessments, { [computed!]: ['repeated'] }, now)).toEqual({ [computed!]: ['repeated'] })
})
