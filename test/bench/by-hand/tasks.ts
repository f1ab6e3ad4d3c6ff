/** What the measuring of mappings compares: each mapping, the same by hand, resources, and a change that is written. */
import type * as fhir from '@medplum/fhirtypes'
import appointmentAppointment from '../../../mappings/appointment.appointment.ts'
import assessmentResponse, { type AssessmentParts } from '../../../mappings/assessment.questionnaire-response.ts'
import carePlanCarePlan from '../../../mappings/care-plan.care-plan.ts'
import clientPatient from '../../../mappings/client.patient.ts'
import dischargeEncounter from '../../../mappings/discharge.encounter.ts'
import goalGoal from '../../../mappings/goal.goal.ts'
import locationLocation from '../../../mappings/location.location.ts'
import needCondition from '../../../mappings/need.condition.ts'
import referralRequest, { type ReferralParts } from '../../../mappings/referral.service-request.ts'
import sessionEncounter, { type SessionParts } from '../../../mappings/session.encounter.ts'
import type { Appointment } from '../../../src/domain/appointment.ts'
import type { Assessment } from '../../../src/domain/assessment.ts'
import type { CarePlan } from '../../../src/domain/care-plan.ts'
import type { Client } from '../../../src/domain/client.ts'
import type { Discharge } from '../../../src/domain/discharge.ts'
import type { Goal } from '../../../src/domain/goal.ts'
import type { Location } from '../../../src/domain/location.ts'
import type { Need } from '../../../src/domain/need.ts'
import type { Referral } from '../../../src/domain/referral.ts'
import type { Session } from '../../../src/domain/session.ts'
import type { Mapping, Reading } from '../../../src/lens/mapping.ts'
import { readAppointment, writeAppointment } from './appointment.ts'
import { readAssessment, writeAssessment } from './assessment.ts'
import { readCarePlan, writeCarePlan } from './care-plan.ts'
import { carePlan, oddCarePlans, oddQuestionnaireResponses, questionnaireResponse } from './care-resources.ts'
import { readDischarge, type StayParts, writeDischarge } from './discharge.ts'
import { oddSessions, oddStays, session, stay } from './encounters.ts'
import { readGoal } from './goal.ts'
import { locationAsLocation, patientAsClient } from './jsonata.ts'
import { readLocation, writeLocation } from './location.ts'
import { readNeed, writeNeed } from './need.ts'
import { readClient } from './read-client.ts'
import { readReferral } from './read-referral.ts'
import { readSession } from './read-session.ts'
import { oddReferrals, referral } from './referrals.ts'
import {
  appointment,
  asSent,
  condition,
  goal,
  location,
  oddAppointments,
  oddConditions,
  oddGoals,
  oddLocations,
  oddPatients,
  patient,
} from './resources.ts'
import { writeClient } from './write-client.ts'
import { writeGoal } from './write-goal.ts'
import { writeReferral } from './write-referral.ts'
import { writeSession } from './write-session.ts'

export const batch = 500

/** A mapping, and the same by hand. */
export interface Task<D, P> {
  readonly name: string
  readonly mapping: Mapping<D, P>
  readonly read: (parts: P) => Reading<D>
  readonly write: (value: D, onto?: P) => P
  readonly alike: readonly P[]
  readonly various: readonly P[]
  readonly odd: readonly P[]
  readonly change: (value: D, n: number) => D
  readonly jsonata?: (parts: P) => Promise<unknown>
}

/** Parts of one kind: all alike, as various partners send them, and odd ones. */
function sentAs<P extends object>(make: (n: number) => P, odd: readonly P[]) {
  const alike = Array.from({ length: batch }, (_, n) => make(n))
  const sent = (parts: P, n: number) =>
    Object.fromEntries(Object.entries(parts).map(([type, part]) => [type, asSent(part, n)])) as P
  return { alike, various: alike.map(sent), odd }
}

const client: Task<Client, { Patient: fhir.Patient }> = {
  name: 'client',
  mapping: clientPatient,
  read: readClient,
  write: writeClient,
  ...sentAs(
    (n) => ({ Patient: patient(n) }),
    oddPatients.map((Patient) => ({ Patient })),
  ),
  change: (value, n) => ({ ...value, addresses: value.addresses.map((address) => ({ ...address, city: `Albany ${n}` })) }),
  jsonata: ({ Patient }) => patientAsClient.evaluate(Patient),
}

