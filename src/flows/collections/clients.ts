/** `clients`: the people that coordinators work with. */
import type { Patient } from '@medplum/fhirtypes'
import mapping from '../../../mappings/client.patient.ts'
import { ahead, type Client, ClientCommand, stateOf } from '../../domain/client.ts'
import { fail, type Issue, ok } from '../../domain/problem.ts'
import { ask } from '../../store/store.ts'
import { decidersOf } from '../clients/deciders.ts'
import { stands } from '../clients/duplicates.ts'
import { collection } from './collection.ts'
import { uniqueIdentifiers } from './unique-identifiers.ts'

const undecided = {
  path: 'legalStatus',
  message: 'wants somebody with the authority to decide for the client, and nobody is on record',
}

/** What rules ask of a client, and this one does not say. */
const unsaid = (client: Client): readonly Issue[] => [
  ...((client.legalStatus ?? client.birthDate)
    ? []
    : [{ path: 'legalStatus', message: 'is not said, nor an age: taken to be self-directed' }]),
  ...(stateOf(client) ? [] : [{ path: 'jurisdiction', message: 'is not said: which state’s law holds is not known' }]),
  ...(client.timeZone ? [] : [{ path: 'timeZone', message: 'is not said: days are counted as those who tell of them count' }]),
]

export const clients = collection<Client, { Patient: Patient }>({
  name: 'clients',
  prefix: 'cli',
  anchor: 'Patient',
  parts: [],
  mapping,
  command: ClientCommand,
  claims: () => true,
  client: '_id',
  sort: 'family',
  shown: ['state'],
  *view({ value }) {
    return { state: value.mergedInto === undefined ? 'registered' : 'merged' }
  },
  *warns({ id, value }) {
    const { at } = yield* ask({ ask: 'now' })
    return [...((yield* decidersOf(id, value, at))?.length === 0 ? [undecided] : []), ...unsaid(value)]
  },
  *prepare(ctx, value, before, at) {
    const was = before?.value
    const issues = ahead(value, at).filter(({ path }) => value[path as 'birthDate'] !== was?.[path as 'birthDate'])
    if (issues.length > 0) return fail('rule-broken', 'Nobody was born, or died, in the future.', { issues })
    // Whoever is registered so has nobody on record yet.
    const isNew = before !== undefined && value.legalStatus !== before.value.legalStatus
    if (isNew && (yield* decidersOf(before.id, value, at))?.length === 0)
      return fail('rule-broken', 'Somebody with that authority comes first.', { issues: [undecided] })
    const unique = yield* uniqueIdentifiers(ctx, 'Patient', value, before, (other) => stands(other as Patient))
    return unique.ok ? ok(value) : unique
  },
})
