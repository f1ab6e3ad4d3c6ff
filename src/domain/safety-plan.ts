/**
 * A safety plan: what a client does, and whom they turn to, when a crisis comes near. Made with the client, seen by the client; one is
 * active at a time, and the next takes its place.
 */
import { z } from 'zod'
import { Id, Identifier, list, Moment, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import type { Issue } from './problem.ts'
import { stateMachine } from './state-machine.ts'

/** In the order in which a plan is read. */
export const safetySections = [
  ...['warning-signs', 'internal-coping', 'social-distraction', 'crisis-support', 'professional-support'],
  ...['lethal-means-safety', 'reason-for-living'],
] as const

/** `phone` as it is dialled. Who has not agreed to be contacted is not named to others. */
export const SafetyContact = z.object({
  name: Text,
  phone: Text.optional(),
  relationship: Text.optional(),
  consentToContact: z.boolean().optional(),
})
export type SafetyContact = z.infer<typeof SafetyContact>

export const SafetySection = z.object({ items: list(Text), contacts: list(SafetyContact) })
export type SafetySection = z.infer<typeof SafetySection>

const section = SafetySection.optional()
const Sections = z.object({
  'warning-signs': section,
  'internal-coping': section,
  'social-distraction': section,
  'crisis-support': section,
  'professional-support': section,
  'lethal-means-safety': section,
  'reason-for-living': section,
})

/** `who` is a reference (`RelatedPerson/…`) or words. */
export const Share = z.object({ who: Text, consentId: Id, at: Moment })
export type Share = z.infer<typeof Share>

const safetyPlanStates = ['draft', 'active', 'superseded', 'withdrawn-by-client', 'entered-in-error'] as const
export type SafetyPlanState = (typeof safetyPlanStates)[number]

/** Read schema: any CarePlan of the category. */
export const SafetyPlan = z.object({
  identifiers: list(Identifier),
  clientId: Id,
  /** References (`Patient/…`, `PractitionerRole/…`) or words. */
  createdWith: list(Text),
  createdAt: Moment.optional(),
  reviewedAt: Moment.optional(),
  sections: Sections,
  sharedWith: list(Share),
  clientHasCopy: z.boolean().optional(),
  /** The client's, BCP 47. */
  language: Text.optional(),
  replaces: Id.optional(),
  statusReason: Text.optional(),
  ...labelFields,
  state: z.enum(safetyPlanStates),
})
export type SafetyPlan = z.infer<typeof SafetyPlan>

const agreed = SafetySection.extend({ contacts: list(SafetyContact.extend({ consentToContact: z.boolean() })) }).optional()

/** What we ask of a plan of our own. */
export const SafetyPlanCommand = SafetyPlan.extend({
  sections: z.strictObject({
    'warning-signs': agreed,
    'internal-coping': agreed,
    'social-distraction': agreed,
    'crisis-support': agreed,
    'professional-support': agreed,
    'lethal-means-safety': agreed,
    'reason-for-living': agreed,
  }),
  clientHasCopy: z.boolean().default(false),
})

export const safetyPlanMachine = stateMachine({
  states: safetyPlanStates,
  events: {
    activate: { from: ['draft'], to: 'active' },
    /** Gone through with the client again. */
    review: { from: ['active'], to: 'active' },
    /** Shown to somebody, with the client's consent. */
    share: { from: ['active'], to: 'active' },
    withdraw: { from: ['draft', 'active'], to: 'withdrawn-by-client' },
    supersede: { from: ['active'], to: 'superseded', by: 'clock' },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})

/** Sections without which a plan helps nobody. */
const needed = ['warning-signs', 'internal-coping', 'professional-support'] as const

/** What an active plan lacks. */
export const lacking = ({ state, sections }: SafetyPlan): readonly Issue[] =>
  state !== 'active'
    ? []
    : needed.flatMap((key) =>
        (sections[key]?.items.length ?? 0) > 0
          ? []
          : [{ path: `sections.${key}`, message: 'has no item: an active plan has one' }],
      )
