/** An episode of care: a client's time in a programme. Caseload, measures and authorizations hang off it. */
import { z } from 'zod'
import { Concept, Id, Identifier, list, Period, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import { stateMachine } from './state-machine.ts'

export const levelsOfCare = ['outpatient', 'iop', 'php', 'act', 'residential', 'crisis', 'inpatient'] as const
export const fundingTypes = ['discretionary', 'block', 'state', 'county', 'other'] as const
export const episodeStates = [
  ...['planned', 'waitlist', 'active', 'on-hold', 'finished', 'cancelled', 'entered-in-error'],
] as const

export const Funding = z.object({
  fundingType: z.enum(fundingTypes),
  programId: Text.optional(),
  grantNumber: Text.optional(),
})
export type Funding = z.infer<typeof Funding>

/** Read schema: any EpisodeOfCare. */
export const Episode = z.object({
  identifiers: list(Identifier),
  clientId: Id,
  programme: Concept.optional(),
  managingOrg: RefTo('Organization').optional(),
  /** A PractitionerRole: who leads, and for whom. */
  leadCoordinatorId: Id.optional(),
  levelOfCare: z.enum(levelsOfCare).optional(),
  /** A level that somebody else's (licensed) scale gave. */
  externalLevelOfCare: Concept.optional(),
  period: Period.optional(),
  funding: list(Funding),
  /** Everything of it is then under 42 CFR Part 2. */
  part2Programme: z.boolean().optional(),
  ...labelFields,
  state: z.enum(episodeStates),
})
export type Episode = z.infer<typeof Episode>

/** What we ask of an episode of our own. */
export const EpisodeCommand = Episode.extend({
  programme: Concept,
  managingOrg: RefTo('Organization'),
  leadCoordinatorId: Id,
  period: Period,
  part2Programme: z.boolean(),
})

export const episodeMachine = stateMachine({
  states: episodeStates,
  events: {
    wait: { from: ['planned'], to: 'waitlist' },
    activate: { from: ['planned', 'waitlist'], to: 'active' },
    hold: { from: ['active'], to: 'on-hold' },
    resume: { from: ['on-hold'], to: 'active' },
    finish: { from: ['active', 'on-hold'], to: 'finished' },
    cancel: { from: ['planned', 'waitlist', 'active', 'on-hold'], to: 'cancelled' },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})

/** A Part 2 programme labels its episodes so. https://www.ecfr.gov/current/title-42/part-2 */
export const labelled = (episode: Episode): Episode =>
  episode.part2Programme === true && !episode.legalBasis.includes('42CFRPart2')
    ? { ...episode, legalBasis: [...episode.legalBasis, '42CFRPart2'] }
    : episode
