/** Elements of a crisis that need a word of their own: actions, alerts, and what its parts say besides. */
import type * as fhir from '@medplum/fhirtypes'
import type { z } from 'zod'
import { actionKinds, type CrisisAction, type Escalation, type MeansSafety, type Transfer } from '../../src/domain/crisis.ts'
import { bool, dateTime, oneOf, refTo, text, withHandle } from '../../src/lens/codecs.ts'
import { shape } from '../../src/lens/shape.ts'
import { alertTopic } from '../codes/crisis.ts'
import { snomed } from '../codes/systems.ts'
import { annotated } from './annotated.ts'
import { valuesOf } from './combine.ts'
import { extension, local } from './extension.ts'
import { party } from './party.ts'
import { unknownSubject } from './stay.ts'

export const action = annotated<CrisisAction>(
  'crisis-action',
  (said) => ({
    actor: extension(said, 'actor').valueReference.optional(party()),
    kind: extension(said, 'kind').valueCode.as(oneOf(...actionKinds)),
    note: extension(said, 'note').valueString.optional(text),
  }),
  ({ kind, note }) => `${kind}${note === undefined ? '' : `: ${note}`}`,
)

export const meansSafety = shape<fhir.Extension, z.infer<typeof MeansSafety>>(
  'means safety',
  (at) => ({
    asked: extension(at, 'asked').valueBoolean.optional(bool),
    lethalMeans: valuesOf(at.extension, 'lethalMeans', (one) => one.valueString.as(text)),
    counselled: extension(at, 'counselled').valueBoolean.optional(bool),
    plan: extension(at, 'plan').valueString.optional(text),
  }),
  { url: local('means-safety') },
)

export const transfer = shape<fhir.Extension, z.infer<typeof Transfer>>(
  'transfer',
  (at) => ({
    org: extension(at, 'org').valueReference.as(refTo('Organization')),
    person: extension(at, 'person').valueString.as(text),
    at: extension(at, 'at').valueDateTime.as(dateTime),
  }),
  { url: local('transferred-to') },
)

const alertCategory = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/communication-category', code: 'alert' }] }
/** An alert says where to look, and nothing of the client. */
const blankAlert = (topic: 'opened' | 'escalated'): fhir.Communication => ({
  resourceType: 'Communication',
  status: 'in-progress',
  category: [alertCategory],
  priority: 'stat',
  topic: alertTopic(topic),
  payload: [{ contentString: 'A crisis waits for a clinician to acknowledge it.' }],
})

export const escalation = withHandle<fhir.Communication, Escalation>(
  shape<fhir.Communication, Omit<Escalation, 'handle'>>(
    'escalation',
    (at) => ({ at: at.sent.as(dateTime), to: at.recipient.where({}).as(party()) }),
    blankAlert('escalated'),
  ),
)
export const isEscalation = ({ topic }: fhir.Communication): boolean =>
  topic?.coding?.some(({ system, code }) => {
    const [known] = alertTopic('escalated').coding
    return system === known!.system && code === known!.code
  }) === true

export const firstAlert = (sent: string | undefined): fhir.Communication => ({
  ...blankAlert('opened'),
  ...(sent !== undefined && { sent }),
})

/** Crisis intervention with follow-up. */
const intervention = { coding: [{ system: snomed, code: '5694008' }] }
export const isIntervention = ({ code }: fhir.Procedure): boolean => code?.coding?.some((one) => one.code === '5694008') === true

export const blankParts = {
  RiskAssessment: { resourceType: 'RiskAssessment', status: 'final', subject: unknownSubject },
  Procedure: { resourceType: 'Procedure', status: 'in-progress', code: intervention, subject: unknownSubject },
} satisfies { RiskAssessment: fhir.RiskAssessment; Procedure: fhir.Procedure }
