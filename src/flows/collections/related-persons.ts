/** `related-persons`: those in a client's life. Whoever decides for a client is not taken away: what has ended is said with its day. */
import type { RelatedPerson as Resource } from '@medplum/fhirtypes'
import mapping from '../../../mappings/related-person.related-person.ts'
import { decidingAuthority } from '../../domain/deciding.ts'
import { fail, type Issue, ok } from '../../domain/problem.ts'
import { holdsAuthority, type RelatedPerson, RelatedPersonCommand } from '../../domain/related-person.ts'
import type { Steps } from '../../store/store.ts'
import { clientWith } from '../clients/client-facts.ts'
import { decidersOf } from '../clients/deciders.ts'
import { collection } from './collection.ts'

/** Is this the one person left who decides for the client? */
function* isLastDecider(id: string, value: RelatedPerson, at: string): Steps<boolean> {
  const client = yield* clientWith(value.clientId)
  const day = at.slice(0, 10)
  const authority = client && decidingAuthority(client, day)
  if (!client || authority === undefined || !holdsAuthority(value, authority, day)) return false
  const deciders = yield* decidersOf(value.clientId, client, at)
  return deciders?.every((one) => one === id) === true
}

const last = (path: string): Issue => ({
  path,
  message: 'leaves nobody who decides for the client: say who does, or that it is otherwise (legalStatus), or when it ended',
})

export const relatedPersons = collection<RelatedPerson, { RelatedPerson: Resource }>({
  name: 'related-persons',
  prefix: 'rel',
  anchor: 'RelatedPerson',
  parts: [],
  mapping,
  command: RelatedPersonCommand,
  claims: () => true,
  client: 'patient',
  removable: true,
  *held({ id, value }, at) {
    return (yield* isLastDecider(id, value, at)) ? [last('authority')] : []
  },
  *prepare(_ctx, value, before, at) {
    const stands = before === undefined || value.period?.end !== undefined
    if (stands || !(yield* isLastDecider(before.id, before.value, at))) return ok(value)
    const isAnothers = value.clientId !== before.value.clientId
    if (!isAnothers && (yield* isLastDecider(before.id, value, at))) return ok(value)
    const path = isAnothers ? 'clientId' : value.active === false ? 'active' : 'authority'
    return fail('guard-failed', 'Somebody has to decide for the client.', { issues: [last(path)] })
  },
})
