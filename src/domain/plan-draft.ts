/**
 * A care plan drafted from a client's open needs: a goal for each, and what could be done first, with the reasons. Nothing is in it that the
 * record does not say: goals are the needs turned round, measures are what showed them, services are those that were found to fit. A person
 * reviews the draft, and activates it.
 */
import { z } from 'zod'
import { CarePlanCommand, type PlannedIntervention } from './care-plan.ts'
import type { Goal, Measure } from './goal.ts'
import { type Coding, Id, type Ref } from './kernel.ts'
import { labelsOf } from './labels.ts'
import type { Need } from './need.ts'
import type { Match } from './service-match.ts'

/** What whoever drafts a plan says of it; without `needs` it is about all that are open, without a period it begins today. */
export const PlanDraftCommand = z.strictObject({
  author: CarePlanCommand.shape.author,
  needs: z.array(Id).min(1).readonly().optional(),
  title: CarePlanCommand.shape.title.default('Care plan'),
  kind: CarePlanCommand.shape.kind.default('coordination'),
  period: CarePlanCommand.shape.period.optional(),
  ...{ episodeId: CarePlanCommand.shape.episodeId, careTeamId: CarePlanCommand.shape.careTeamId },
})
export type PlanDraftCommand = z.infer<typeof PlanDraftCommand>

/** An open need, and what is known around it. */
export interface OpenNeed {
  readonly id: string
  readonly value: Need
  /** Goals that address it and are not over. */
  readonly goals: readonly string[]
  /** What is being done about it already, in words; `isPlanned`: by the plan before. */
  readonly underWay: readonly string[]
  readonly isPlanned: boolean
  /** The best of the services for it. */
  readonly service?: Match | undefined
  /** The newest assessment that is evidence of it, by an instrument that is known here. */
  readonly shownBy?: Shown | undefined
  /** Its client has an active safety plan. */
  readonly isSecured: boolean
}

export interface Shown {
  readonly instrument: string
  readonly panel: Coding
  /** `below`: where the instrument says that the symptoms are gone. */
  readonly total?: { readonly code: Coding; readonly value: string; readonly below?: number | undefined } | undefined
}

/** What could be done, and why. */
export interface Suggested extends Pick<PlannedIntervention, 'kind' | 'code' | 'performers'> {
  readonly reasons: readonly string[]
}

interface Suggestion {
  /** A new one, where no goal addresses the need yet. */
  readonly goal?: Goal
  readonly steps: readonly Suggested[]
}

/** A need turned round, and what is usually done first about one of its kind. */
const usual: Readonly<
  Record<
    NonNullable<Need['domain']>,
    { readonly aim: string; readonly kind: PlannedIntervention['kind']; readonly first: string }
  >
> = {
  clinical: { aim: 'Fewer symptoms', kind: 'referral', first: 'Refer to treatment' },
  substance: { aim: 'Less harm', kind: 'referral', first: 'Refer to treatment' },
  sdoh: { aim: 'The need is met', kind: 'referral', first: 'Refer to a service' },
  functional: { aim: 'Daily life goes better', kind: 'service', first: 'Find support in daily life' },
  legal: { aim: 'The matter is settled', kind: 'advocacy', first: 'Stand up for the client' },
  family: { aim: 'The family copes better', kind: 'education', first: 'Inform and support the family' },
  safety: { aim: 'The client is safe', kind: 'service', first: 'Make a safety plan with the client' },
}

/** What the need is, in the words of the record. */
const wordsOf = ({ code, category }: Need): string =>
  code?.text ??
  code?.codings.find(({ display }) => display !== undefined)?.display ??
  category?.display ??
  category?.code ??
  code?.codings[0]?.code ??
  'need'

const open: ReadonlySet<Need['state']> = new Set(['suspected', 'confirmed', 'being-addressed', 'recurred'])
export const isOpenNeed = ({ state }: Need): boolean => open.has(state)

/** Why nothing is planned for an open need, if so. */
export const leftOut = ({ domain, clientView }: Need): string | undefined =>
  domain === 'sdoh' && clientView === 'disagrees' ? 'The client does not see it as a need.' : undefined

