/** WorkItem ↔ Task with a code of ours. https://hl7.org/fhir/R4/task.html */
import type * as fhir from '@medplum/fhirtypes'
import type { Sla } from '../src/domain/sla.ts'
import { type Escalation, priorities, WorkItem, workItemKinds } from '../src/domain/work-item.ts'
import { asCode, codeTable } from '../src/lens/code-table.ts'
import type { Codec } from '../src/lens/codec.ts'
import { dateTime, idOf, oneOf, refTo, text, withHandle } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape, together } from '../src/lens/shape.ts'
import { withUrl } from './shared/combine.ts'
import { identifier } from './shared/datatypes.ts'
import { extension, local, localSystem } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { reasonText } from './shared/reason-text.ts'

/** Of Task.code: which kind of work it is. */
export const workItemKind = localSystem('work-item-kind')

/** https://hl7.org/fhir/R4/valueset-task-status.html: several are one to us. */
const states = codeTable('http://hl7.org/fhir/task-status', [
  ['ready', 'open'],
  ['draft', 'open'],
  ['requested', 'open'],
  ['received', 'open'],
  ['accepted', 'open'],
  ['in-progress', 'in-progress'],
  ['on-hold', 'deferred'],
  ['completed', 'done'],
  ['cancelled', 'cancelled'],
  ['rejected', 'cancelled'],
  ['failed', 'cancelled'],
  ['entered-in-error', 'entered-in-error'],
])

/** The statuses that read as a state, parted by commas. */
export const statusesOf = (state: string): string =>
  states.rows.flatMap(([code, term]) => (term === state ? [code] : [])).join(',')

const clock = shape<fhir.Extension, Sla>(
  'SLA clock',
  (at) => ({
    policyId: extension(at, 'policy').valueCode.as(text),
    startedAt: extension(at, 'started').valueDateTime.optional(dateTime),
    targetAt: extension(at, 'target').valueDateTime.optional(dateTime),
    breachedAt: extension(at, 'breached').valueDateTime.optional(dateTime),
  }),
  { url: local('sla') },
)

/** Partners who do not know our clocks see the breach in the business status. */
type RawSla = { readonly sla: Sla | undefined; readonly mark: string | undefined }
const marked: Codec<RawSla, Sla | undefined> = {
  name: 'SLA',
  read: ({ sla }) => sla,
  write: (sla) => ({ sla, mark: sla?.breachedAt === undefined ? undefined : 'sla-breached' }),
}

const escalation = withHandle<fhir.Extension, Escalation>(
  shape<fhir.Extension, Omit<Escalation, 'handle'>>(
    'escalation',
    (at) => ({
      at: extension(at, 'at').valueDateTime.as(dateTime),
      to: extension(at, 'to').valueReference.reference.optional(text),
      reason: extension(at, 'reason').valueString.optional(text),
    }),
    { url: local('escalation') },
  ),
)

export default mapping<WorkItem, { Task: fhir.Task }>({
  name: 'work-item.task',
  version: 1,
  domain: WorkItem,
  owner: 'coordination',
  blank: { Task: { resourceType: 'Task', status: 'ready', intent: 'order' } },
  fields: ({ Task }) => ({
    identifiers: Task.identifier.each(identifier, { by: ['handle'] }),
    kind: Task.code.coding.where({ system: workItemKind }).code.optional(oneOf(...workItemKinds)),
    clientId: Task.for.optional(idOf('Patient')),
    about: Task.focus.reference.optional(text),
    what: Task.description.optional(text),
    dueAt: Task.restriction.period.end.optional(dateTime),
    sla: together({
      sla: extension(Task, local('sla')).optional(clock),
      mark: Task.businessStatus.coding.where({ system: localSystem('work-item-business-status') }).code.optional(text),
    }).as<Sla | undefined>(marked),
    priority: Task.priority.optional(oneOf(...priorities)).ownedBy('shared'),
    assignee: Task.at('owner').optional(
      refTo('PractitionerRole', 'Practitioner', 'CareTeam', 'Organization', 'Patient', 'RelatedPerson'),
    ),
    escalations: Task.extension.each(escalation, { by: ['handle'], only: withUrl(local('escalation')) }),
    reason: Task.statusReason.optional(reasonText),
    ...labels(Task),
    state: Task.status.as(asCode(states)).ownedBy('shared'),
  }),
})
