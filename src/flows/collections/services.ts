/** `services`: what clients can be referred to. */
import type { HealthcareService } from '@medplum/fhirtypes'
import mapping from '../../../mappings/service-offering.healthcare-service.ts'
import { ok } from '../../domain/problem.ts'
import { type ServiceOffering, ServiceOfferingCommand, serviceMachine } from '../../domain/service-offering.ts'
import { collection } from './collection.ts'
import { withReason } from './with-reason.ts'

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
  on: {
    *verify(ctx, value, event, at) {
      const { statusReason: _, ...rest } = value
      const verifiedBy = event.actor ?? ctx.principal.id
      return ok({ ...rest, verifiedAt: event.at ?? at, verifiedBy })
    },
    suspend: withReason,
    retire: withReason,
    'mark-error': withReason,
  },
})
