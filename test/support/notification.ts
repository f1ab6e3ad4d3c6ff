/** A Da Vinci notification of Rosa Quintero's discharge from St. Brendan's: the same stay as the HL7 v2 message of `hl7v2.ts`. */
import { authority } from './hospital.ts'

interface NotificationChanges {
  readonly bundle?: object
  readonly header?: object
  readonly encounter?: object
  readonly patient?: object
  readonly condition?: object
}

export function notification({ bundle, header, encounter, patient, condition }: NotificationChanges = {}): object {
  const [visit, person, illness] = [
    'urn:uuid:5fe62cd5-0001-4000-8000-000000000001',
    'urn:uuid:5fe62cd5-0001-4000-8000-000000000002',
    'urn:uuid:5fe62cd5-0001-4000-8000-000000000003',
  ]
  return {
    resourceType: 'Bundle',
    type: 'message',
    timestamp: '2025-03-10T23:46:00-04:00',
    ...bundle,
    entry: [
      {
        fullUrl: 'urn:uuid:5fe62cd5-0001-4000-8000-000000000000',
        resource: {
          resourceType: 'MessageHeader',
          id: 'note-1',
          eventCoding: {
            system: 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event',
            code: 'notification-discharge',
          },
          source: { endpoint: 'https://stbrendan.example/fhir' },
          focus: [{ reference: visit }],
          ...header,
        },
      },
      {
        fullUrl: visit,
        resource: {
          resourceType: 'Encounter',
          id: 'visit-1',
          meta: { lastUpdated: '2025-03-10T23:44:30-04:00' },
          identifier: [
            {
              type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'VN' }] },
              system: authority,
              value: 'V90017',
            },
          ],
          status: 'finished',
          class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
          subject: { reference: person },
          period: { start: '2025-03-02T08:15:00-05:00', end: '2025-03-10T23:40:00-04:00' },
          hospitalization: {
            dischargeDisposition: { coding: [{ system: 'https://www.nubc.org/CodeSystem/PatDischargeStatus', code: '01' }] },
          },
          diagnosis: [
            {
              condition: { reference: illness },
              rank: 1,
              use: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/diagnosis-role', code: 'DD' }] },
            },
          ],
          ...encounter,
        },
      },
      {
        fullUrl: person,
        resource: {
          resourceType: 'Patient',
          id: 'patient-1',
          identifier: [{ system: authority, value: '778812' }],
          name: [{ use: 'official', family: 'Quintero', given: ['Rosa', 'M'] }],
          birthDate: '1984-02-19',
          ...patient,
        },
      },
      {
        fullUrl: illness,
        resource: {
          resourceType: 'Condition',
          id: 'illness-1',
          subject: { reference: person },
          encounter: { reference: visit },
          code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F32.2' }] },
          ...condition,
        },
      },
    ],
  }
}
