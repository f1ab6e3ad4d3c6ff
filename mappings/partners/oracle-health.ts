/**
 * Oracle Health's (Cerner's) Millennium R4 interfaces, as far as they take what we send: clients and their people, problems, messages
 * between the staff. https://fhir.cerner.com/millennium/r4/, which goes on as
 * https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/r4_overview.html; both are public.
 *
 * A patient is enrolled in an organization: without `managingOrganization`, sent to the connection as well, Millennium takes none. Codes
 * of a hospital's own (code sets) are for its connection to settle.
 */
import type * as fhir from '@medplum/fhirtypes'
import { bytesInBase64, textInBase64 } from '../../src/domain/base64.ts'
import { equal } from '../../src/lens/equal.ts'
import { type Partner, rowsOf, type Turn } from '../../src/lens/partner.ts'
import { atMost, coded, eachItem, filled, onlyIf, orNone } from './turns.ts'

const page = (path: string): string => `https://fhir.cerner.com/millennium/r4/${path}/#create`

const categories = 'http://terminology.hl7.org/CodeSystem/communication-category'
const conditionCategories = 'http://terminology.hl7.org/CodeSystem/condition-category'
const identifierTypes = 'http://terminology.hl7.org/CodeSystem/v2-0203'

/** Official where none is; without the text that the parts say already. */
const names: Turn<fhir.HumanName[]> = {
  say: (ours) => {
    const official = ours?.some(({ use }) => use === 'official')
    return ours?.map(({ text, ...name }, i) => ({
      ...name,
      ...(text !== undefined && !name.family && !name.given && { family: text }),
      use: name.use ?? (i === 0 && !official ? 'official' : 'usual'),
    }))
  },
}

const telecom = eachItem<fhir.ContactPoint>((one) => (one.use ? one : { ...one, use: 'home' }))

const addresses = eachItem<fhir.Address>((one) => {
  if (one.use && one.text === undefined) return one
  const { text, ...address } = one
  return { ...address, ...(text !== undefined && !address.line && !address.city && { line: [text] }), use: address.use ?? 'home' }
})

/** Each with a type, none with a use. */
const typed = ({ use: _use, assigner: _assigner, ...one }: fhir.Identifier): fhir.Identifier => ({
  ...one,
  type: one.type ?? { coding: [{ system: identifierTypes, code: 'RI' }] },
})

const isWhole = ({ system, value }: fhir.Identifier): boolean => system !== undefined && value !== undefined

/** The organization that the patient is enrolled in comes first, alone in its identifier. */
const enrolled: Turn<fhir.Identifier[], fhir.Patient> = {
  say(ours = [], { managingOrganization }) {
    const reference = managingOrganization?.reference
    const all = [...(reference === undefined ? [] : [{ assigner: { reference } }]), ...ours.filter(isWhole).map(typed)]
    return orNone(all)
  },
  hear(theirs = [], ours = []) {
    const kept = theirs.filter(isWhole).map((one) => ours.find((other) => equal(typed(other), one)) ?? one)
    const all = [...kept, ...ours.filter((one) => !isWhole(one))]
    return orNone(all)
  },
}

/** Identifiers of organizations are of these systems, or nobody's. */
const officialSystems = ['http://hl7.org/fhir/sid/us-npi', 'urn:oid:2.16.840.1.113883.4.4', 'urn:ietf:rfc:3986']
const official: Turn<fhir.Identifier[]> = {
  say(ours = []) {
    const all = ours.filter(({ system = '' }) => officialSystems.includes(system)).map(typed)
    return orNone(all)
  },
  hear: (theirs, ours) => theirs ?? ours?.filter(({ system = '' }) => !officialSystems.includes(system)),
}

/** One category, of two. */
const problemOrDiagnosis: Turn<fhir.CodeableConcept[]> = {
  say(ours) {
    const codes = (ours ?? []).flatMap(({ coding }) => (coding ?? []).map(({ code }) => code))
    const code = codes.includes('encounter-diagnosis') ? 'encounter-diagnosis' : 'problem-list-item'
    return [{ coding: [{ system: conditionCategories, code }] }]
  },
}

const utf8 = 'text/plain;charset=utf-8'

/** The text of an attachment that is one; `undefined` if it is no text that we would have written. */
function textIn({ contentType, data = '' }: fhir.Attachment): string | undefined {
  if (contentType !== utf8 || !/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.length % 4 !== 0) return undefined
  const text = new TextDecoder().decode(bytesInBase64(data))
  return textInBase64(text) === data ? text : undefined
}

const isText = ({ contentReference }: fhir.CommunicationPayload): boolean => contentReference === undefined

function attached(one: fhir.CommunicationPayload): fhir.CommunicationPayload {
  const { contentString, _contentString: _, ...rest } = one as fhir.CommunicationPayload & { _contentString?: unknown }
  if (contentString === undefined) return one
  return { ...rest, contentAttachment: { contentType: utf8, data: textInBase64(contentString) } }
}

