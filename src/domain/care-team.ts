/** A care team: who works with a client, in which part, what they may see, and what they want to be told of. */
import { z } from 'zod'
import { Concept, Handle, Id, Identifier, list, Period, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import type { Issue } from './problem.ts'
import { stateMachine } from './state-machine.ts'

/** https://hl7.org/fhir/R4/valueset-care-team-status.html */
export const careTeamStates = ['proposed', 'active', 'suspended', 'inactive', 'entered-in-error'] as const
/** From nothing to everything; what the client's consents permit is the limit of each. */
export const accessLevels = ['none', 'schedule-only', 'plan', 'full'] as const
export const teamEvents = ['discharge', 'crisis', 'plan-change', 'referral-change', 'missed-contact'] as const

export const CareTeamMember = z.object({
  handle: Handle,
  who: RefTo('PractitionerRole', 'Practitioner', 'RelatedPerson', 'Patient', 'Organization', 'CareTeam').optional(),
  role: Concept.optional(),
  onBehalfOf: RefTo('Organization').optional(),
  period: Period.optional(),
  isLead: z.boolean().optional(),
  infoAccess: z.enum(accessLevels).optional(),
  /** Of colleagues; of others a person decides what they are told. */
  notifyOn: list(z.enum(teamEvents)),
})
export type CareTeamMember = z.infer<typeof CareTeamMember>

/** Read schema: any CareTeam. */
export const CareTeam = z.object({
  identifiers: list(Identifier),
  clientId: Id.optional(),
  episodeId: Id.optional(),
  name: Text.optional(),
  period: Period.optional(),
  members: list(CareTeamMember),
  statusReason: Text.optional(),
  ...labelFields,
  state: z.enum(careTeamStates).optional(),
})
export type CareTeam = z.infer<typeof CareTeam>

const Member = CareTeamMember.extend({
  who: CareTeamMember.shape.who.unwrap(),
  role: Concept,
  isLead: z.boolean().default(false),
  /** Whoever is not said to see anything sees nothing. */
  infoAccess: z.enum(accessLevels).default('none'),
})

/** What we ask of a team of our own. */
export const CareTeamCommand = CareTeam.extend({
  clientId: Id,
  name: Text,
  members: z.array(Member).min(1).readonly(),
  state: z.enum(careTeamStates),
})

export const careTeamMachine = stateMachine({
  states: careTeamStates,
  events: {
    activate: { from: ['proposed'], to: 'active' },
    suspend: { from: ['active'], to: 'suspended', reason: true },
    resume: { from: ['suspended'], to: 'active' },
    end: { from: ['proposed', 'active', 'suspended'], to: 'inactive', reason: true },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})

/** Has not left by this instant; a day counts to its end. */
export const isPresent = ({ period }: CareTeamMember, at: string): boolean =>
  period?.end === undefined || period.end >= at.slice(0, period.end.length)

/** A team at work is led by one of those who are present. */
export function wronglyLed({ state, members }: CareTeam, at: string): readonly Issue[] {
  const leads = members.filter((one) => one.isLead === true && isPresent(one, at))
  if (state !== 'active' || leads.length === 1) return []
  return [{ path: 'members', message: leads.length === 0 ? 'has nobody who leads' : 'has more than one who leads' }]
}

/** Places of members that are nobody by profession and yet are to see something: their authority or a consent must say so. */
export const familyWithAccess = ({ members }: CareTeam, at: string): readonly { readonly path: string; readonly id: string }[] =>
  members.flatMap((member, i) => {
    const { who, infoAccess = 'none' } = member
    if (who === undefined || !('id' in who) || !('type' in who) || who.type !== 'RelatedPerson') return []
    return infoAccess !== 'none' && isPresent(member, at) ? [{ path: `members[${i}].infoAccess`, id: who.id }] : []
  })
