/**
 * State machines as data: an event leads from one of its states to another. States move by events alone; what is not listed is an
 * `illegal-event`, answered with the events allowed.
 */
import { fail, ok, type Result } from './problem.ts'

export interface Transition<S extends string> {
  readonly from: readonly S[]
  readonly to: S
  /** Who may cause it; `clock` never comes from outside. */
  readonly by?: 'requester' | 'performer' | 'either' | 'clock'
  /** A reason in words must come with it. */
  readonly reason?: boolean
}

export interface StateMachine<S extends string, E extends string> {
  readonly states: readonly S[]
  readonly events: Readonly<Record<E, Transition<S>>>
}

export const stateMachine = <const S extends string, const E extends string>(machine: StateMachine<S, E>): StateMachine<S, E> =>
  machine

/** Events that this state allows, by name. */
export function allowedEvents<S extends string, E extends string>(machine: StateMachine<S, E>, state: S): readonly E[] {
  const names = Object.keys(machine.events) as E[]
  return names.filter((name) => machine.events[name].from.includes(state))
}

/** The same without those that only time causes: what can be sent. */
export function offeredEvents<S extends string, E extends string>(machine: StateMachine<S, E>, state: S): readonly E[] {
  return allowedEvents(machine, state).filter((name) => machine.events[name].by !== 'clock')
}

/** The state an event leads to; 409 with the allowed events where the machine has no such move, 422 where a reason is missing. */
export function step<S extends string, E extends string>(
  machine: StateMachine<S, E>,
  state: S,
  event: string,
  reason?: string,
): Result<S> {
  const transition = (machine.events as Readonly<Record<string, Transition<S>>>)[event]
  const allowed = offeredEvents(machine, state)
  if (!Object.hasOwn(machine.events, event) || !transition?.from.includes(state)) {
    return fail('illegal-event', `In state ${state} this event is not allowed.`, { allowed })
  }
  if (transition.reason && !reason?.trim()) {
    return fail('rule-broken', `The event ${event} needs a reason.`, {
      issues: [{ path: 'reason', message: 'is required for this event' }],
    })
  }
  return ok(transition.to)
}

/** The event that leads from one state to the other, if one does: for writes on `/fhir` that move a status. */
export function eventBetween<S extends string, E extends string>(machine: StateMachine<S, E>, from: S, to: S): E | undefined {
  return allowedEvents(machine, from).find((name) => machine.events[name].to === to)
}
