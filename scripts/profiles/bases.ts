/**
 * What our profiles derive from where it is not R4 itself. Only what all that we write fulfils can stand here: a value that a guide requires
 * and a command need not say would be a promise that is not kept.
 */
const usCore = (name: string): string => `http://hl7.org/fhir/us/core/StructureDefinition/us-core-${name}`

export const bases: Readonly<Record<string, string>> = {
  'handoff-client': usCore('patient'),
  'handoff-need': usCore('condition-problems-health-concerns'),
  'handoff-goal': usCore('goal'),
  'handoff-care-plan': usCore('careplan'),
  'handoff-care-team': usCore('careteam'),
  'handoff-referral': usCore('servicerequest'),
  'handoff-session': usCore('encounter'),
  'handoff-location': usCore('location'),
  'handoff-practitioner': usCore('practitioner'),
  'handoff-progress': usCore('simple-observation'),
}
