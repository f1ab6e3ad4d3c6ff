/**
 * State machines as data: an event leads from one of its states to another. States move by events alone; what is not listed is an
 * `illegal-event`, answered with the events allowed.
 */
import { fail, ok, type Result } from './problem.ts'

/** Who causes an event: the one who asks for the work, the one who does it, or time alone. */
export type Party = 'requester' | 'performer' | 'clock'

interface Transition<S extends string> {
  readonly from: readonly S[]
  readonly to: S
  /** Who may cause it: without it, either of the two; `clock` never comes from outside. */
  readonly by?: Party | 'either'
  /** A reason in words must come with it. */
  readonly reason?: boolean
}

export interface StateMachine<S extends string, E extends string> {
  readonly states: readonly S[]
  readonly events: Readonly<Record<E, Transition<S>>>
}

/** As it is written down; `from: 'any'`: from every state but the one that it leads to. */
type Move<S extends string> = Omit<Transition<S>, 'from'> & { readonly from: readonly S[] | 'any' }

/** A machine as it is asked, from the way it is written down. */
export function stateMachine<const S extends string, const E extends string>({
  states,
  events,
}: {
  readonly states: readonly S[]
  readonly events: Readonly<Record<E, Move<S>>>
}): StateMachine<S, E> {
  const listed = (move: Move<S>): Transition<S> => ({
    ...move,
    from: move.from === 'any' ? states.filter((state) => state !== move.to) : move.from,
  })
  const all = Object.entries<Move<S>>(events).map(([name, move]) => [name, listed(move)] as const)
  return { states, events: Object.fromEntries(all) as Record<E, Transition<S>> }
}

/** Events that this state allows, by name. */
export function allowedEvents<S extends string, E extends string>(machine: StateMachine<S, E>, state: S): readonly E[] {
  const names = Object.keys(machine.events) as E[]
  return names.filter((name) => machine.events[name].from.includes(state))
}

/** Whoever asks from outside, with no part of their own. */
const anybody: readonly Party[] = ['requester', 'performer']

const mayCause = ({ by = 'either' }: Transition<string>, parties: readonly Party[]): boolean =>
  by === 'either' ? anybody.some((one) => parties.includes(one)) : parties.includes(by)

/** The same without those that these parties may not cause: what they can send. */
export function offeredEvents<S extends string, E extends string>(
  machine: StateMachine<S, E>,
  state: S,
  parties: readonly Party[] = anybody,
): readonly E[] {
  return allowedEvents(machine, state).filter((name) => mayCause(machine.events[name], parties))
}

/**
 * The state an event leads to; 409 with the allowed events where the machine has no such move or it is not for these parties to make,
 * 422 where a reason is missing.
 */
export function step<S extends string, E extends string>(
  machine: StateMachine<S, E>,
  state: S,
  event: string,
  reason?: string,
  parties: readonly Party[] = ['requester', 'performer', 'clock'],
): Result<S> {
  const transition = Object.hasOwn(machine.events, event) ? machine.events[event as E] : undefined
  if (!transition?.from.includes(state) || !mayCause(transition, parties)) {
    const isTimes = transition?.by === 'clock' && !parties.includes('clock')
    const detail = isTimes ? 'This event is caused by time alone.' : `In state ${state} this event is not allowed.`
    const offered = parties.filter((party) => party !== 'clock')
    return fail('illegal-event', detail, { allowed: offeredEvents(machine, state, offered) })
  }
  if (transition.reason && !reason?.trim()) {
    return fail('rule-broken', `The event ${event} needs a reason.`, {
      issues: [{ path: 'reason', message: 'is required for this event' }],
    })
  }
  return ok(transition.to)
}

/** The events by which these parties may lead from one state to the other: for writes on `/fhir` that move a status. */
export function eventsBetween<S extends string, E extends string>(
  machine: StateMachine<S, E>,
  from: S,
  to: S,
  parties: readonly Party[],
): readonly E[] {
  return offeredEvents(machine, from, parties).filter((name) => machine.events[name].to === to)
}