function unattached(one: fhir.CommunicationPayload): fhir.CommunicationPayload {
  const { contentAttachment, ...rest } = one
  const text = contentAttachment && textIn(contentAttachment)
  return text === undefined ? one : { ...rest, contentString: text }
}

/** Texts as attachments; documents are not attached. */
const attachments: Turn<fhir.CommunicationPayload[]> = {
  say: (ours = []) => orNone(ours.filter(isText).map(attached)),
  hear: (theirs = [], ours = []) => orNone([...theirs.map(unattached), ...ours.filter((one) => !isText(one))]),
}

const isStaff = ({ reference = '', type }: { reference?: string; type?: string }): boolean =>
  ['Practitioner', 'Group'].includes(type ?? reference.split('/')[0]!)

const staffAlone = <V extends { reference?: string; type?: string }>(): Turn<V[]> => ({
  say: (ours = []) => orNone(ours.filter(isStaff)),
  hear: (theirs = [], ours = []) => orNone([...theirs, ...ours.filter((one) => !isStaff(one))]),
})

/** The text types that it takes say that they are UTF-8, as ours are. */
const withCharset = eachItem<fhir.DocumentReferenceContent>((one) => {
  const { contentType = '' } = one.attachment
  if (!/^(text|application)\/(plain|richtext|rtf|html|xml|xhtml\+xml)$/.test(contentType)) return one
  return { ...one, attachment: { ...one.attachment, contentType: `${contentType};charset=utf-8` } }
})

/** When what is told ended: when it was written down, if nobody said. */
const ended: Turn<fhir.DocumentReferenceContext, fhir.DocumentReference> = {
  say: (ours, { date }) =>
    ours?.period?.end === undefined && date !== undefined ? { ...ours, period: { ...ours?.period, end: date } } : ours,
}

const patient = rowsOf<fhir.Patient>(page('base/individuals/patient'))
const relatedPerson = rowsOf<fhir.RelatedPerson>(page('base/individuals/related-person'))
const organization = rowsOf<fhir.Organization>(page('base/entities/organization'))
const practitioner = rowsOf<fhir.Practitioner>(page('base/individuals/practitioner'))
const condition = rowsOf<fhir.Condition>(page('clinical/summary/condition'))
const document = rowsOf<fhir.DocumentReference>(page('foundation/documents/document-reference'))
const message = rowsOf<fhir.Communication>(page('clinical/request-and-response/communication'))

export const oracleHealth: Partner = {
  flavour: 'oracle-health',
  rows: {
    Patient: [
      patient('identifier', enrolled),
      patient('active', onlyIf(true)),
      patient('name', names),
      patient('telecom', telecom),
      patient('address', addresses),
      patient('communication', atMost(1)),
    ],
    RelatedPerson: [
      relatedPerson('identifier', eachItem(typed)),
      relatedPerson('active', onlyIf(true)),
      relatedPerson('name', names),
      relatedPerson('name', atMost(1)),
      relatedPerson('telecom', telecom),
      relatedPerson('address', addresses),
    ],
    Organization: [organization('identifier', official), organization('active', onlyIf(true))],
    Practitioner: [
      practitioner(
        'identifier',
        eachItem(({ use: _, assigner: _assigner, ...one }) => one),
      ),
      practitioner('active', onlyIf(true)),
      practitioner('name', names),
      practitioner('name', atMost(1)),
    ],
    Condition: [condition('category', problemOrDiagnosis)],
    DocumentReference: [
      document('content', atMost(1)),
      document('content', withCharset),
      document('context', ended),
      document('author', staffAlone()),
    ],
    Communication: [
      message('category', filled([{ coding: [{ system: categories, code: 'notification' }] }])),
      message('category', eachItem(coded(categories, { reminder: 'reminder', '*': 'notification' }))),
      message('priority', { say: (ours) => (ours === 'asap' || ours === 'stat' ? 'urgent' : ours) }),
      message('recipient', staffAlone()),
      message('payload', attachments),
    ],
  },
  withheld: {
    // Messages to clients are no messages of Millennium's, nor are those that are not through yet.
    Communication: (resource) => {
      const { status, sender = {}, recipient = [] } = resource as unknown as fhir.Communication
      return status !== 'completed' || !sender.reference?.startsWith('Practitioner/') || !recipient.some(isStaff)
    },
    Condition: (resource) => (resource as unknown as fhir.Condition).clinicalStatus === undefined,
    // Drafts stay with who writes them.
    DocumentReference: (resource) => {
      const { status, docStatus } = resource as unknown as fhir.DocumentReference
      return status !== 'current' || docStatus === 'preliminary'
    },
  },
}
