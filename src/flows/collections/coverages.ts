/** `coverages`: who pays for a client, and in which order. */
import type { Coverage as Resource } from '@medplum/fhirtypes'
import mapping from '../../../mappings/coverage.coverage.ts'
import { type Coverage, CoverageCommand, coverageMachine, orderIssues } from '../../domain/coverage.ts'
import { fail, ok } from '../../domain/problem.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { tellable } from '../fhir/visible.ts'
import { every, patientIs } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { collection } from './collection.ts'

export const coverages = collection<Coverage, { Coverage: Resource }>({
  name: 'coverages',
  prefix: 'cov',
  anchor: 'Coverage',
  parts: [],
  mapping,
  command: CoverageCommand,
  claims: () => true,
  client: 'beneficiary',
  machine: { field: 'state', states: coverageMachine, initial: 'active' },
  *prepare(ctx, value, before) {
    const issues = orderIssues(value, yield* othersOf(ctx, value.clientId, before?.id))
    return issues.length > 0
      ? fail('rule-broken', 'This coverage does not fit among the client’s others.', { issues })
      : ok(value)
  },
})

function* othersOf(ctx: Context, clientId: string, id: string | undefined): Steps<readonly Coverage[]> {
  const { items } = yield* ask({ ...every('Coverage', patientIs(clientId)), visible: tellable(ctx) })
  return items.flatMap((one) => (one.id === id ? [] : (readStored(mapping, one) ?? [])))
}
