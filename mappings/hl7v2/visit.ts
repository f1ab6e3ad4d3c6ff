/** PV1 and PV2 → the visit. https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-pv1-to-encounter.html */
import type { VisitFacts } from '../../src/domain/discharge.ts'
import type { Coding, Identifier, Ref } from '../../src/domain/kernel.ts'
import type { V2Message } from '../../src/hl7v2/message.ts'
import type { Composite, Segment } from '../../src/hl7v2/segment.ts'
import { dischargeDisposition, dispositionLabels, nubcDischargeStatus } from '../codes/hl7v2-discharge-disposition.ts'
import { psychiatricServices } from '../codes/hl7v2-hospital-service.ts'
import { patientClass, unmappedPatientClasses } from '../codes/hl7v2-patient-class.ts'
import { attending, externalRef, locationName } from './actor.ts'
import { authority, concept, identifier, systemOf, tableConcept } from './datatypes.ts'
import { present, type Reader, time } from './reader.ts'

export function visit(message: V2Message, pv1: Segment, by: Reader): VisitFacts {
  const pv2 = message.segment('PV2')
  const alternate = identifier(pv1.field(50), by)
  const account = accountOf(message, by)
  const further = [alternate, account].filter((one) => one !== undefined)
  return (
    present<VisitFacts>({
      number: visitNumber(pv1, account, by),
      identifiers: further.length > 0 ? further : undefined,
      class: encounterClass(pv1.field(2), by),
      psychiatric: psychiatricServices.has(pv1.text(10)?.toUpperCase() ?? '') || undefined,
      admittedAt: told(pv1.field(44), time, by),
      dischargedAt: told(pv1.field(45), time, by),
      timeZone: by.clockwork.timeZone,
      disposition: told(pv1.field(36), disposition, by),
      destination: told(pv1.field(37), destination, by),
      attending: told(pv1.field(7), attending, by),
      location: told(pv1.field(3), locationName, by),
      facility: facility(message, by),
      admitReason: pv2 && told(pv2.field(3), concept, by),
    }) ?? {}
  )
}

/** What a field says; null if it expressly says nothing. */
function told<T>(from: Composite, read: (from: Composite, by: Reader) => T | undefined, by: Reader): T | null | undefined {
  return from.isNull ? null : read(from, by)
}

/**
 * PV1-19, else the account, which some hospitals number by visit. A message without either cannot be told from another visit of the same
 * patient.
 */
function visitNumber(pv1: Segment, account: Identifier | undefined, by: Reader): VisitFacts['number'] {
  const own = identifier(pv1.field(19), by)
  if (!own)
    by.warn(pv1.place(19), account ? 'no visit number; the account number (PID-18) stands for it' : 'no visit number', '101')
  const { system, value } = own ?? account ?? {}
  if (value === undefined) return undefined
  return system === undefined ? { value } : { system, value }
}

/** PID-18, patient account number. */
function accountOf(message: V2Message, by: Reader): Identifier | undefined {
  const account = message.segment('PID')?.field(18)
  const read = account && identifier(account, by)
  if (!read || read.type) return read
  return { ...read, type: { codings: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'AN' }] } }
}

function encounterClass(from: Composite, by: Reader): Coding | undefined {
  const code = from.text(1)
  if (code === undefined) {
    by.warn(from.place(), 'no patient class', '101')
    return undefined
  }
  const mapped = patientClass.termOf(code.toUpperCase())
  if (mapped) return { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: mapped }
  if (!unmappedPatientClasses.has(code.toUpperCase())) by.warn(from.place(), 'not in the code table; kept as sent', '103')
  return present<Coding>({ system: systemOf(from.text(3)) ?? patientClass.system, code, display: from.whole(2) })
}

/** Codes that say they are of another system than table 0112 are never taken for one of it. */
function disposition(from: Composite, by: Reader): Coding | undefined {
  const code = from.text(1)
  if (code === undefined) return undefined
  const system = systemOf(from.text(3)) ?? dischargeDisposition.system
  const own = system === dischargeDisposition.system || system === nubcDischargeStatus
  const status = own ? dischargeDisposition.termOf(code) : undefined
  if (status) return { system: nubcDischargeStatus, code: status, display: dispositionLabels[status] }
  by.warn(from.place(), 'not in the code table; kept as sent', '103')
  return present<Coding>({ system, code, display: from.whole(2) })
}

/** PV1-37, DLD: where to, by a code of the hospital's own or by name. */
function destination(from: Composite): Ref | undefined {
  const read = tableConcept(from.part(1), '0113')
  const [coding] = read?.codings ?? []
  return externalRef('Location', coding?.system, coding?.code, coding?.display ?? read?.text)
}

/** The connection's facility, else the sender's own name for itself: together with the visit number it names the visit for good. */
function facility(message: V2Message, by: Reader): Ref | undefined {
  if (by.connection.facility) return by.connection.facility
  const sender = message.header.msh.field(4)
  const own = authority(sender, by)
  return own === undefined ? undefined : externalRef('Organization', 'urn:ietf:rfc:3986', own, sender.text(1) ?? sender.text(2))
}
