/** DG1 → diagnoses of the visit. https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-dg1-to-encounter.html */
import type { Coding, Concept } from '../../src/domain/kernel.ts'
import type { Segment } from '../../src/hl7v2/segment.ts'
import { icd10 } from '../codes/hl7v2-coding-system.ts'
import { diagnosisType } from '../codes/hl7v2-diagnosis-type.ts'
import type { DiagnosisReading } from './adt-reading.ts'
import { concept, systemOf } from './datatypes.ts'
import { present, type Reader, term } from './reader.ts'

/**
 * Diagnoses in the message's order. The principal one is that of rank 1 (DG1-15); where no rank is sent, the first final one, else the first
 * working one, and a warning says so.
 */
export function diagnoses(segments: readonly Segment[], by: Reader): readonly DiagnosisReading[] {
  const read = segments.map((dg1) => diagnosis(dg1, by)).filter((one) => one !== undefined)
  if (read.some((one) => one.role !== 'admitting' && one.rank !== undefined)) return read
  const first = read.find((one) => one.stage === 'final') ?? read.find((one) => one.role !== 'admitting')
  if (first === undefined) return read
  if (read.length > 1)
    by.warn('DG1-15', 'no diagnosis priority; the first that is not admitting is taken for the principal one', '101')
  return read.map((one) => (one === first ? { ...one, role: 'principal' } : one))
}

function diagnosis(dg1: Segment, by: Reader): DiagnosisReading | undefined {
  if (dg1.text(21)?.toUpperCase() === 'D') return undefined
  const code = diagnosisCode(dg1)
  if (code === undefined) {
    by.warn(dg1.place(3), 'a diagnosis without code and text; left out', '101')
    return undefined
  }
  const stage = term(dg1.field(6), 1, diagnosisType, by)
  const priority = Number(dg1.text(15) ?? 'none')
  const rank = Number.isInteger(priority) && priority > 0 ? priority : undefined
  const present_ = dg1.text(26)?.toUpperCase()
  const onAdmission = present_ === 'Y' ? true : present_ === 'N' ? false : undefined
  const role = stage === 'admitting' ? 'admitting' : rank === 1 ? 'principal' : 'secondary'
  return present<DiagnosisReading>({ code, role, stage, rank, onAdmission })
}

/** DG1-3, with the words of DG1-4; old senders name the coding system in DG1-2. */
function diagnosisCode(dg1: Segment): Concept | undefined {
  const read = concept(dg1.field(3))
  const words = dg1.field(4).whole()
  if (read === undefined) return words === undefined ? undefined : { codings: [], text: words }
  const method = systemOf(dg1.text(2))
  const codings = read.codings.map((coding) =>
    dotted(coding.system === undefined && method ? { system: method, ...coding } : coding),
  )
  const text = words ?? read.text
  return text === undefined ? { codings } : { codings, text }
}

/** ICD-10-CM codes have a dot after the third character; many senders leave it out (`F322`). */
function dotted(coding: Coding): Coding {
  const { system, code } = coding
  if (system !== icd10 || code === undefined || !/^[A-Za-z]\d[0-9A-Za-z]{2,5}$/.test(code)) return coding
  return { ...coding, code: `${code.slice(0, 3)}.${code.slice(3)}` }
}
