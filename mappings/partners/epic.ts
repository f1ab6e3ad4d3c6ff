/**
 * Epic's FHIR R4 interfaces, as far as they take what we send: clients, problems and plain-text notes.
 * https://fhir.epic.com/Specifications (one page for each interface, its number is in the rows).
 *
 * Those pages are drawn by scripts and could not be read here as they stand: what the rows ask for is what implementers report of the pages
 * and of Epic's public sandbox. Hospitals configure more (which identifiers a patient needs, which note types there are): try a connection
 * before relying on it. A note needs its text within it and an encounter of theirs; encounters cannot be created by others.
 */
import type * as fhir from '@medplum/fhirtypes'
import { type Partner, rowsOf, type Turn } from '../../src/lens/partner.ts'
import { atMost, coded, concept, leftOut, onlyIf } from './turns.ts'

const page = (api: number): string => `https://fhir.epic.com/Specifications?api=${api}`

const clinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
const verification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'

/** A code with neither text nor display has no name there. */
const named = (code: fhir.CodeableConcept): fhir.CodeableConcept => {
  const first = code.coding?.find((one) => one.code !== undefined)
  const hasName = code.text !== undefined || code.coding?.some(({ display }) => display !== undefined)
  return hasName || !first ? code : { ...code, text: first.code! }
}

const longestNote = 450

/** One note of at most 450 characters: several are written under each other, and end where the room does. */
const oneNote: Turn<fhir.Annotation[]> = {
  say(ours) {
    if (!ours || ours.length === 0 || (ours.length === 1 && ours[0]!.text!.length <= longestNote)) return ours
    const text = ours.map((note) => note.text).join('\n')
    return [{ text: text.length > longestNote ? `${text.slice(0, longestNote - 1)}…` : text }]
  },
}

const patient = rowsOf<fhir.Patient>(page(930))
const condition = rowsOf<fhir.Condition>(page(949))
const note = rowsOf<fhir.DocumentReference>(page(1046))

export const epic: Partner = {
  flavour: 'epic',
  rows: {
    Patient: [
      // Values of modifier elements that it does not take fail the whole request.
      patient('active', onlyIf(true)),
      patient('deceasedBoolean', onlyIf(false)),
      patient('deceasedDateTime', leftOut),
      patient('link', leftOut),
    ],
    Condition: [
      // A clinician there confirms what others report.
      condition('verificationStatus', concept(coded(verification, { '*': 'provisional' }))),
      condition('clinicalStatus', concept(coded(clinical, { recurrence: 'active', relapse: 'active', remission: 'resolved' }))),
      condition('code', concept(named)),
      condition('note', oneNote),
    ],
    DocumentReference: [
      note('docStatus', { say: (ours) => (ours === 'final' || ours === 'amended' ? 'final' : 'preliminary') }),
      note('content', atMost(1)),
    ],
  },
  withheld: {
    Condition: (resource) => {
      const codes = (resource as unknown as fhir.Condition).verificationStatus?.coding ?? []
      return codes.some(({ code }) => code === 'refuted' || code === 'entered-in-error')
    },
  },
}
