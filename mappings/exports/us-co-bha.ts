/**
 * What Colorado's Behavioral Health Administration asks to be reported of its clients since 1 July 2026, in the form of its FHIR
 * implementation guide: 0.2.0, as it was open for comment in March and April 2026 (a draft; later builds have other rules).
 * https://build.fhir.org/ig/CoBHA/CoBHRM-FHIR-IG/branches/main/en/, https://github.com/CoBHA/CoBHRM-FHIR-IG
 *
 * What the guide's own profiles add to US Core 6.1 is here, and nothing is made up for it: a record that does not say what it has to say (a
 * county, which action an encounter is, which of the guide's services an episode is) is not reported until it does. Its questionnaires go as
 * they were answered; who asks them is the agency.
 */
import type * as fhir from '@medplum/fhirtypes'
import { contentOf } from '../../src/domain/content-labels.ts'
import { type ExportProfile, rowsOf, type Turn } from '../../src/lens/partner.ts'
import { eachItem, filled, orNone } from '../partners/turns.ts'
import { countyCode } from './colorado-counties.ts'

const guide = 'http://bha.colorado.gov/fhir/bha-ig'
const page = (name: string): string => `https://build.fhir.org/ig/CoBHA/CoBHRM-FHIR-IG/branches/main/en/${name}.html`
const definition = (name: string): string => `${guide}/StructureDefinition/${name}`
const codes = (name: string): string => `${guide}/CodeSystem/${name}`
const terminology = (name: string): string => `http://terminology.hl7.org/CodeSystem/${name}`

/** The concept of an extension that is there once, made of what the resource says, unless it stands there already. */
const stamped = <R extends { extension?: fhir.Extension[] }>(
  name: string,
  system: string,
  codeOf: (resource: R) => string | undefined,
): Turn<fhir.Extension[], R> => {
  const url = definition(name)
  const made = (resource: R): fhir.Extension | undefined => {
    const code = codeOf(resource)
    return code === undefined ? undefined : { url, valueCodeableConcept: { coding: [{ system: codes(system), code }] } }
  }
  return {
    say(ours = [], resource) {
      const one = ours.some((extension) => extension.url === url) ? undefined : made(resource)
      return orNone(one ? [...ours, one] : ours)
    },
  }
}

const race = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race'
/** Categories of the Office of Management and Budget, and somebody who was asked and did not say. */
const races: Readonly<Record<string, string>> = {
  '1002-5': '01',
  '2028-9': '02',
  '2054-5': '03',
  '2076-8': '04',
  '2106-3': '05',
  ASKU: '98',
}
/** One, and there is no code for two. */
function raceOf({ extension = [] }: { readonly extension?: fhir.Extension[] }): string | undefined {
  const said = extension.find(({ url }) => url === race)?.extension ?? []
  const [first, ...more] = said.flatMap(({ url, valueCoding }) => (url === 'ombCategory' ? (valueCoding?.code ?? []) : []))
  return first !== undefined && more.length === 0 && Object.hasOwn(races, first) ? races[first] : undefined
}

/** Each with its county, by the guide's number of it, and its postal code; others are left out. */
const addresses: Turn<fhir.Address[]> = { say: (ours = []) => orNone(ours.flatMap(toldOf)) }
function toldOf(address: fhir.Address): readonly fhir.Address[] {
  const district = countyCode(address)
  if (district === undefined || address.postalCode === undefined) return []
  return [address.district === district ? address : { ...address, district }]
}

/** A number of social security says that it is one. */
const typed = eachItem<fhir.Identifier>((one) =>
  one.system !== 'http://hl7.org/fhir/sid/us-ssn' || one.type?.coding?.some(({ code }) => code === 'SS')
    ? one
    : { ...one, type: { ...one.type, coding: [...(one.type?.coding ?? []), { system: terminology('v2-0203'), code: 'SS' }] } },
)

