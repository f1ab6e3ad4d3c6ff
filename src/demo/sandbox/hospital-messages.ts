/** What a hospital says of a discharge: an HL7 v2 message (ADT^A03), and the Da Vinci notification of the same stay. All invented. */
import { randomUUID } from 'node:crypto'
import { hl7Time } from '../days.ts'

/** The hospital's own numbers of patients and visits. */
export const authority = 'urn:oid:2.16.840.1.113883.19.5'
export const endpoint = 'https://stbrendan.example/fhir'

interface HospitalPatient {
  readonly number: string
  readonly family: string
  readonly given: string
  /** `1984-02-19` */
  readonly birthDate: string
  readonly gender: 'female' | 'male'
}

export interface HospitalStay {
  readonly visit: string
  readonly patient: HospitalPatient
  /** Instants with an offset. */
  readonly admittedAt: string
  readonly dischargedAt: string
  /** When the ward took it down. */
  readonly reportedAt: string
  /** ICD-10-CM. */
  readonly diagnosis: { readonly code: string; readonly text: string }
}

/** https://www.hl7.eu/HL7v2x/v251/std251/ch03.html#Heading14 */
export function dischargeMessage(stay: HospitalStay, controlId: string): string {
  const { patient, visit, diagnosis } = stay
  const at = hl7Time(stay.reportedAt)
  const sex = patient.gender === 'female' ? 'F' : 'M'
  const name = `${patient.family}^${patient.given}^^^^^L`.toUpperCase()
  const pv1 = [
    ...['1', 'I', 'PSY4^412^B^STB', '', '', '', '1871500009^OKAFOR^NNAMDI^^^DR^MD^^NPI', '', '', 'PSY'],
    ...[...Array(8).fill(''), `${visit}^^^STB`, ...Array(16).fill(''), '01', ...Array(7).fill('')],
    ...[hl7Time(stay.admittedAt), hl7Time(stay.dischargedAt)],
  ]
  const segments = [
    `MSH|^~\\&|CAREADT|STBRENDAN|HANDOFF|COORD|${at}||ADT^A03^ADT_A03|${controlId}|P|2.5.1`,
    `EVN|A03|${at}`,
    `PID|1||${patient.number}^^^STB&2.16.840.1.113883.19.5&ISO^MR||${name}||${patient.birthDate.replaceAll('-', '')}|${sex}`,
    `PV1|${pv1.join('|')}`,
    `DG1|1||${diagnosis.code}^${diagnosis.text}^I10C|||F|||||||||1`,
  ]
  return segments.map((segment) => `${segment}\r`).join('')
}

/** https://hl7.org/fhir/us/davinci-alerts/ */
export function dischargeNotification(stay: HospitalStay): object {
  const { patient, visit, diagnosis } = stay
  const url = () => `urn:uuid:${randomUUID()}`
  const [header, encounter, person, condition] = [url(), url(), url(), url()]
  return {
    resourceType: 'Bundle',
    type: 'message',
    timestamp: stay.reportedAt,
    entry: [
      {
        fullUrl: header,
        resource: {
          resourceType: 'MessageHeader',
          id: `note-${visit}`,
          eventCoding: {
            system: 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event',
            code: 'notification-discharge',
          },
          source: { endpoint },
          focus: [{ reference: encounter }],
        },
      },
      {
        fullUrl: encounter,
        resource: {
          resourceType: 'Encounter',
          id: `visit-${visit}`,
          meta: { lastUpdated: stay.reportedAt },
          identifier: [
            {
              type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'VN' }] },
              system: authority,
              value: visit,
            },
          ],
          status: 'finished',
          class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
          subject: { reference: person },
          period: { start: stay.admittedAt, end: stay.dischargedAt },
          hospitalization: {
            dischargeDisposition: { coding: [{ system: 'https://www.nubc.org/CodeSystem/PatDischargeStatus', code: '01' }] },
          },
          diagnosis: [
            {
              condition: { reference: condition },
              rank: 1,
              use: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/diagnosis-role', code: 'DD' }] },
            },
          ],
        },
      },
      {
        fullUrl: person,
        resource: {
          resourceType: 'Patient',
          id: `patient-${patient.number}`,
          identifier: [{ system: authority, value: patient.number }],
          name: [{ use: 'official', family: patient.family, given: [patient.given] }],
          gender: patient.gender,
          birthDate: patient.birthDate,
        },
      },
      {
        fullUrl: condition,
        resource: {
          resourceType: 'Condition',
          id: `illness-${visit}`,
          subject: { reference: person },
          encounter: { reference: encounter },
          code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: diagnosis.code }], text: diagnosis.text },
        },
      },
    ],
  }
}
