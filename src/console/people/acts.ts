/** What can be done with a record by a form, event by event: `/coordination`'s own events, and as much of their details as a day's work takes. */
import { followUpMachine } from '../../domain/follow-up.ts'
import { needResolutions, outcomeKinds, referralMachine } from '../../domain/referral.ts'
import { offeredEvents, type StateMachine } from '../../domain/state-machine.ts'
import { workItemMachine } from '../../domain/work-item.ts'

/** A field by its path in the event. `yes`: a yes or a no; `when`: a moment in the client's zone, that was or (`until`) is to come; `role`: the caller's own. */
export interface Field {
  readonly path: string
  readonly label: string
  readonly kind: 'text' | 'choice' | 'yes' | 'when' | 'until' | 'role'
  readonly options?: readonly string[]
  readonly optional?: true
}

export interface Act {
  readonly label: string
  readonly fields: readonly Field[]
}

const why: Field = { path: 'reason', label: 'Why', kind: 'text' }
const note: Field = { ...why, label: 'Note', optional: true }
const how: Field = { path: 'outcome.kind', label: 'What came of it', kind: 'choice', options: outcomeKinds }
const more: Field = { path: 'outcome.note', label: 'More about it', kind: 'text', optional: true }

const channels = ['phone', 'text-message', 'video', 'in-person', 'email', 'letter', 'through-somebody-else']
const outcomes = ['reached', 'no-answer', 'left-message', 'call-back-later', 'declined', 'wrong-number']

const of = (machine: StateMachine<string, string>, acts: Readonly<Record<string, Act>>) => ({ machine, acts })

const collections = {
  'follow-ups': of(followUpMachine, {
    attempt: {
      label: 'Record an attempt',
      fields: [
        { path: 'channel', label: 'How', kind: 'choice', options: channels },
        { path: 'outcome', label: 'What came of it', kind: 'choice', options: outcomes },
        { path: 'at', label: 'When', kind: 'when' },
      ],
    },
    'add-evidence': {
      label: 'Complete it: seen elsewhere',
      fields: [
        { path: 'ref', label: 'By whom, and what shows it', kind: 'text' },
        { path: 'occurredAt', label: 'When', kind: 'when' },
      ],
    },
  }),
  'work-items': of(workItemMachine, {
    assign: { label: 'Take it on', fields: [{ path: 'assignee.id', label: 'Role', kind: 'role' }] },
    start: { label: 'Begin', fields: [] },
    complete: { label: 'It is done', fields: [note] },
    defer: { label: 'Put it off', fields: [why, { path: 'dueAt', label: 'Until', kind: 'until' }] },
    reopen: { label: 'Take it up again', fields: [] },
    escalate: { label: 'Pass it on to the supervisor', fields: [why] },
  }),
  referrals: of(referralMachine, {
    send: { label: 'Send it', fields: [] },
    accept: { label: 'They take it on', fields: [] },
    reject: { label: 'They do not', fields: [why] },
    start: { label: 'They have begun', fields: [] },
    hold: { label: 'They pause', fields: [why] },
    resume: { label: 'They go on', fields: [] },
    complete: { label: 'They are done', fields: [how, more] },
    fail: { label: 'It came to nothing', fields: [why] },
    withdraw: { label: 'Withdraw it', fields: [why] },
    cancel: { label: 'Cancel it', fields: [why] },
    'confirm-with-client': {
      label: 'What the client says',
      fields: [
        { path: 'clientConfirmed.saidReceived', label: 'Did the help arrive?', kind: 'yes' },
        { path: 'clientConfirmed.stillNeeded', label: 'Is more needed?', kind: 'yes' },
        { path: 'needResolved', label: 'Is the need met?', kind: 'choice', options: needResolutions },
      ],
    },
    'close-unconfirmed': { label: 'Close it without the client’s word', fields: [why] },
  }),
} as const

export type Worked = keyof typeof collections
export const isWorked = (name: string): name is Worked => Object.hasOwn(collections, name)

/** Those that the state allows, in the order of a day. */
export function actsFor(collection: Worked, state: string): readonly (readonly [event: string, act: Act])[] {
  const { machine, acts } = collections[collection]
  const offered: readonly string[] = offeredEvents(machine, state)
  return Object.entries(acts).filter(([event]) => offered.includes(event))
}

/** What was filled in, as an event; what no field asks for is not heard. */
export function eventOf(
  collection: Worked,
  type: string,
  filled: (path: string) => string,
  moment: (typed: string) => string | undefined,
): { readonly type: string } {
  const { acts } = collections[collection]
  const event: Record<string, unknown> = { type }
  for (const { path, kind } of Object.hasOwn(acts, type) ? acts[type]!.fields : []) {
    const text = filled(path).trim()
    if (text === '') continue
    const value = kind === 'yes' ? text === 'yes' : kind === 'when' || kind === 'until' ? (moment(text) ?? text) : text
    const [first = '', second] = path.split('.')
    event[first] = second === undefined ? value : { ...(event[first] as object | undefined), [second]: value }
  }
  return event as { readonly type: string }
}
