/** Act 1: the partners are made known to the gateway, and the agency's records are loaded. */

import { zone } from '../days.ts'
import { authority, endpoint } from '../sandbox/hospital-messages.ts'
import type { Act } from '../stage.ts'
import { check } from '../talk.ts'
import { dana, directory, payerOrg, rosa, rosaAsPatient } from './people.ts'

/** What an EHR keeps of a client of ours. */
const forTheEhr = [
  ...['Patient', 'Practitioner', 'PractitionerRole', 'Organization', 'Encounter', 'Condition', 'ServiceRequest', 'Task'],
  ...['QuestionnaireResponse', 'Observation', 'Procedure'],
]
/** What a payer needs to pay, and no more. */
const forThePayer = ['Patient', 'Organization', 'Coverage', 'ChargeItem']

export const opening: Act = {
  title: 'Before anything happens',
  steps: [
    {
      title: 'An EHR, a payer and a hospital are connected',
      async play({ gateway, ehr, payer }) {
        const retry = { baseMs: 200, capMs: 2000, maxAttempts: 20 }
        const partners = [
          { name: 'northwind-ehr', kind: 'ehr', baseUrl: ehr.baseUrl, push: forTheEhr, retry },
          { name: 'lakeshore-plan', kind: 'payer', baseUrl: payer.baseUrl, push: forThePayer, purpose: 'HPAYMT', retry },
          {
            name: 'st-brendan',
            kind: 'hospital',
            timeZone: zone,
            senders: [{ application: 'CAREADT', facility: 'STBRENDAN' }, { endpoint }],
            assigningAuthorities: { STB: authority },
          },
        ]
        for (const partner of partners) await gateway.post('/admin/connections', partner)
        await gateway.ask(`/admin/payer-rules/${payerOrg}`, { method: 'PUT', body: { quarterHour: 'full' } })
        const tested = await gateway.post<{ software?: string }>('/admin/connections/northwind-ehr/test', {})
        check(tested.software === 'Northwind EHR', 'The EHR did not say who it is.')
        return {
          means:
            'The gateway knows whom it speaks with: what each is sent, in which zone the hospital writes its times, how it numbers its patients.',
          facts: [
            `northwind-ehr   ${ehr.baseUrl}   answers, and says who it is`,
            `lakeshore-plan  ${payer.baseUrl}   is sent what it needs to pay, and no more; counts full quarter hours`,
            'st-brendan      sends HL7 v2 as CAREADT, FHIR messages as stbrendan.example',
          ],
          see: ['/admin/connections', '/console'],
        }
      },
    },
    {
      title: 'Rosa, those who work with her, and her consent are on record',
      async play({ gateway, days }) {
        const resources = [rosaAsPatient, ...directory(days)]
        const entry = resources.map((resource) => ({
          resource,
          request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
        }))
        const done = await gateway.post<{ entry: readonly { response: { status: string } }[] }>('/fhir', {
          resourceType: 'Bundle',
          type: 'transaction',
          entry,
        })
        check(
          done.entry.length === entry.length && done.entry.every(({ response }) => response.status.startsWith('201')),
          'Not everything was created.',
        )
        return {
          means:
            'One FHIR transaction, all or nothing. Rosa Quintero has been a client for a year, Dana Whitfield is her counsellor. The same records are there in FHIR and in the care team’s words: there is one copy, and two ways to say it.',
          facts: [`${entry.length} resources created, each searchable by the time the answer came`],
          see: [`/fhir/Patient/${rosa}`, `/coordination/clients/${rosa}`, `/coordination/practitioners/${dana}`],
        }
      },
    },
  ],
}
