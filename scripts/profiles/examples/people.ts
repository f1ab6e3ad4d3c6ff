/** Examples in the care team's words: who there is, and what is agreed with them. Everybody is invented. */
import { type Example, loinc, rosa, say } from './words.ts'

export const people: readonly Example[] = [
  {
    ...{ collection: 'clients', id: rosa },
    value: {
      identifiers: [{ system: 'https://stbrendan.example/mrn', value: '778812' }],
      active: true,
      names: [{ use: 'official', family: 'Quintero', given: ['Rosa', 'M'] }],
      birthDate: '1984-02-19',
      gender: 'female',
      languages: [{ code: 'es', preferred: true, interpreterNeeded: false }],
      contacts: [{ system: 'phone', value: '+1 419 555 0144', use: 'mobile', safe: 'ask-first', safeNote: 'Not after six.' }],
      race: [{ system: 'urn:oid:2.16.840.1.113883.6.238', code: '2106-3', display: 'White' }],
      pronouns: say('she/her'),
      communicationPreference: { channel: 'phone', voicemailOk: true, detailOk: false },
      legalStatus: 'self-directed',
      jurisdiction: 'OH',
      rurality: 'urban',
    },
  },
  {
    ...{ collection: 'related-persons', id: 'rel-marisol-quintero' },
    value: {
      clientId: rosa,
      relationship: [say('sister')],
      names: [{ use: 'official', family: 'Quintero', given: ['Marisol'] }],
      authority: ['emergency'],
      supportRole: 'safety-plan-contact',
    },
  },
  {
    ...{ collection: 'organizations', id: 'org-harbor-lights' },
    value: {
      active: true,
      name: 'Harbor Lights Coordination',
      timeZone: 'America/New_York',
      hipaaCovered: true,
      part2Programme: true,
    },
  },
  {
    ...{ collection: 'locations', id: 'loc-harbor-front' },
    value: { name: 'Harbor front office', organizationId: 'org-harbor-lights' },
  },
  {
    ...{ collection: 'practitioners', id: 'pra-dana-whitfield' },
    value: {
      active: true,
      names: [{ use: 'official', family: 'Whitfield', given: ['Dana'] }],
      identifiers: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1666666668' }],
      staffLevel: 'master',
      credentials: [{ code: 'LCSW', status: 'active', jurisdiction: 'OH', number: 'S.0912345' }],
      roles: [{ id: 'rol-dana-harbor', organizationId: 'org-harbor-lights', roles: [say('Care coordinator')], active: true }],
    },
  },
  {
    ...{ collection: 'services', id: 'svc-maumee-pantry' },
    value: {
      state: 'active',
      organizationId: 'org-maumee-pantry',
      categories: [
        {
          system: 'http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes',
          code: 'food-insecurity',
        },
      ],
      name: 'Maumee Bay Food Pantry',
      referralMethods: ['phone', 'walk-in'],
      telehealth: false,
    },
  },
  {
    ...{ collection: 'episodes', id: 'epi-rosa-2026' },
    value: {
      clientId: rosa,
      programme: say('Care coordination after discharge'),
      managingOrg: { id: 'org-harbor-lights' },
      leadCoordinatorId: 'rol-dana-harbor',
      levelOfCare: 'iop',
      period: { start: '2026-11-20' },
      part2Programme: false,
      state: 'active',
    },
  },
  {
    ...{ collection: 'care-teams', id: 'team-rosa' },
    value: {
      clientId: rosa,
      name: 'Rosa and those who work with her',
      members: [{ who: { id: 'pra-dana-whitfield' }, role: say('Care coordinator'), isLead: true }],
      state: 'active',
    },
  },
  {
    ...{ collection: 'caseloads', id: 'load-dana' },
    value: {
      name: 'Dana Whitfield',
      coordinatorId: 'rol-dana-harbor',
      capacityWeighted: 40,
      assignments: [{ clientId: rosa, episodeId: 'epi-rosa-2026', acuity: 3, role: 'primary', from: '2026-11-20' }],
      state: 'current',
    },
  },
  {
    ...{ collection: 'consents', id: 'con-rosa-pantry' },
    value: {
      clientId: rosa,
      kind: 'sdoh-cbo-release',
      ruling: 'permit',
      grantedBy: { who: { id: rosa }, capacity: 'self' },
      givenAt: '2026-11-20T10:05:00-05:00',
      disclosers: [{ id: 'org-harbor-lights' }],
      content: { narrative: 'That Rosa asks for food, and how to reach her.' },
      jurisdiction: 'OH',
      state: 'active',
    },
  },
  {
    ...{ collection: 'disclosures', id: 'dis-rosa-pantry' },
    value: {
      clientId: rosa,
      at: '2026-11-20T11:00:00-05:00',
      recordedAt: '2026-11-20T11:00:02-05:00',
      basis: 'consent',
      purpose: 'TREAT',
      consentId: 'con-rosa-pantry',
      discloser: { id: 'org-harbor-lights' },
      recipient: { id: 'org-maumee-pantry' },
      method: 'fhir',
      result: 'sent',
    },
  },
  {
    ...{ collection: 'coverages', id: 'cov-rosa-lakeshore' },
    value: {
      state: 'active',
      kind: 'medicaid-mco',
      clientId: rosa,
      memberId: 'LCP-4471900',
      relationship: 'self',
      payerOrg: { id: 'org-lakeshore-plan' },
      priority: 1,
      period: { start: '2025-01-01' },
    },
  },
  {
    ...{ collection: 'documents', id: 'doc-rosa-summary' },
    value: {
      clientId: rosa,
      type: { system: loinc, code: '18842-5', display: 'Discharge summary' },
      categories: [
        {
          system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
          code: 'clinical-note',
          display: 'Clinical Note',
        },
      ],
      title: 'Discharge summary',
      author: { id: 'pra-dana-whitfield' },
      mime: 'application/pdf',
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      original: { id: 'bin-rosa-summary', clientId: rosa, mime: 'application/pdf', data: 'JVBERi0xLjcK' },
      state: 'current',
    },
  },
]
