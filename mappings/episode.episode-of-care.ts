/** Episode ↔ EpisodeOfCare. https://hl7.org/fhir/R4/episodeofcare.html */
import type * as fhir from '@medplum/fhirtypes'
import { Episode, episodeStates, type Funding, fundingTypes, levelsOfCare } from '../src/domain/episode.ts'
import { asCode, codeTable } from '../src/lens/code-table.ts'
import { bool, idOf, oneOf, refTo, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import type { Place } from '../src/lens/place.ts'
import { shape } from '../src/lens/shape.ts'
import { withUrl } from './shared/combine.ts'
import { concept, identifier, period } from './shared/datatypes.ts'
import { extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'

/** https://hl7.org/fhir/R4/valueset-episode-of-care-status.html: one word differs by a hyphen. */
const states = codeTable(
  'http://hl7.org/fhir/episode-of-care-status',
  episodeStates.map((state) => [state === 'on-hold' ? 'onhold' : state, state] as const),
)

const funding = shape<fhir.Extension, Funding>(
  'funding',
  (at: Place<fhir.Extension, fhir.Extension>) => ({
    fundingType: extension(at, 'fundingType').valueCode.as(oneOf(...fundingTypes)),
    programId: extension(at, 'programId').valueString.optional(text),
    grantNumber: extension(at, 'grantNumber').valueString.optional(text),
  }),
  { url: local('funding') },
)

export default mapping<Episode, { EpisodeOfCare: fhir.EpisodeOfCare }>({
  name: 'episode.episode-of-care',
  version: 1,
  domain: Episode,
  owner: 'coordination',
  blank: { EpisodeOfCare: { resourceType: 'EpisodeOfCare', status: 'planned', patient: {} } },
  fields: ({ EpisodeOfCare: episode }) => ({
    identifiers: episode.identifier.each(identifier, { by: ['handle'] }),
    clientId: episode.patient.as(idOf('Patient')),
    programme: episode.type.where({}).optional(concept),
    managingOrg: episode.managingOrganization.optional(refTo('Organization')),
    leadCoordinatorId: episode.careManager.optional(idOf('PractitionerRole')),
    levelOfCare: extension(episode, local('level-of-care')).valueCode.optional(oneOf(...levelsOfCare)),
    externalLevelOfCare: extension(episode, local('external-level-of-care')).valueCodeableConcept.optional(concept),
    period: episode.period.optional(period),
    funding: episode.extension.each(funding, { by: ['fundingType', 'programId'], only: withUrl(local('funding')) }),
    part2Programme: extension(episode, local('part2-programme')).valueBoolean.optional(bool),
    ...labels(episode),
    state: episode.status.as(asCode(states)),
  }),
})
