/** The official validator's test cases (FHIR/fhir-test-cases) for R4, as far as they need neither profiles nor terminology. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isValid, validate } from '../../../src/fhir/validate/validate.ts'
import { corpora, parseExactly } from '../../support/corpora.ts'

const folder = join(corpora ?? '.', '5_fhir_tests/validator/cases')
const names = corpora !== undefined && existsSync(folder) ? readdirSync(folder).sort() : []

/** Cases about the base structure: where the official validator tells its first fault that is one of R4 itself. */
const faults: Readonly<Record<string, string>> = {
  'aggregation-bundle-good4': 'Bundle.entry[0].resource.class',
  ai4: 'Patient.birthDate',
  ai8: 'StructureDefinition.name',
  'bundle-enrl': 'Bundle.entry[2].resource.generalPractitioner[0]',
  'bundle-validation-location-1.xml': 'Bundle.entry[0].resource.gender',
  'comments-4': 'Patient',
  'contained-resource-bad-id': 'Condition.contained[0].id',
  'cs-meta-profile': 'CodeSystem.meta.profile',
  'empty-array': 'DocumentReference.category[0].coding',
  'hakan-se-2': 'MedicationRequest.authoredOn',
  'hakan-se-nofetch': 'MedicationRequest.requester',
  'message-empty-entry': 'Bundle.entry[5]',
  'open-choice-invalid-type-qr': 'QuestionnaireResponse.item[0].answer[0].valueCode',
  'opdef-params': 'OperationDefinition.parameter[1]',
  'pat-security-bad-xhtml': 'Patient.text.div',
  'patient-extension-bad2': 'Patient.extension[0].url',
  'patient-id-bad-1_R4': 'Patient.id',
  'patient-id-bad-3_R4': 'Patient.id',
  'profile-default-value': 'StructureDefinition',
  'profile-missing-elements': 'StructureDefinition.differential.element[0].slicing.discriminator[0].path',
  'q-enablewhen-me-wrong': 'Questionnaire.item[2]',
  'questionnaire-enableWhen-dw': 'Questionnaire.item[3]',
  'resource-invalid-id-2': 'Location.id',
  'risk-assessment-probability-range': 'RiskAssessment.prediction[0]',
  'versioned-extension': 'Patient.extension[2].url',
}

/** Cases on which the two differ, and why. */
const different: Readonly<Record<string, string>> = {
  'aggregation-apart-good4': 'the case looks at its profile only; Encounter.class, which R4 requires, is missing',
  'contained-resource-bad-id-ignore': 'the case switches the check of contained resources off',
}

/** Cases whose fault is none of the base structure, and what would be needed to see it. */
const beyond: Readonly<Record<string, readonly string[]>> = {
  'terminology, or the definition of a code system': [
    ...[
      'allergy',
      'bundle-duplicate-ids-not',
      'bundle-id-4',
      'bundle-id-5',
      'choice-async-qr',
      'contract-binding-test',
      'cs-narrative-status-pub',
      'ext-derived-circle',
    ],
    ...[
      'open-choice-gender-coding-async-qr',
      'patient-translated-codes',
      'sdoh-type-slice',
      'supplement-1a',
      'vs-bad-ecl',
      'vs-bad-ecl-us',
      'vs-canonical-bad-2',
    ],
    ...['vs-canonical-urn', 'vs-canonical-urn-bad', 'vs-filter-property-bad2'],
  ],
  'a profile or an extension definition': [
    ...[
      'ai5',
      'bundle-bad-by-param',
      'bundle-conformsto',
      'ext-ctxt-bad-active',
      'ext-ctxt-bad-ext',
      'ext-derived',
      'exta-ctxt-bad-name',
      'maxvalue-example',
    ],
    ...[
      'obs-temp-bad',
      'obs-vs-1',
      'observation-ucum',
      'pat-dob-ext',
      'pat-example-extensions',
      'patient-extension-complex-bad2',
      'patient-ig-bad',
      'patient-with-turvakielto',
    ],
  ],
  'what a profile says of another profile': [
    'StructureDefinition-Slice23',
    'logical-boo-bad1',
    'profile-patient-op1',
    'profile-patient-op3',
  ],
  'the Questionnaire that is answered': [
    ...[
      'choice-answer-option-exclusive-qr',
      'choice-answer-option-qr',
      'date-answer-option-qr',
      'date-invalid-type-qr',
      'date-time-min-max-qr',
      'decimal-invalid-type-qr',
    ],
    ...[
      'decimal-min-max-qr',
      'integer-invalid-type-qr',
      'integer-min-max-qr',
      'qr',
      'qr-bad-ref2',
      'qr-vr',
      'quantity-min-max-compat-units-qr',
      'quantity-min-max-qr',
      'quantity-qr',
    ],
    ...[
      'quantity-units-invalid-qr',
      'questionnaire-enableWhen-test-invalid',
      'questionnaireResponse-enableWhen-test-fail',
      'reference-invalid-type-qr',
    ],
    ...[
      'reference-unconstrained-resource-type-qr',
      'string-max-occurs-qr',
      'string-regex-qr',
      'string-required-qr',
      'string-with-coding-async-qr',
      'time-invalid-type-qr',
    ],
    ...['time-qr', 'url-invalid-type-qr', 'url-value-qr'],
  ],
  'references followed, within the bundle or beyond': [
    ...[
      'bad-bundle-reference-type-4',
      'bundle-id-2',
      'bundle-ihe-good',
      'bundle-urn',
      'capstmt',
      'document-css',
      'dr-example-org',
      'ips-htmlrefs-backwards',
      'ips-link',
      'ips-link-xml',
    ],
    ...['relative_reference_to_fullUrl.id_in_Composition', 'relative_reference_to_fullUrl.id_in_target_resource', 'sp-composite'],
  ],
  'the text: it is no JSON, or names a member twice': ['bad-json-close-2', 'bad-json-close-3', 'bundle-dual-subject'],
}
const skipped = new Map(Object.entries(beyond).flatMap(([reason, list]) => list.map((name) => [name, reason] as const)))

describe.skipIf(names.length === 0)('official cases (needs CORPORA)', () => {
  const read = (name: string) => ({
    isValid: (JSON.parse(readFileSync(join(folder, name, 'case.json'), 'utf8')) as { expected: { java: { valid: boolean } } })
      .expected.java.valid,
    resource: parseExactly(readFileSync(join(folder, name, 'resource.json'), 'utf8')),
  })

  for (const name of names) {
    const reason = skipped.get(name)
    test.skipIf(reason !== undefined)(reason === undefined ? name : `${name} (needs ${reason})`, () => {
      const official = read(name)
      const { structure, rules } = validate(official.resource)
      const places = [...structure, ...rules].map(({ path }) => path)
      if (name in faults) expect(places).toContain(faults[name])
      else expect(places.length === 0).toBe(official.isValid !== name in different)
      expect(isValid(official.resource)).toBe(places.length === 0)
    })
  }

  test('no case is listed that does not exist, or could be asked', () => {
    expect(
      [...skipped.keys(), ...Object.keys(faults), ...Object.keys(different)].filter((name) => !names.includes(name)),
    ).toEqual([])
    const couldBeAsked = [...skipped.keys()].filter(
      (name) => read(name).isValid || (read(name).resource !== undefined && !isValid(read(name).resource)),
    )
    expect(couldBeAsked).toEqual([])
  })
})
