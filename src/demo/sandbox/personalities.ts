/**
 * Servers like those of the EHRs that our partners run, by flavour of connection. Where each rule is written is told in
 * `mappings/partners` and `src/connectors`, beside what we do about it.
 */
import { absent, atMost, each, either, like, oneOf, required, short, some } from './demands.ts'
import type { Personality } from './personality.ts'

const epic: Personality = {
  unconditional: true,
  updates: ['Task'],
  noCreate: ['Encounter', 'Goal', 'CarePlan', 'Task'],
  ownIds: 'none',
  // Problems wait to be reconciled, and are not found until then.
  searches: { Patient: [['identifier'], ['family', 'birthdate'], ['_id']], '*': [['patient'], ['_id']] },
  page: 2,
  demands: {
    Patient: [
      required('name.family', '59108: A required element is missing: name (family)'),
      oneOf('active', [true], '59012: Only an active of true is supported.'),
      oneOf('deceasedBoolean', [false], '59012: Only a deceasedBoolean of false is supported.'),
      absent('deceasedDateTime', '59012: deceasedDateTime is not supported.'),
      absent('link', '59012: link is not supported.'),
    ],
    Condition: [
      oneOf('verificationStatus.coding.code', ['provisional'], "59012: Only a verificationStatus of 'provisional' is supported."),
      oneOf('clinicalStatus.coding.code', ['active', 'resolved'], '59012: Only active and resolved are supported.'),
      required('code.coding.code', '59108: A required element is missing: code'),
      either(
        required('code.text', '59108: Either code.coding.display or code.text must be populated.'),
        required('code.coding.display', ''),
      ),
      atMost(1, 'note', 'One note is supported.'),
      short(450, 'note.text', 'The note is longer than 450 characters.'),
    ],
    DocumentReference: [
      required('context.encounter', '59108: A required element is missing: context.encounter'),
      required('content.attachment.data', '59108: A required element is missing: content.attachment.data'),
      required('docStatus', '59108: A required element is missing: docStatus'),
      oneOf('docStatus', ['final', 'preliminary'], '59012: Only final and preliminary are supported.'),
      oneOf('content.attachment.contentType', ['text/plain'], 'Only text/plain is supported.'),
    ],
  },
}

const communicationCategories = ['notification', 'reminder', '312853008']
const official = (what: string): string => `A ${what} must have an official name.`
const person = [
  some('name.use', 'official', official('person')),
  each('name', 'use', 'Each name must include the use field.'),
  absent('name.text', 'A name cannot contain the text field.'),
  each('telecom', 'use', 'Each telecom must contain the system, use and value fields.'),
  each('address', 'use', 'Each address must contain the use field.'),
  absent('address.text', 'Each address must not contain the text field.'),
  oneOf('active', [true], 'If active is set, the value must be true.'),
  absent('identifier.use', 'Identifiers must not contain the use field.'),
]

