/** A resource is seen by whoever may see it, whether its protection is known beside it or by its own text alone. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Visible } from '../../src/access/principal.ts'
import { isVisibleTo } from '../../src/access/visible.ts'
import type { Context } from '../../src/flows/context.ts'
import { visible } from '../../src/flows/fhir/visible.ts'

const label = fc.record({ code: fc.constantFrom('42CFRPart2', 'V', 'R', 'PSYTHPN') })
const resource = fc.record(
  {
    resourceType: fc.constantFrom('Observation', 'DocumentReference', 'Task'),
    meta: fc.record({ security: fc.array(label, { maxLength: 2 }) }, { requiredKeys: [] }),
    securityLabel: fc.array(fc.record({ coding: fc.array(label, { maxLength: 2 }) }), { maxLength: 2 }),
    subject: fc.record({ reference: fc.constantFrom('Patient/p1', 'Patient/p2') }),
    note: fc.constantFrom('security', '"security":[]'),
  },
  { requiredKeys: ['resourceType'] },
)
const sight = fc.oneof(
  fc.constant<Visible>('everything'),
  fc.record({ patients: fc.constantFrom<readonly string[] | 'all'>('all', ['p1'], []), protectedRecords: fc.boolean() }),
)

test('what a look at the text tells is what the resource tells', () => {
  fc.assert(
    fc.property(resource, sight, fc.constantFrom(0, 1, 2), (value, seen, guard) => {
      const ctx = { principal: { visible: seen } } as Context
      const stored = {
        type: value.resourceType,
        id: 'a',
        version: 1,
        at: '',
        sequence: 1,
        text: JSON.stringify(value),
        guard,
      } as const
      expect(visible(ctx, stored)).toBe(isVisibleTo(seen, value, guard))
    }),
    { numRuns: 2000 },
  )
})
