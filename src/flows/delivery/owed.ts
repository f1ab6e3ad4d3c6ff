/** What connections are owed of what is written. */
import type { Connection } from '../../connectors/connector.ts'
import { concerns } from '../../fhir/search/patients-of.ts'
import type { Deliver, Put } from '../../store/change.ts'
import { rest, type Steps } from '../../store/store.ts'
import { type Context, nowOf } from '../context.ts'
import { staysInHouse } from './in-house.ts'

/** Types that are about one patient: without a known patient (an unmatched discharge) they stay in the house. */
const aboutPatient = (resource: object): boolean => {
  const { resourceType, subject, patient } = resource as { resourceType: string; subject?: unknown; patient?: unknown }
  return subject !== undefined || patient !== undefined || resourceType === 'Encounter' || resourceType === 'Patient'
}

/** One delivery for each version that a connection is pushed. */
export function* deliveriesFor(
  ctx: Context,
  partners: readonly Connection[],
  puts: readonly Pick<Put, 'type' | 'id' | 'version' | 'resource'>[],
  at: string,
): Steps<Deliver[]> {
  const owed: Deliver[] = []
  for (const { name, push } of partners) {
    for (const [i, put] of puts.entries()) {
      yield* rest(i)
      if (!push.includes(put.type) || staysInHouse(put.resource)) continue
      const [patient] = concerns(put.resource)
      if (patient === undefined && aboutPatient(put.resource)) continue
      const lane = patient ?? `${put.type}/${put.id}`
      const id = ctx.newId('dlv')
      owed.push({
        change: 'deliver',
        delivery: {
          id,
          connection: name,
          lane,
          type: put.type,
          resource: put.id,
          version: put.version,
          state: 'pending',
          attempts: 0,
          due: nowOf(ctx),
          inFlight: false,
          at,
        },
      })
    }
  }
  return owed
}
