/** Care teams: led by one, and nobody of them sees more than somebody has allowed. */
import type { CareTeam as CareTeamResource } from '@medplum/fhirtypes'
import mapping from '../../../mappings/care-team.care-team.ts'
import relatedPerson from '../../../mappings/related-person.related-person.ts'
import { type CareTeam, CareTeamCommand, careTeamMachine, familyWithAccess, wronglyLed } from '../../domain/care-team.ts'
import { fail, type Issue, ok } from '../../domain/problem.ts'
import { ask, type Steps } from '../../store/store.ts'
import { inForce } from '../clients/consent-in-force.ts'
import { storedValue } from '../next-version.ts'
import { allOf, isActive, patientIs, pointsAt } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { collection } from './collection.ts'

/** May this person be told, because they decide for the client, or because the client has consented? */
function* isEntitled(personId: string, clientId: string, at: string): Steps<boolean> {
  const person = readStored(relatedPerson, yield* ask({ ask: 'resource', type: 'RelatedPerson', id: personId }))
  if (person?.clientId !== clientId) return false
  if (person.authority.some((one) => one === 'guardian' || one === 'health-care-proxy')) return true
  const named = pointsAt('actor', `RelatedPerson/${personId}`)
  const items = yield* allOf('Consent', patientIs(clientId), isActive, named)
  return items.some((one) => inForce(storedValue(one)!, clientId, at))
}

function* unentitled(team: CareTeam, at: string): Steps<readonly Issue[]> {
  const issues: Issue[] = []
  for (const { path, id } of familyWithAccess(team, at)) {
    const entitled = team.clientId !== undefined && (yield* isEntitled(id, team.clientId, at))
    if (!entitled) issues.push({ path, message: 'needs a consent of the client that names this person, or their authority' })
  }
  return issues
}

export const careTeams = collection<CareTeam, { CareTeam: CareTeamResource }>({
  name: 'care-teams',
  prefix: 'ctm',
  anchor: 'CareTeam',
  parts: [],
  mapping,
  command: CareTeamCommand,
  claims: () => true,
  client: 'patient',
  sort: '-date',
  machine: { field: 'state', states: careTeamMachine, initial: 'proposed' },
  *prepare(_ctx, value, _before, at) {
    const unled = wronglyLed(value, at)
    const issues = [...unled, ...(yield* unentitled(value, at))]
    const code = unled.length > 0 ? 'guard-failed' : 'rule-broken'
    return issues.length > 0 ? fail(code, 'The team cannot be as it is described.', { issues }) : ok(value)
  },
})
