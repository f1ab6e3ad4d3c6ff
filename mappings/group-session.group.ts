/** GroupSession ↔ Group with our code. https://hl7.org/fhir/R4/group.html */
import type * as fhir from '@medplum/fhirtypes'
import type { z } from 'zod'
import { type GroupMember, GroupSession, groupSessionStates } from '../src/domain/group-session.ts'
import { modalities } from '../src/domain/session.ts'
import { bool, idOf, instant, integer, oneOf, refTo, text, withHandle } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape } from '../src/lens/shape.ts'
import { valuesOf } from './shared/combine.ts'
import { identifier } from './shared/datatypes.ts'
import { extension, local, localSystem } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { reasonText } from './shared/reason-text.ts'

/** Of Group.code: `group-session`. */
const groupKind = localSystem('group-kind')
export const isGroupSession = ({ code }: fhir.Group): boolean =>
  code?.coding?.some((one) => one.system === groupKind && one.code === 'group-session') === true

const member = withHandle<fhir.GroupMember, GroupMember>(
  shape<fhir.GroupMember, Omit<GroupMember, 'handle'>>(
    'group member',
    (at) => ({
      clientId: at.entity.as(idOf('Patient')),
      present: extension(at, local('present')).valueBoolean.optional(bool),
    }),
    { entity: {} },
  ),
)

const times = shape<fhir.Period, NonNullable<z.infer<typeof GroupSession>['actual']>>('times', (at) => ({
  start: at.start.as(instant),
  end: at.end.as(instant),
}))

export default mapping<GroupSession, { Group: fhir.Group }>({
  name: 'group-session.group',
  version: 1,
  domain: GroupSession,
  owner: 'coordination',
  blank: {
    Group: {
      resourceType: 'Group',
      type: 'person',
      actual: true,
      code: { coding: [{ system: groupKind, code: 'group-session' }] },
    },
  },
  fields: ({ Group }) => ({
    identifiers: Group.identifier.each(identifier, { by: ['handle'] }),
    topic: Group.at('name').optional(text),
    curriculum: extension(Group, local('group-curriculum')).valueString.optional(text),
    facilitator: Group.managingEntity.optional(refTo('Practitioner', 'PractitionerRole')),
    coFacilitators: valuesOf(Group.extension, local('co-facilitator'), (at) =>
      at.valueReference.as(refTo('Practitioner', 'PractitionerRole')),
    ),
    modality: extension(Group, local('modality')).valueCode.optional(oneOf(...modalities)),
    scheduled: extension(Group, local('scheduled')).valuePeriod.optional(times),
    actual: extension(Group, local('actual')).valuePeriod.optional(times),
    maxSize: extension(Group, local('max-size')).valuePositiveInt.optional(integer),
    members: Group.member.each(member, {
      by: ['handle'],
      only: { label: 'client', test: ({ entity }) => entity?.reference?.startsWith('Patient/') === true },
    }),
    statusReason: extension(Group, local('status-reason')).valueCodeableConcept.optional(reasonText),
    ...labels(Group),
    state: extension(Group, local('domain-state')).valueCode.as(oneOf(...groupSessionStates)),
  }),
})
