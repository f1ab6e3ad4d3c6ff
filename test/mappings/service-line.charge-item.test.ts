/** Lists of lines in a state look only at ChargeItems of the statuses that it may have: none may be missed. */
import type { ChargeItem } from '@medplum/fhirtypes'
import { expect, test } from 'vitest'
import mapping, { statusesOf } from '../../mappings/service-line.charge-item.ts'
import { ServiceLine } from '../../src/domain/service-line.ts'

const statuses: readonly ChargeItem['status'][] = [
  ...(['planned', 'billable', 'not-billable', 'aborted', 'billed', 'entered-in-error', 'unknown'] as const),
]
const states = ServiceLine.shape.state.options

test.each(statuses.flatMap((status) => [undefined, ...states].map((state) => [status, state] as const)))(
  'a ChargeItem that is %s, and says of itself %s, is found by its state',
  (status, state) => {
    const url = 'https://warm-handoff.example/fhir/StructureDefinition/domain-state'
    const item: ChargeItem = {
      resourceType: 'ChargeItem',
      status,
      code: { coding: [{ system: 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets', code: 'T1017' }] },
      subject: { reference: 'Patient/p' },
      ...(state !== undefined && { extension: [{ url, valueCode: state }] }),
    }
    const read = mapping.read({ ChargeItem: item })
    if (!read.ok) throw new Error(JSON.stringify(read.issues))
    expect(statusesOf(read.value.state).split(',')).toContain(status)
  },
)
