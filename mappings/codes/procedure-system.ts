/** Systems of procedure codes as FHIR writes them. https://terminology.hl7.org/external_terminologies.html */
export const codeSystemUrl = {
  HCPCS: 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
  CPT: 'http://www.ama-assn.org/go/cpt',
} as const
