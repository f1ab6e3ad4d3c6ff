/** PID → the patient. https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-pid-to-patient.html */
import type { Identifier } from '../../src/domain/kernel.ts'
import type { Segment } from '../../src/hl7v2/segment.ts'
import { administrativeSex } from '../codes/hl7v2-administrative-sex.ts'
import type { PatientReading } from './adt-reading.ts'
import { identifier, usSsn } from './datatypes.ts'
import { address, contact, name } from './person.ts'
import { day, each, present, type Reader, term, time } from './reader.ts'

export function patient(pid: Segment, by: Reader): PatientReading {
  const home = each(pid, 13, (from) => contact(from, 'home', by), by)
  const work = each(pid, 14, (from) => contact(from, 'work', by), by)
  const ssn = socialSecurity(pid)
  const said = present<PatientReading>({
    identifiers: [...each(pid, 3, identifier, by), ...(ssn ? [ssn] : [])],
    names: each(pid, 5, name, by),
    birthDate: day(pid.field(7), by),
    gender: term(pid.field(8), 1, administrativeSex, by),
    contacts: [...home, ...work],
    addresses: each(pid, 11, address, by),
    deceased: deceased(pid, by),
  })
  return said ?? { identifiers: [], names: [], contacts: [], addresses: [] }
}

/** PID-29 says when, PID-30 whether. */
function deceased(pid: Segment, by: Reader): boolean | string | undefined {
  const at = time(pid.field(29), by)
  if (at !== undefined) return at
  const indicator = pid.text(30)?.toUpperCase()
  if (indicator === undefined) return undefined
  if (indicator !== 'Y' && indicator !== 'N') by.warn(pid.place(30), 'neither Y nor N; left out', '103')
  return indicator === 'Y' ? true : indicator === 'N' ? false : undefined
}

/** PID-19, nine digits without the usual hyphens; placeholders such as 999-99-9999 are none. */
function socialSecurity(pid: Segment): Identifier | undefined {
  const value = pid.text(19)?.replaceAll('-', '')
  if (value === undefined || !/^\d{9}$/.test(value) || /^(\d)\1{8}$/.test(value)) return undefined
  return { system: usSsn, value, type: { codings: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'SS' }] } }
}
