/** DG1 → diagnoses of the visit. https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-dg1-to-encounter.html */
import type { DiagnosisFacts } from '../../src/domain/discharge.ts'
import type { Coding, Concept } from '../../src/domain/kernel.ts'
import type { Segment } from '../../src/hl7v2/segment.ts'
import { icd10 } from '../codes/hl7v2-coding-system.ts'
import { diagnosisType } from '../codes/hl7v2-diagnosis-type.ts'
import { concept, systemOf } from './datatypes.ts'
import { present, type Reader, term } from './reader.ts'

/** Diagnoses in the message's order, which counts where no priority is sent; a warning says so. */
export function diagnoses(segments: readonly Segment[], by: Reader): readonly DiagnosisFacts[] {
  const read = segments.map((dg1) => diagnosis(dg1, by)).filter((one) => one !== undefined)
  const established = read.filter((one) => one.role !== 'admitting')
  if (established.length > 1 && !established.some((one) => one.role === 'principal')) {
    by.warn('DG1-15', 'no diagnosis is of priority 1; their order tells the principal one', '101')
  }
  return read
}

/**
 * Its role: admitting (DG1-6 `A`), else by DG1-15 principal (1) or secondary; a working diagnosis (`W`), which may still change, has none,
 * nor has one without priority.
 */
function diagnosis(dg1: Segment, by: Reader): DiagnosisFacts | undefined {
  if (dg1.text(21)?.toUpperCase() === 'D') return undefined
  const code = diagnosisCode(dg1)
  if (code === undefined) {
    by.warn(dg1.place(3), 'a diagnosis without code and text; left out', '101')
    return undefined
  }
  const type = term(dg1.field(6), 1, diagnosisType, by)
  const priority = Number(dg1.text(15) ?? 'none')
  const ranked = type === 'working' || !(priority >= 1) ? undefined : priority === 1 ? 'principal' : 'secondary'
  const indicator = dg1.text(26)?.toUpperCase()
  const onAdmission = indicator === 'Y' ? true : indicator === 'N' ? false : undefined
  return present<DiagnosisFacts>({ code, role: type === 'admitting' ? 'admitting' : ranked, onAdmission })
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
