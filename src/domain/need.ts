/**
 * A clinical or social need. That it is being addressed is not stored but seen: by an active plan or an open referral that names it.
 */
import { z } from 'zod'
import { Coding, Concept, Id, Identifier, list, PartialDate, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import { isNoCategory } from './sdoh.ts'
import { stateMachine } from './state-machine.ts'

export const needDomains = ['clinical', 'substance', 'sdoh', 'functional', 'legal', 'family', 'safety'] as const
export const asserters = ['client', 'coordinator', 'clinician', 'algorithm', 'external'] as const
export const clientViews = ['agrees', 'disagrees', 'undecided', 'not-asked'] as const
/** https://hl7.org/fhir/R4/valueset-condition-ver-status.html */
const verifications = ['unconfirmed', 'provisional', 'differential', 'confirmed', 'refuted', 'entered-in-error'] as const
export type Verification = (typeof verifications)[number]

const storedStates = ['suspected', 'confirmed', 'resolved', 'recurred', 'declined', 'refuted', 'entered-in-error'] as const
export type StoredNeedState = (typeof storedStates)[number]
export const needStates = [...storedStates, 'being-addressed'] as const
export type NeedState = (typeof needStates)[number]

const unsure: ReadonlySet<Verification | undefined> = new Set(['unconfirmed', 'provisional', 'differential'] as const)
export const isUnsure = (verification: Verification | undefined): boolean => unsure.has(verification)

interface Standing {
  readonly state: NeedState
  readonly verification?: Verification | undefined
  readonly resolvedOn?: string | undefined
}

/** A suspicion is unconfirmed, a confirmed need is not; refuted and erroneous needs are so in both. */
function fits({ state, verification }: Standing): boolean {
  if (verification === 'refuted' || verification === 'entered-in-error') return state === verification
  if (state === 'refuted' || state === 'entered-in-error') return false
  if (state === 'suspected') return isUnsure(verification)
  return state === 'confirmed' || state === 'being-addressed' ? !isUnsure(verification) : true
}
/** https://hl7.org/fhir/R4/condition.html#con-4 */
const mayHaveEnded = ({ state, resolvedOn }: Standing): boolean =>
  resolvedOn === undefined || state === 'resolved' || state === 'declined' || state === 'refuted'

const fields = z.object({
  identifiers: list(Identifier),
  clientId: Id,
  episodeId: Id.optional(),
  domain: z.enum(needDomains).optional(),
  /** A category of SDOH Clinical Care, or a clinical one. */
  category: Coding.optional(),
  code: Concept.optional(),
  /** Assessments (by default), documents, Observations, diagnoses (Conditions) that show it. */
  evidence: list(RefTo('QuestionnaireResponse', 'DocumentReference', 'Observation', 'DiagnosticReport', 'Condition')),
  assertedBy: z.enum(asserters).optional(),
  clientView: z.enum(clientViews).optional(),
  severity: z.enum(['mild', 'moderate', 'severe']).optional(),
  priority: z.enum(['high', 'medium', 'low']).optional(),
  onset: PartialDate.optional(),
  resolvedOn: PartialDate.optional(),
  statusReason: Text.optional(),
  ...labelFields,
  verification: z.enum(verifications).optional(),
  state: z.enum(storedStates),
})

const verified = { message: 'does not fit the state', path: ['verification'] }
const ended = { message: 'only once the need has ended', path: ['resolvedOn'] }

/** Read schema: any Condition of a patient. */
export const Need = fields.refine(fits, verified).refine(mayHaveEnded, ended)
export type Need = Omit<z.infer<typeof Need>, 'state'> & { state: NeedState }

/** What we ask of a need of our own. */
export const NeedCommand = fields
  .extend({
    domain: z.enum(needDomains),
    category: Coding.refine((one) => !isNoCategory(one), 'is no category of SDOH Clinical Care'),
    code: Concept.refine(({ codings, text }) => codings.length > 0 || text !== undefined, 'says what the need is'),
    assertedBy: z.enum(asserters),
    clientView: z.enum(clientViews),
    state: z.enum(needStates),
  })
  .refine(mayHaveEnded, ended)

/** The verification that goes with a state that was just reached; declining leaves it as it was. */
export function verificationOf(state: NeedState, before: Verification | undefined): Verification {
  if (state === 'refuted' || state === 'entered-in-error') return state
  if (state === 'suspected') return isUnsure(before) ? before! : 'unconfirmed'
  if (state === 'declined') return before ?? 'unconfirmed'
  return 'confirmed'
}

/** Social determinants (ICD-10-CM Z55–Z65) are never a claim's first diagnosis. */
export function billableAs({ code }: Pick<Need, 'code'>): { icd10: string; secondaryOnly: boolean } | undefined {
  const icd10 = code?.codings.find(({ system }) => system === 'http://hl7.org/fhir/sid/icd-10-cm')?.code
  if (icd10 === undefined) return undefined
  const category = Number(/^Z(\d\d)/.exec(icd10)?.[1] ?? 0)
  return { icd10, secondaryOnly: category >= 55 && category <= 65 }
}

export const needMachine = stateMachine({
  states: needStates,
  events: {
    confirm: { from: ['suspected', 'declined'], to: 'confirmed' },
    refute: { from: ['suspected', 'confirmed'], to: 'refuted' },
    decline: { from: ['suspected', 'confirmed', 'being-addressed'], to: 'declined' },
    resolve: { from: ['confirmed', 'being-addressed', 'recurred'], to: 'resolved' },
    recur: { from: ['resolved'], to: 'recurred' },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})

/** What an event changes besides the state: on which `day` the need ended, and why it stands as it does. */
export function applyNeedEvent(moved: Need, event: { readonly type: string; readonly reason?: string }, day: string): Need {
  const { statusReason: _, resolvedOn, ...rest } = moved
  const isOver = moved.state === 'resolved' || moved.state === 'declined' || moved.state === 'refuted'
  const over = event.type === 'resolve' ? day : isOver ? resolvedOn : undefined
  return {
    ...rest,
    ...(over !== undefined && { resolvedOn: over }),
    ...(event.reason !== undefined && { statusReason: event.reason }),
  }
}
