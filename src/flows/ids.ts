/** Prefixes of the ids we make: decoration for people who read logs and links; nothing depends on them. */
const prefixes: Readonly<Record<string, string>> = {
  Patient: 'cli',
  RelatedPerson: 'rel',
  Practitioner: 'prc',
  PractitionerRole: 'prl',
  Organization: 'org',
  Location: 'loc',
  HealthcareService: 'svc',
  EpisodeOfCare: 'epi',
  CareTeam: 'ctm',
  QuestionnaireResponse: 'asm',
  Observation: 'obs',
  Condition: 'con',
  Goal: 'gol',
  CarePlan: 'cpl',
  ServiceRequest: 'ref',
  Task: 'tsk',
  Encounter: 'enc',
  Procedure: 'pro',
  Appointment: 'app',
  Consent: 'cns',
  Coverage: 'cov',
  Claim: 'aut',
  ClaimResponse: 'clr',
  ChargeItem: 'chg',
  Communication: 'msg',
  DocumentReference: 'doc',
  Composition: 'cmp',
  RiskAssessment: 'ris',
}

/** Whether the id is of the form that we draw: nobody could have named the resource before it was made. */
export const isDrawn = (id: string): boolean => /^[a-z]{3}-[0-9A-HJKMNP-TV-Z]{26}$/.test(id)

/** The prefix for a resource type. */
export const prefixOf = (type: string): string => prefixes[type] ?? 'res'
