/** `services`: what clients can be referred to. */
import type { HealthcareService } from '@medplum/fhirtypes'
import mapping from '../../../mappings/service-offering.healthcare-service.ts'
import { ok } from '../../domain/problem.ts'
import {
  capacityAt,
  everyYear,
  isVerificationDue,
  type ServiceOffering,
  ServiceOfferingCommand,
  serviceMachine,
} from '../../domain/service-offering.ts'
import { unread } from '../../lens/codec.ts'
import { equal } from '../../lens/equal.ts'
import { ask } from '../../store/store.ts'
import { collection } from './collection.ts'

export const services = collection<ServiceOffering, { HealthcareService: HealthcareService }>({
  name: 'services',
  prefix: 'svc',
  anchor: 'HealthcareService',
  parts: [],
  mapping,
  command: ServiceOfferingCommand,
  claims: () => true,
  sort: 'name',
  machine: { field: 'state', states: serviceMachine, initial: 'active' },
  // What the clock says counts, whether or not somebody wrote it down.
  *view({ value }) {
    const { at } = yield* ask({ ask: 'now' })
    const hasLapsed = value.state === 'active' && value.verifiedAt !== undefined && isVerificationDue(value, at)
    return {
      ...(value.capacity && { capacity: capacityAt(value, at) }),
      ...(hasLapsed && { state: 'unverified' as const }),
    }
  },
  /** Old word of its room is shown as unknown, and stays what was told. */
  *prepare(_ctx, value, before) {
    const told = before && mapping.fields.capacity.get(before.parts, [])
    const every = before ? {} : { verifyEvery: value.verifyEvery ?? everyYear }
    const isSame = before !== undefined && told !== unread && equal(value.capacity, before.value.capacity)
    return ok({ ...value, ...every, ...(isSame && told && { capacity: told }) })
  },
  on: {
    *verify(ctx, value, event, at) {
      const { statusReason: _, ...rest } = value
      const verifiedBy = event.actor ?? ctx.principal.id
      return ok({ ...rest, verifiedAt: event.at ?? at, verifiedBy })
    },
  },
})
