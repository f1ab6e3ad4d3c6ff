/** PV1 and PV2 → the visit. https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-pv1-to-encounter.html */
import type { Coding, Identifier, Ref } from '../../src/domain/kernel.ts'
import type { V2Message } from '../../src/hl7v2/message.ts'
import type { Composite, Segment } from '../../src/hl7v2/segment.ts'
import { dischargeDisposition, dispositionLabels, nubcDischargeStatus } from '../codes/hl7v2-discharge-disposition.ts'
import { patientClass, unmappedPatientClasses } from '../codes/hl7v2-patient-class.ts'
import type { VisitReading } from './adt-reading.ts'
import { authority, concept, identifier, location, systemOf, tableConcept } from './datatypes.ts'
import { practitioner } from './person.ts'
import { each, present, type Reader, time } from './reader.ts'

export function visit(message: V2Message, pv1: Segment, by: Reader): VisitReading {
  const reason = message.segment('PV2')?.field(3)
  return (
    present<VisitReading>({
      number: visitNumber(message, pv1, by),
      class: encounterClass(pv1.field(2), by),
      type: tableConcept(pv1.field(4), '0007'),
      service: tableConcept(pv1.field(10), '0069'),
      admittedAt: time(pv1.field(44), by),
      dischargedAt: time(pv1.field(45), by),
      disposition: disposition(pv1.field(36), by),
      destination: tableConcept(pv1.field(37).part(1), '0113'),
      attending: each(pv1, 7, practitioner, by)[0],
      location: location(pv1.field(3)),
      facility: facility(message, by),
      admitReason: reason && concept(reason),
      readmission: pv1.text(13)?.toUpperCase() === 'R' ? true : undefined,
    }) ?? {}
  )
}

/** What names the visit; a message that names none cannot be told from another visit of the same patient. */
function visitNumber(message: V2Message, pv1: Segment, by: Reader): Identifier | undefined {
  const own = identifier(pv1.field(19), by) ?? identifier(pv1.field(50), by)
  if (own) return own
  const pid = message.segment('PID')
  const account = pid && identifier(pid.field(18), by)
  by.warn(pv1.place(19), account ? 'no visit number; the account number (PID-18) stands for it' : 'no visit number', '101')
  return account
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

/** The connection's facility, else the sender's own name for itself: together with the visit number it names the visit for good. */
function facility(message: V2Message, by: Reader): Ref | undefined {
  if (by.connection.facility) return by.connection.facility
  const sender = message.header.msh.field(4)
  const system = authority(sender, by)
  if (system === undefined) return undefined
  return {
    external: {
      system: 'urn:ietf:rfc:3986',
      value: system,
      resourceType: 'Organization',
      display: sender.text(1) ?? sender.text(2)!,
    },
  }
}