const oracleHealth: Personality = {
  unconditional: true,
  silent: true,
  stale: 409,
  updates: ['Condition', 'DocumentReference', 'Observation', 'QuestionnaireResponse'],
  patches: { Patient: ['telecom', 'address'], RelatedPerson: ['telecom', 'address', 'relationship'] },
  noCreate: ['ServiceRequest', 'Task', 'Goal', 'CarePlan', 'CareTeam'],
  ownIds: 'none',
  passedOver: { Condition: ['identifier'], Communication: ['identifier'], DocumentReference: ['identifier'] },
  searches: {
    Patient: [['identifier'], ['name'], ['_id']],
    RelatedPerson: [['identifier', '-relationship-level'], ['patient', '-relationship-level'], ['_id']],
    Communication: [['category', 'recipient', 'received', '-email-status'], ['_id']],
    Practitioner: [['identifier'], ['name'], ['_id']],
    Organization: [[]],
    '*': [['patient'], ['_id']],
  },
  page: 2,
  demands: {
    '*': [
      absent('modifierExtension', 'Body contained modifier extensions'),
      absent('implicitRules', 'Body contained implicit rules'),
    ],
    Patient: [
      required('name.given', 'The official name must include both given and family.'),
      required('name.family', 'The official name must include both given and family.'),
      required('identifier.assigner', 'An identifier with the assigner alone must be provided.'),
      atMost(1, 'communication', 'Only one communication may be provided.'),
      ...person,
    ],
    RelatedPerson: [
      atMost(1, 'name', 'Exactly one name must be provided.'),
      each('identifier', 'type', 'Each identifier must contain the type.'),
      ...person,
    ],
    Organization: [
      oneOf(
        'identifier.system',
        ['http://hl7.org/fhir/sid/us-npi'],
        'The identifier must contain only an NPI, OID or TAXID system.',
      ),
    ],
    Practitioner: [
      atMost(1, 'name', 'Exactly one name must be provided.'),
      absent('name.text', 'A name must not contain the text field.'),
      oneOf('identifier.use', ['official'], "If set, use must have a value of 'official'."),
    ],
    Condition: [
      required('clinicalStatus', 'A clinicalStatus must always be provided.'),
      atMost(1, 'category', 'Only a single category may be provided.'),
      oneOf('category.coding.code', ['problem-list-item', 'encounter-diagnosis'], 'The category is not supported.'),
      required('category', 'A category must be provided.'),
      required('code', 'A code must be provided.'),
    ],
    DocumentReference: [
      oneOf('status', ['current'], 'Only current is supported.'),
      required('docStatus', 'A docStatus must be provided.'),
      oneOf('docStatus', ['final', 'amended'], 'Only final and amended are supported.'),
      required('type', 'A type must be provided.'),
      atMost(1, 'content', 'content must contain only one entry.'),
      required('content.attachment.data', 'Data must be provided.'),
      like(
        'content.attachment.contentType',
        /^(application\/pdf|.*;charset=utf-8)$/,
        'The content type must include a character set.',
      ),
      required('context.period.end', 'The period.end field is required.'),
      like('author.reference', /^Practitioner\//, 'The author must be a Practitioner.'),
    ],
    Communication: [
      oneOf('status', ['completed'], "All communications must be in 'completed' status."),
      required('category', 'A category must be provided.'),
      oneOf('category.coding.code', communicationCategories, 'The category is not supported.'),
      oneOf('priority', ['routine', 'urgent'], "Only 'routine' and 'urgent' priorities are supported."),
      required('payload.contentAttachment.data', 'content must be supplied as a contentAttachment.'),
      absent('payload.contentString', 'content must be supplied as a contentAttachment.'),
      absent('payload.contentReference', 'content must be supplied as a contentAttachment.'),
      each('recipient', 'reference', 'Each recipient must be a Practitioner or Group.'),
      like('recipient.reference', /^(Practitioner|Group)\//, 'Each recipient must be a Practitioner or Group.'),
      like('sender.reference', /^Practitioner\//, 'The sender must be a Practitioner.'),
    ],
  },
}

const hapi: Personality = {
  refusal: 400,
  stale: 409,
  ownIds: 'not digits alone',
  cachesSearches: true,
  page: 2,
  demands: {
    '*': [
      like(
        '**.reference',
        /^(?!https?:)/,
        'Resource contains external reference to a URL, but this server is not configured to allow external references',
      ),
    ],
  },
}

const colorado = 'http://bha.colorado.gov/fhir/bha-ig'
const ssn = /^(?!http:\/\/hl7\.org\/fhir\/sid\/us-ssn$)/
/** Not an EHR, but whoever takes a state's reports and holds them to its profiles. */
const coloradoBha: Personality = {
  demands: {
    Patient: [
      some('extension.url', `${colorado}/StructureDefinition/bha-race`, 'bha-client: extension:bharace 1..1'),
      required('birthDate', 'bha-client: birthDate 1..1'),
      required('gender', 'bha-client: gender 1..1'),
      required('maritalStatus', 'bha-client: maritalStatus 1..1'),
      each('address', 'postalCode', 'bha-client: address.postalCode 1..1'),
      each('address', 'district', 'bha-client: address.district 1..1'),
      like('address.district', /^(0[1-9]|[1-5]\d|6[0-4]|77|99)$/, 'bha-client: address.district is of bha-counties-vs'),
      either(
        like('identifier.system', ssn, 'bha-client: identifier:SSN.type 1..1'),
        some('identifier.type.coding.code', 'SS', ''),
      ),
    ],
    Organization: [some('identifier.system', 'http://hl7.org/fhir/sid/us-npi', 'bha-organization: identifier:NPI 1..1')],
    EpisodeOfCare: [
      required('type', 'bha-episode: type 1..1'),
      atMost(1, 'type', 'bha-episode: type 1..1'),
      oneOf(
        'type.coding.system',
        [`${colorado}/CodeSystem/bha-episode-identifier-cs`],
        'bha-episode: type is of bha-episode-identifier-vs',
      ),
      required('managingOrganization', 'bha-episode: managingOrganization 1..1'),
    ],
    Encounter: [
      some('extension.url', `${colorado}/StructureDefinition/bha-action-type`, 'bha-encounter: extension:actionType 1..1'),
      required('period.start', 'bha-encounter: period.start 1..1'),
      required('period.end', 'bha-encounter: period.end 1..1'),
      required('serviceProvider', 'bha-encounter: serviceProvider 1..1'),
    ],
    Condition: [
      some(
        'extension.url',
        `${colorado}/StructureDefinition/bha-diagnosis-type`,
        'BHAEpisodeDiagnosis: extension:diagnosisType 1..1',
      ),
      some('category.coding.code', 'encounter-diagnosis', 'BHAEpisodeDiagnosis: category:us-core 1..*'),
      required('encounter', 'BHAEpisodeDiagnosis: encounter 1..1'),
    ],
  },
}

const medplum: Personality = { ownIds: 'none', unchanged: 304, page: 2 }

export const personalities: Readonly<Record<string, Personality>> = {
  epic,
  hapi,
  medplum,
  'oracle-health': oracleHealth,
  'us-co-bha': coloradoBha,
}
