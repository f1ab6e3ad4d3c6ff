/** Small C-CDA documents of invented people. */

export interface Said {
  /** LOINC code of the document: a discharge summary unless it says otherwise. */
  readonly type?: string
  readonly id?: string
  readonly version?: string
  readonly written?: string
  readonly patient?: string
  readonly visit?: string | null
  readonly left?: string
  readonly disposition?: string
  /** Entries of the discharge diagnoses. */
  readonly diagnoses?: readonly string[]
  /** Further sections. */
  readonly sections?: readonly string[]
}

const hospital = '2.16.840.1.113883.19.5'
const template = (n: string): string => `<templateId root="2.16.840.1.113883.10.20.22.4.${n}"/>`

/** A diagnosis (ICD-10-CM) of the discharge, in its act. */
export const diagnosis = (
  code: string,
  said: { not?: 'act' | 'observation'; status?: string; since?: string; until?: string } = {},
) => `
  <entry><act classCode="ACT" moodCode="EVN"${said.not === 'act' ? ' negationInd="true"' : ''}>${template('33')}
    <code code="11535-2" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="active"/>
    <entryRelationship typeCode="SUBJ">
      <observation classCode="OBS" moodCode="EVN"${said.not === 'observation' ? ' negationInd="true"' : ''}>${template('4')}
        <code code="282291009" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/>
        <effectiveTime><low value="${said.since ?? '20250301'}"/>${said.until === undefined ? '' : `<high value="${said.until}"/>`}</effectiveTime>
        <value xsi:type="CD" code="74400008" codeSystem="2.16.840.1.113883.6.96">
          <translation code="${code}" codeSystem="2.16.840.1.113883.6.90" displayName="${code}"/></value>
        ${
          said.status === undefined
            ? ''
            : `<entryRelationship typeCode="REFR"><observation classCode="OBS" moodCode="EVN">${template('6')}
                <code code="33999-4" codeSystem="2.16.840.1.113883.6.1"/>
                <value xsi:type="CD" code="${said.status}" codeSystem="2.16.840.1.113883.6.96"/></observation></entryRelationship>`
        }
      </observation></entryRelationship></act></entry>`

export const section = (code: string, text: string, entries = ''): string => `
  <component><section><code code="${code}" codeSystem="2.16.840.1.113883.6.1"/><title>${code}</title>
    <text>${text}</text>${entries}</section></component>`

export const medication = (code: string, name: string, attributes = '', status = 'active'): string => `
  <entry><substanceAdministration classCode="SBADM" moodCode="EVN" ${attributes}>${template('16')}
    <statusCode code="${status}"/><effectiveTime xsi:type="IVL_TS"><low value="20250310"/></effectiveTime>
    <effectiveTime xsi:type="PIVL_TS" operator="A"><period value="24" unit="h"/></effectiveTime>
    <routeCode code="C38288" codeSystem="2.16.840.1.113883.3.26.1.1" displayName="Oral"/><doseQuantity value="50" unit="mg"/>
    <consumable><manufacturedProduct><manufacturedMaterial>
      <code code="${code}" codeSystem="2.16.840.1.113883.6.88" displayName="${name}"/>
    </manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>`

export const appointment = (at: string): string => `
  <entry><encounter classCode="ENC" moodCode="INT">${template('40')}
    <code code="185389009" codeSystem="2.16.840.1.113883.6.96" displayName="Follow-up visit"/>
    <effectiveTime value="${at}"/></encounter></entry>`

/** Rosa's stay at St. Brendan's, written up the day after she left. */
export function clinicalDocument(said: Said = {}): string {
  const visit = said.visit === null ? '' : `<id root="${hospital}" extension="${said.visit ?? 'V90017'}"/>`
  const discharge = (said.type ?? '18842-5') === '18842-5'
  return `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:sdtc="urn:hl7-org:sdtc">
  <realmCode code="US"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <id root="${hospital}.1" extension="${said.id ?? 'DOC-1'}"/>
  <code code="${said.type ?? '18842-5'}" codeSystem="2.16.840.1.113883.6.1" displayName="A document"/>
  <title>Summary of the stay</title><effectiveTime value="${said.written ?? '20250311090000-0400'}"/>
  <confidentialityCode code="R" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="en-US"/>
  <setId root="${hospital}.2" extension="SET-1"/><versionNumber value="${said.version ?? '1'}"/>
  <recordTarget><patientRole><id root="${hospital}" extension="${said.patient ?? '778812'}"/>
    <patient><name><given>Rosa</given><family>Quintero</family></name></patient></patientRole></recordTarget>
  <author><time value="20250311"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="1871500000"/>
    <assignedPerson><name><prefix>Dr</prefix><given>Nnamdi</given><family>Okafor</family></name></assignedPerson></assignedAuthor></author>
  <custodian><assignedCustodian><representedCustodianOrganization><id root="${hospital}" extension="STBRENDAN"/>
    <name>St. Brendan's</name></representedCustodianOrganization></assignedCustodian></custodian>
  ${
    discharge
      ? `<componentOf><encompassingEncounter>${visit}<code code="IMP" codeSystem="2.16.840.1.113883.5.4"/>
      <effectiveTime><low value="20250303"/><high value="${said.left ?? '20250310'}"/></effectiveTime>
      <dischargeDispositionCode code="${said.disposition ?? '01'}" codeSystem="2.16.840.1.113883.12.112"/>
    </encompassingEncounter></componentOf>`
      : ''
  }
  <component><structuredBody>
    ${discharge ? section('11535-2', 'Diagnoses', (said.diagnoses ?? [diagnosis('F32.2')]).join('')) : ''}
    ${(said.sections ?? []).join('')}
  </structuredBody></component>
</ClinicalDocument>`
}
