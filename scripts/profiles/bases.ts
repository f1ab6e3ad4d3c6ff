/**
 * What our profiles derive from where it is not R4 itself. Only what all that we write fulfils can stand here: a value that a guide requires
 * and a command need not say would be a promise that is not kept. `test/profiles/written.test.ts` holds it so, over whatever commands say.
 */
const usCore = (name: string): string => `http://hl7.org/fhir/us/core/StructureDefinition/us-core-${name}`

export const bases: Readonly<Record<string, string>> = {
  'handoff-need': usCore('condition-problems-health-concerns'),
  'handoff-goal': usCore('goal'),
  'handoff-care-plan': usCore('careplan'),
  'handoff-care-team': usCore('careteam'),
  'handoff-referral': usCore('servicerequest'),
  'handoff-location': usCore('location'),
  'handoff-progress': usCore('simple-observation'),
  'handoff-session-document-reference': usCore('documentreference'),
}

/** Why a profile does not derive from one that a guide has for such resources. */
export const apart: Readonly<Record<string, string>> = {
  'handoff-assessment':
    'US Core asks every answered questionnaire which one it was and when; one that is only planned has not been answered yet.',
  'handoff-authorization': 'The requests of Da Vinci PAS carry codes of X12 that nobody here is asked for.',
  'handoff-authorization-claim-response': 'Da Vinci PAS asks for reasons in codes of X12; payers say them in other ways, too.',
  'handoff-client':
    'US Core asks identifiers for a system and a value, contacts for a value, and names for more than a text; what is known of a client may be less.',
  'handoff-consent': 'SDOH Clinical Care asks for one organisation, a source and a time; a draft has none of them yet.',
  'handoff-coverage': 'US Core asks for a member id, which grants and sliding scales have not.',
  'handoff-discharge':
    'US Core asks for a type of the stay, and identifiers for a system and a value; hospitals do not always tell.',
  'handoff-document': 'US Core asks for a subject; some papers are about nobody in particular.',
  'handoff-education': 'US Core asks when it was done.',
  'handoff-goal': "SDOH Clinical Care's goals are social ones alone.",
  'handoff-need':
    "SDOH Clinical Care's conditions are social needs alone, and coded; here a need may be of any domain, and in words.",
  'handoff-organization': 'US Core asks whether it is active.',
  'handoff-practitioner': 'US Core asks names for a family name, and identifiers for a system and a value.',
  'handoff-practitioner-practitioner-role': 'US Core asks for contacts or an endpoint.',
  'handoff-referral': "SDOH Clinical Care's requests are coded; here the service may be in words, and not for a social need.",
  'handoff-referral-task':
    'SDOH Clinical Care asks for the time, and for a requester that is an organisation or somebody in a role; here it may be a practitioner, or the client.',
  'handoff-session': 'US Core asks identifiers for a system and a value.',
  'handoff-session-procedure': 'US Core asks when it was done; that is the session to tell.',
}
