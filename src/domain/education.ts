/** Education: what a client, their family or a neighbourhood was taught, with which materials, and whether it was understood. */
import { z } from 'zod'
import { Handle, Id, Identifier, list, Minutes, Moment, RefTo, Text, Uri } from './kernel.ts'
import { labelFields } from './labels.ts'
import { stateMachine } from './state-machine.ts'

export const audiences = ['client', 'family', 'caregiver', 'community'] as const
export const educationTopics = [
  ...[
    'illness',
    'treatment-options',
    'coping',
    'medication',
    'crisis-resources',
    'rights',
    'insurance',
    'substance',
    'prevention',
  ],
  ...['digital-access'],
] as const
export const educationMethods = ['conversation', 'group', 'video', 'printed', 'portal', 'presentation'] as const
export const teachBacks = ['understood', 'partial', 'not-assessed', 'declined'] as const
const educationStates = ['prepared', 'delivered', 'declined', 'entered-in-error'] as const
export type EducationState = (typeof educationStates)[number]

/** At a `url`, or one of our documents. `language` in BCP 47. */
export const Material = z.object({
  handle: Handle,
  title: Text,
  url: Uri.optional(),
  documentId: Id.optional(),
  language: Text.optional(),
  readingLevel: Text.optional(),
  /** NAMI, SAMHSA, APA, NIMH, or our own. */
  source: Text.optional(),
})
export type Material = z.infer<typeof Material>

/** Prevention in public: nobody's record. */
export const CommunityEvent = z.object({ event: Text, headcount: z.number().int().min(0).optional() })

/** Read schema: any Procedure with a code of education. */
export const EducationProvided = z.object({
  identifiers: list(Identifier),
  clientId: Id.optional(),
  groupSessionId: Id.optional(),
  community: CommunityEvent.optional(),
  audience: z.enum(audiences).optional(),
  topics: list(z.enum(educationTopics)),
  materials: list(Material),
  method: z.enum(educationMethods).optional(),
  minutes: Minutes.optional(),
  at: Moment.optional(),
  by: RefTo('Practitioner', 'PractitionerRole').optional(),
  teachBack: z.enum(teachBacks).optional(),
  statusReason: Text.optional(),
  ...labelFields,
  state: z.enum(educationStates),
})
export type EducationProvided = z.infer<typeof EducationProvided>

export const EducationCommand = EducationProvided.extend({
  audience: z.enum(audiences),
  topics: z.array(z.enum(educationTopics)).min(1).readonly(),
  materials: list(Material.extend({ language: Text })),
  method: z.enum(educationMethods),
}).refine(
  ({ clientId, groupSessionId, community }) =>
    [clientId, groupSessionId, community].filter((one) => one !== undefined).length === 1,
  {
    message: 'is for exactly one of a client, a group session, a community',
    path: ['clientId'],
  },
)

export const educationMachine = stateMachine({
  states: educationStates,
  events: {
    deliver: { from: ['prepared'], to: 'delivered' },
    decline: { from: ['prepared'], to: 'declined', reason: true },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})