const isService = ({ coding = [] }: fhir.CodeableConcept): boolean =>
  coding.some(({ system }) => system === codes('bha-episode-identifier-cs'))
/** The one that is one of the guide's services. */
const service: Turn<fhir.CodeableConcept[]> = { say: (ours = []) => orNone(ours.filter(isService).slice(0, 1)) }

/** Of mental health, or of substance use, as its ICD-10-CM or SNOMED CT code says. */
const kindOf = ({ code }: { readonly code?: fhir.CodeableConcept }): string | undefined => {
  const kinds = (code?.coding ?? []).map(contentOf)
  return kinds.includes('SUD') ? 'SUD' : kinds.includes('MH') ? 'MH' : undefined
}

const encounterDiagnosis = { system: terminology('condition-category'), code: 'encounter-diagnosis' }
const isDiagnosis = ({ coding = [] }: fhir.CodeableConcept): boolean =>
  coding.some(({ code }) => code === encounterDiagnosis.code)
const diagnosis: Turn<fhir.CodeableConcept[]> = {
  say: (ours = []) => (ours.some(isDiagnosis) ? ours : [...ours, { coding: [encounterDiagnosis] }]),
}

const client = rowsOf<fhir.Patient>(page('StructureDefinition-bha-client'))
const episode = rowsOf<fhir.EpisodeOfCare>(page('StructureDefinition-bha-episode'))
const condition = rowsOf<fhir.Condition>(page('StructureDefinition-BHAEpisodeDiagnosis'))

const has = (resource: { extension?: fhir.Extension[] }, name: string): boolean =>
  resource.extension?.some(({ url }) => url === definition(name)) === true

export const coloradoBha: ExportProfile = {
  flavour: 'us-co-bha',
  jurisdiction: 'CO',
  from: '2026-07-01',
  rows: {
    Patient: [
      client('extension', stamped<fhir.Patient>('bha-race', 'bha-race-cs', raceOf)),
      client('identifier', typed),
      client('gender', filled<NonNullable<fhir.Patient['gender']>>('unknown')),
      client('address', addresses),
      client('maritalStatus', filled<fhir.CodeableConcept>({ coding: [{ system: terminology('v3-NullFlavor'), code: 'UNK' }] })),
    ],
    Organization: [],
    EpisodeOfCare: [episode('type', service)],
    Encounter: [],
    Condition: [
      condition('extension', stamped<fhir.Condition>('bha-diagnosis-type', 'bha-diagnosis-type-cs', kindOf)),
      condition('category', diagnosis),
    ],
    QuestionnaireResponse: [],
  },
  withheld: {
    Patient: (resource) => {
      const patient = resource as unknown as fhir.Patient
      const isRaceSaid = has(patient, 'bha-race') || raceOf(patient) !== undefined
      return !isRaceSaid || patient.birthDate === undefined || (patient.name ?? []).length === 0
    },
    Organization: (resource) =>
      !(resource as unknown as fhir.Organization).identifier?.some(({ system }) => system === 'http://hl7.org/fhir/sid/us-npi'),
    EpisodeOfCare: (resource) => {
      const { type = [], managingOrganization } = resource as unknown as fhir.EpisodeOfCare
      return !type.some(isService) || managingOrganization === undefined
    },
    // Begun and ended, at somebody's, and said to be an admission, an update, a discharge or an evaluation.
    Encounter: (resource) => {
      const encounter = resource as unknown as fhir.Encounter
      const { start, end } = encounter.period ?? {}
      return (
        start === undefined || end === undefined || encounter.serviceProvider === undefined || !has(encounter, 'bha-action-type')
      )
    },
    Condition: (resource) => {
      const one = resource as unknown as fhir.Condition
      return one.encounter === undefined || !(has(one, 'bha-diagnosis-type') || kindOf(one) !== undefined)
    },
    QuestionnaireResponse: (resource) =>
      !(resource as unknown as fhir.QuestionnaireResponse).questionnaire?.startsWith(`${guide}/Questionnaire/`),
  },
}
