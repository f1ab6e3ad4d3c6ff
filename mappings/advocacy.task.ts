/** AdvocacyAction ↔ Task, and a Communication about it for each step. https://hl7.org/fhir/R4/task.html */

import type * as fhir from '@medplum/fhirtypes'
import { AdvocacyAction, authorities, type Step, stateOf, type TaskStatus, taskStatuses } from '../src/domain/advocacy.ts'
import { asConcept } from '../src/lens/code-table.ts'
import type { Codec } from '../src/lens/codec.ts'
import { date, dateTime, idOf, integer, oneOf, refTo, text, withHandle } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape, together } from '../src/lens/shape.ts'
import { advocacyKind, advocacyOutcome, appealed, isAdvocacyStep, stepTopic } from './codes/advocacy.ts'
import { oneCoding, peek, valuesOf } from './shared/combine.ts'
import { identifier } from './shared/datatypes.ts'
import { extension, local, localSystem } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { party } from './shared/party.ts'
import { reasonText } from './shared/reason-text.ts'
import { hasValue } from './shared/referral-elements.ts'

export interface AdvocacyParts {
  readonly Task: fhir.Task
  readonly Communication: readonly fhir.Communication[]
}

const step = withHandle<fhir.Communication, Step>(
  shape<fhir.Communication, Omit<Step, 'handle'>>(
    'step',
    (at) => ({
      at: at.sent.as(dateTime),
      action: at.payload.where({}).contentString.as(text),
      contact: at.recipient.where({}).optional(party()),
      outcome: extension(at, local('step-outcome')).valueString.optional(text),
    }),
    { resourceType: 'Communication', status: 'completed', topic: stepTopic },
  ),
)

interface RawState {
  readonly status: TaskStatus | undefined
  readonly fine: 'appealed' | undefined
}
/** The status is a row of its own. */
const state: Codec<RawState, AdvocacyAction['state']> = {
  name: 'state of an action',
  read: ({ status, fine }) => stateOf(status ?? 'draft', fine === 'appealed'),
  write: (value) => ({ status: undefined, fine: value === 'appealed' ? value : undefined }),
}

const outcomeType = { coding: [{ system: localSystem('task-output'), code: 'advocacy-outcome' }] }

export default mapping<AdvocacyAction, AdvocacyParts>({
  name: 'advocacy.task',
  version: 1,
  domain: AdvocacyAction,
  owner: 'coordination',
  blank: { Task: { resourceType: 'Task', status: 'in-progress', intent: 'order' }, Communication: [] },
  fields: ({ Task, Communication }) => ({
    identifiers: Task.identifier.each(identifier, { by: ['handle'] }),
    clientId: Task.for.as(idOf('Patient')),
    kind: Task.at('code').as(asConcept(advocacyKind)),
    target: extension(Task, local('advocacy-target')).valueReference.optional(refTo('Organization')),
    authority: extension(Task, local('advocacy-authority')).valueCode.optional(oneOf(...authorities)),
    consentId: extension(Task, local('consent')).valueReference.optional(idOf('Consent')),
    openedAt: Task.authoredOn.optional(dateTime),
    deadline: Task.restriction.period.end.optional(date),
    steps: Communication.each(step, { by: ['handle'], only: { label: 'step', test: isAdvocacyStep } }),
    outcome: Task.output.where({ type: outcomeType }, hasValue).valueCodeableConcept.optional(asConcept(advocacyOutcome)),
    appealOf: extension(Task, local('appeal-of')).valueReference.optional(refTo('Claim', 'Task')),
    documents: valuesOf(Task.extension, local('document'), (at) => at.valueReference.as(idOf('DocumentReference'))),
    timeSpent: extension(Task, local('time-spent')).valueUnsignedInt.optional(integer),
    statusReason: Task.statusReason.optional(reasonText),
    ...labels(Task),
    state: together({
      status: peek(Task.status.optional(oneOf(...taskStatuses))),
      fine: oneCoding(Task.businessStatus.coding, 'appealed', appealed),
    }).as(state),
    // After the state, which looks at what stood here before.
    workStatus: Task.status.as(oneOf(...taskStatuses)),
  }),
})
