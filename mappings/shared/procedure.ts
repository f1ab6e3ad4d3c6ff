/** Procedure codes and their modifiers as CodeableConcepts: the system follows from the code. */
import type { CodeableConcept, Coding } from '@medplum/fhirtypes'
import { codeSystemOf } from '../../src/domain/service-line.ts'
import { type Codec, cannot } from '../../src/lens/codec.ts'
import { hangingOn } from '../../src/lens/sibling.ts'
import { codeSystemUrl } from '../codes/procedure-system.ts'

/** A code of that form, in the system that goes with it; codings of other systems stay as long as the code does. */
function codeOfForm(name: string, form: RegExp): Codec<CodeableConcept, string> {
  const systemOf = (code: string): string => codeSystemUrl[codeSystemOf(code)]
  const fits = (one: Coding | null): boolean =>
    typeof one?.code === 'string' && form.test(one.code) && one.system === systemOf(one.code)
  const codeIn = (raw: CodeableConcept): string | undefined =>
    Array.isArray(raw.coding) ? raw.coding.find(fits)?.code : undefined
  return {
    name,
    read: (raw, report) => codeIn(raw) ?? cannot(report, `no ${name}`),
    write: (code, prior) =>
      prior && codeIn(prior) === code ? prior : { ...hangingOn(prior), coding: [{ system: systemOf(code), code }] },
  }
}

/** A CPT number or a HCPCS code. */
export const procedureCode = codeOfForm('HCPCS | CPT code', /^[A-Z0-9]{5}$/)
export const procedureModifier = codeOfForm('HCPCS | CPT modifier', /^[A-Z0-9]{2}$/)