/** What showed the need shows how it comes along: where it stands, and where it should be if the instrument says that. */
function measuresOf({ shownBy }: OpenNeed): readonly Measure[] {
  const total = shownBy?.total
  if (!total) return []
  const score = { unit: 'score', system: 'http://unitsofmeasure.org', code: '{score}' }
  return [
    {
      code: total.code,
      baseline: { quantity: { value: total.value, ...score } },
      ...(total.below !== undefined && { target: { quantity: { value: String(total.below), comparator: '<', ...score } } }),
    },
  ]
}

function goalFor(need: OpenNeed): Goal {
  const { clientId, domain, priority } = need.value
  return {
    identifiers: [],
    clientId,
    statement: { codings: [], text: `${domain === undefined ? 'It goes better' : usual[domain].aim}: ${wordsOf(need.value)}` },
    addresses: [need.id],
    expressedBy: 'coordinator',
    acceptance: [{ party: `Patient/${clientId}`, status: 'pending' }],
    measures: measuresOf(need),
    ...(priority !== undefined && { priority }),
    progress: [],
    trends: [],
    ...labelsOf([need.value]),
    lifecycle: 'proposed',
  }
}

const step = (kind: PlannedIntervention['kind'], what: string, need: OpenNeed, ...reasons: readonly string[]): Suggested => ({
  kind,
  code: { codings: [], text: `${what}: ${wordsOf(need.value)}` },
  performers: [],
  reasons,
})

/** The first thing to do about a confirmed need that nobody does anything about. */
function firstStep(need: OpenNeed): Suggested {
  const { domain, clientView } = need.value
  if (domain === undefined) return step('service', 'Find out what helps', need, 'Nobody has said what kind of need it is.')
  if (domain === 'sdoh' && clientView !== 'agrees')
    return step(
      'communication',
      'Ask whether the client sees it as a need',
      need,
      'A social need is acted on when the client agrees.',
    )
  if (domain === 'safety' && need.isSecured)
    return step('service', 'Go through the safety plan', need, 'There is an active safety plan.')
  const { kind, first } = usual[domain]
  const usually = step(kind, first, need, 'Nothing is being done about it yet.')
  const { service } = need
  if (kind !== 'referral' || service === undefined) return usually
  const who: Ref = { id: service.serviceId, type: 'HealthcareService' }
  const speaking = service.reasons.filter(({ speaks }) => speaks === 'for').map(({ text }) => text)
  const why = speaking.length === 0 ? '' : ` (${speaking.join(', ')})`
  return {
    ...usually,
    performers: [who],
    reasons: [...usually.reasons, `${service.name ?? service.serviceId} fits best${why}.`],
  }
}

/** How one will see whether it helps: by what showed the need, or by asking. */
function lookAgain(need: OpenNeed): Suggested {
  const { shownBy } = need
  if (!shownBy) return step('monitoring', 'Ask how it goes', need, 'No instrument measures it.')
  const { instrument, panel, total } = shownBy
  const found = total === undefined ? '' : ` with a total of ${total.value}`
  return {
    kind: 'assessment',
    code: { codings: [panel], text: `Repeat ${instrument}` },
    performers: [],
    reasons: [`${instrument} showed the need${found}.`],
  }
}

/** What is suspected is found out first: there is no goal for what may not be. */
export function suggestionFor(need: OpenNeed): Suggestion {
  const { state } = need.value
  if (state === 'suspected')
    return { steps: [step('assessment', 'Find out whether it is so', need, 'Nobody has confirmed it yet.')] }
  const first = need.underWay.length > 0 ? [] : [firstStep(need)]
  const goal = need.goals.length === 0 ? { goal: goalFor(need) } : {}
  return { ...goal, steps: need.isPlanned ? [] : [...first, lookAgain(need)] }
}

/** How a draft came about, need by need: the plan's narrative. */
export function narrativeOf(
  needs: readonly { readonly need: OpenNeed; readonly steps: readonly Suggested[] }[],
  others: readonly { readonly need: Need; readonly reason: string }[],
): string {
  const lines = needs.flatMap(({ need, steps }) => [
    `${wordsOf(need.value)} (${need.value.state}).`,
    ...need.underWay.map((what) => `- ${what}`),
    ...steps.map(({ code, reasons }) => `- ${code!.text}. ${reasons.join(' ')}`),
  ])
  return [...lines, ...others.map(({ need, reason }) => `Not planned for: ${wordsOf(need)}. ${reason}`)].join('\n')
}
