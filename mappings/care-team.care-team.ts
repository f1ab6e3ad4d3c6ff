/** CareTeam ↔ CareTeam. https://hl7.org/fhir/R4/careteam.html, https://hl7.org/fhir/us/core/StructureDefinition-us-core-careteam.html */
import type * as fhir from '@medplum/fhirtypes'
import { accessLevels, CareTeam, type CareTeamMember, careTeamStates, teamEvents } from '../src/domain/care-team.ts'
import { bool, idOf, oneOf, refTo, text, withHandle } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape } from '../src/lens/shape.ts'
import { valuesOf } from './shared/combine.ts'
import { concept, identifier, period } from './shared/datatypes.ts'
import { core, extension, local } from './shared/extension.ts'
import { inHouse } from './shared/in-house.ts'
import { labels } from './shared/labels.ts'
import { reasonText } from './shared/reason-text.ts'

const member = withHandle<fhir.CareTeamParticipant, CareTeamMember>(
  shape<fhir.CareTeamParticipant, Omit<CareTeamMember, 'handle'>>('team member', (at) => ({
    who: at.member.optional(refTo('PractitionerRole', 'Practitioner', 'RelatedPerson', 'Patient', 'Organization', 'CareTeam')),
    role: at.role.where({}).optional(concept),
    onBehalfOf: at.onBehalfOf.optional(refTo('Organization')),
    period: at.period.optional(period),
    isLead: extension(at, local('lead')).valueBoolean.optional(bool),
    infoAccess: extension(at, inHouse('info-access')).valueCode.optional(oneOf(...accessLevels)),
    notifyOn: valuesOf(at.extension, inHouse('notify-on'), (one) => one.valueCode.as(oneOf(...teamEvents))),
  })),
)

export default mapping<CareTeam, { CareTeam: fhir.CareTeam }>({
  name: 'care-team.care-team',
  version: 1,
  domain: CareTeam,
  owner: 'coordination',
  blank: { CareTeam: { resourceType: 'CareTeam' } },
  fields: ({ CareTeam: team }) => ({
    identifiers: team.identifier.each(identifier, { by: ['handle'] }),
    clientId: team.subject.optional(idOf('Patient')),
    episodeId: extension(team, core('workflow-episodeOfCare')).valueReference.optional(idOf('EpisodeOfCare')),
    name: team.name.optional(text),
    period: team.period.optional(period),
    members: team.participant.each(member, { by: ['handle'] }),
    statusReason: extension(team, local('status-reason')).valueCodeableConcept.optional(reasonText),
    ...labels(team),
    state: team.status.optional(oneOf(...careTeamStates)),
  }),
})