const house: Task<Location, { Location: fhir.Location }> = {
  name: 'location',
  mapping: locationLocation,
  read: readLocation,
  write: writeLocation,
  ...sentAs(
    (n) => ({ Location: location(n) }),
    oddLocations.map((Location) => ({ Location })),
  ),
  change: (value, n) => ({ ...value, name: `Harbor House ${n}` }),
  jsonata: ({ Location }) => locationAsLocation.evaluate(Location),
}

const visit: Task<Appointment, { Appointment: fhir.Appointment }> = {
  name: 'appointment',
  mapping: appointmentAppointment,
  read: readAppointment,
  write: writeAppointment,
  ...sentAs(
    (n) => ({ Appointment: appointment(n) }),
    oddAppointments.map((Appointment) => ({ Appointment })),
  ),
  change: (value, n) => ({ ...value, about: `Room ${n}` }),
}

const need: Task<Need, { Condition: fhir.Condition }> = {
  name: 'need',
  mapping: needCondition,
  read: readNeed,
  write: writeNeed,
  ...sentAs(
    (n) => ({ Condition: condition(n) }),
    oddConditions.map((Condition) => ({ Condition })),
  ),
  change: (value, n) => ({ ...value, onset: `${2000 + (n % 20)}` }),
}

const aim: Task<Goal, { Goal: fhir.Goal }> = {
  name: 'goal',
  mapping: goalGoal,
  read: readGoal,
  write: writeGoal,
  ...sentAs(
    (n) => ({ Goal: goal(n) }),
    oddGoals.map((Goal) => ({ Goal })),
  ),
  change: (value, n) => ({ ...value, clientWords: `I want to sleep by ${n}` }),
}

const plan: Task<CarePlan, { CarePlan: fhir.CarePlan }> = {
  name: 'care plan',
  mapping: carePlanCarePlan,
  read: readCarePlan,
  write: writeCarePlan,
  ...sentAs(
    (n) => ({ CarePlan: carePlan(n) }),
    oddCarePlans.map((CarePlan) => ({ CarePlan })),
  ),
  change: (value, n) => ({ ...value, title: `Plan ${n}` }),
}

const screening: Task<Assessment, AssessmentParts> = {
  name: 'assessment',
  mapping: assessmentResponse,
  read: readAssessment,
  write: writeAssessment,
  ...sentAs(
    (n): AssessmentParts => ({ QuestionnaireResponse: questionnaireResponse(n) }),
    oddQuestionnaireResponses.map((QuestionnaireResponse) => ({ QuestionnaireResponse })),
  ),
  change: (value, n) => ({ ...value, completedAt: `2026-02-02T10:00:0${n % 10}-05:00` }),
}

const leaving: Task<Discharge, StayParts> = {
  name: 'discharge',
  mapping: dischargeEncounter,
  read: readDischarge,
  write: writeDischarge,
  ...sentAs(stay, oddStays),
  change: (value, n) => ({ ...value, ward: `Ward ${n}` }),
}

const meeting: Task<Session, SessionParts> = {
  name: 'session',
  mapping: sessionEncounter,
  read: readSession,
  write: writeSession,
  ...sentAs(session, oddSessions),
  change: (value, n) => ({ ...value, actual: { ...value.actual, end: `2026-03-02T15:0${n % 10}:00-05:00` } }),
}

const requests = sentAs<ReferralParts>(referral, oddReferrals)
const handing: Task<Referral, ReferralParts> = {
  name: 'referral',
  mapping: referralRequest,
  read: readReferral,
  write: writeReferral,
  ...requests,
  // Others send requests for which there is no work yet.
  various: requests.various.map((parts, n) => (n % 5 === 4 ? { ServiceRequest: parts.ServiceRequest } : parts)),
  change: (value, n) => ({ ...value, patientInstruction: `Bring letter ${n}` }),
}

type AnyTask = Task<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>
export const tasks = [
  client,
  house,
  visit,
  need,
  aim,
  plan,
  screening,
  leaving,
  meeting,
  handing,
] as unknown as readonly AnyTask[]
