/** What a payer's answer comes to: a state, and units that may be used. */
import type { Authorization, AuthorizationItem, AuthorizationState, DecidedItem, ReviewAction } from './authorization.ts'

/** States that an answer refines: what was neither submitted, nor taken back, nor appealed since, is not up to the payer. */
const answerable: ReadonlySet<AuthorizationState> = new Set([
  'submitted',
  'pended',
  'approved',
  'partially-approved',
  'modified',
  'denied',
])

/** The state after the payer's decisions on all items. */
export function decidedState({ state, items, answer }: Pick<Authorization, 'state' | 'items' | 'answer'>): AuthorizationState {
  const decisions = items.map(({ sequence }) => decisionOn(answer, sequence)?.decision?.code)
  const all = (...wanted: readonly ReviewAction[]): boolean =>
    decisions.every((code) => code !== undefined && wanted.includes(code))
  if (!answerable.has(state) || decisions.every((code) => code === undefined)) return state
  if (decisions.some((code) => code === undefined || code === 'A4')) return 'pended'
  if (all('C')) return 'cancelled'
  if (all('A3', 'C')) return 'denied'
  if (all('A1')) return 'approved'
  return all('A1', 'A6') ? 'modified' : 'partially-approved'
}

export const decisionOn = (answer: Authorization['answer'], sequence: number): DecidedItem | undefined =>
  answer?.items.find((one) => one.sequence === sequence)

const granting: ReadonlySet<ReviewAction | undefined> = new Set(['A1', 'A2', 'A6'])
const standing: ReadonlySet<AuthorizationState> = new Set(['pended', 'approved', 'partially-approved', 'modified'])

interface Grant {
  readonly units: number
  /** When they may be used: as the payer says for the item, for all, or as it was asked. */
  readonly period: Authorization['period']
}

/** What may be done of an item; nothing while it waits, nor once it was denied, cancelled or appealed. `state` is the decided one. */
export function grantOf(authorization: Authorization, item: AuthorizationItem): Grant | undefined {
  const { answer, period, state } = authorization
  const decided = decisionOn(answer, item.sequence)
  const code = decided?.decision?.code
  if (!standing.has(state) || !granting.has(code)) return undefined
  // Certified in total, without a number: what was asked for.
  const units = decided?.unitsApproved ?? (code === 'A1' ? item.unitsRequested : undefined)
  return { units: Number(units ?? 0), period: decided?.period ?? answer?.period ?? period }
}
