/**
 * A group session: people who meet for one purpose. It stays in the house; what happened with each member is a session of their own, which
 * names nobody else.
 */
import { z } from 'zod'
import { Handle, Id, Identifier, list, RefTo, Text, Times } from './kernel.ts'
import { labelFields } from './labels.ts'
import { modalities } from './session.ts'
import { stateMachine } from './state-machine.ts'

export const groupSessionStates = ['planned', 'held', 'cancelled', 'entered-in-error'] as const

/** Fewer are no group. */
export const fewest = 2

export const GroupMember = z.object({
  handle: Handle,
  clientId: Id,
  /** Were they there? */
  present: z.boolean().optional(),
})
export type GroupMember = z.infer<typeof GroupMember>

/** Read schema: a Group with our code. */
export const GroupSession = z.object({
  identifiers: list(Identifier),
  topic: Text.optional(),
  curriculum: Text.optional(),
  /** Who holds it. */
  facilitator: RefTo('Practitioner', 'PractitionerRole').optional(),
  coFacilitators: list(RefTo('Practitioner', 'PractitionerRole')),
  modality: z.enum(modalities).optional(),
  scheduled: Times.optional(),
  actual: Times.optional(),
  /** Most that may take part, as payers have it. */
  maxSize: z.number().int().min(1).optional(),
  members: list(GroupMember),
  statusReason: Text.optional(),
  ...labelFields,
  state: z.enum(groupSessionStates),
})
export type GroupSession = z.infer<typeof GroupSession>

/** What we ask of a group of our own. */
export const GroupSessionCommand = GroupSession.extend({
  topic: Text,
  facilitator: RefTo('Practitioner', 'PractitionerRole'),
  modality: z.literal('in-person').default('in-person'),
  members: z.array(GroupMember).min(fewest, 'a group has two members at least: one is an individual session').readonly(),
}).superRefine(({ members, maxSize }, ctx) => {
  const fault = (path: string, message: string): void => ctx.addIssue({ code: 'custom', path: [path], message })
  if (new Set(members.map(({ clientId }) => clientId)).size < members.length) fault('members', 'name somebody twice')
  if (maxSize !== undefined && members.length > maxSize) fault('members', 'are more than may take part')
})

export const groupSessionMachine = stateMachine({
  states: groupSessionStates,
  events: {
    hold: { from: ['planned'], to: 'held' },
    cancel: { from: ['planned'], to: 'cancelled', reason: true },
    'mark-error': { from: 'any', to: 'entered-in-error', reason: true },
  },
})

/** What `hold` says: when, and who of the members did not come. */
export const HoldDetail = z.object({ actual: Times, absent: z.array(Id).readonly().default([]) })

export const presentIn = ({ members }: GroupSession): readonly GroupMember[] => members.filter(({ present }) => present === true)
