/** Who numbers what: the identifiers that we give. https://hl7.org/fhir/R4/namingsystem.html */
import { teamNotice } from '../../mappings/codes/communication.ts'
import { crisisEvent } from '../../mappings/codes/crisis.ts'
import { localNaming } from '../../mappings/shared/extension.ts'
import { type Definition, idOf, titleOf } from './canonical.ts'

const named: Readonly<Record<string, string>> = {
  [localNaming('handoff-id')]: 'The id that a resource has here. Everything that is sent to a partner carries it.',
  [localNaming('document')]: 'A document that was put together here, by the id of its Composition.',
  [localNaming('group-session')]: 'A group session, on the sessions of those who took part.',
  [crisisEvent]: 'A crisis, on every resource that tells of it.',
  [teamNotice]: 'A message to the care team that the house wrote by itself.',
}

/** NamingSystem has no canonical URL in R4; its unique id is one. */
export const namingSystems: readonly Definition[] = Object.entries(named).map(([value, description]) => ({
  resourceType: 'NamingSystem',
  id: idOf(value),
  name: titleOf(idOf(value)).replaceAll(' ', ''),
  status: 'active',
  kind: 'identifier',
  date: '2026-11-28',
  publisher: 'Warm Handoff',
  responsible: 'Warm Handoff',
  description,
  uniqueId: [{ type: 'uri', value, preferred: true }],
}))
