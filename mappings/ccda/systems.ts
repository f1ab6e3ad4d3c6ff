/** OIDs of code systems → Coding.system. https://terminology.hl7.org/external_terminologies.html */
import { icd9, icd10 } from '../codes/hl7v2-coding-system.ts'

export const codeSystems: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.113883.6.90', icd10],
  ['2.16.840.1.113883.6.3', 'http://hl7.org/fhir/sid/icd-10'],
  ['2.16.840.1.113883.6.103', icd9],
  ['2.16.840.1.113883.6.96', 'http://snomed.info/sct'],
  ['2.16.840.1.113883.6.1', 'http://loinc.org'],
  ['2.16.840.1.113883.6.88', 'http://www.nlm.nih.gov/research/umls/rxnorm'],
  ['2.16.840.1.113883.6.69', 'http://hl7.org/fhir/sid/ndc'],
  ['2.16.840.1.113883.6.12', 'http://www.ama-assn.org/go/cpt'],
  ['2.16.840.1.113883.6.285', 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets'],
  ['2.16.840.1.113883.3.26.1.1', 'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl'],
  ['2.16.840.1.113883.5.4', 'http://terminology.hl7.org/CodeSystem/v3-ActCode'],
  ['2.16.840.1.113883.5.25', 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'],
  ['2.16.840.1.113883.12.112', 'http://terminology.hl7.org/CodeSystem/v2-0112'],
  ['2.16.840.1.113883.6.301.5', 'https://www.nubc.org/CodeSystem/PatDischargeStatus'],
])
