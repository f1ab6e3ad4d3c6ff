/** Caseload ↔ List with a code of ours: an entry for each assignment. https://hl7.org/fhir/R4/list.html */
import type * as fhir from '@medplum/fhirtypes'
import { type Assignment, assignmentRoles, Caseload, caseloadStates } from '../src/domain/caseload.ts'
import { asConcept, codeTable } from '../src/lens/code-table.ts'
import { type Codec, chain } from '../src/lens/codec.ts'
import { date, dateTime, decimal, idOf, integer, oneOf, text, withHandle } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape } from '../src/lens/shape.ts'
import { identifier } from './shared/datatypes.ts'
import { extension, local, localSystem } from './shared/extension.ts'
import { reasonText } from './shared/reason-text.ts'

/** Of List.code: `caseload`. */
export const listKind = localSystem('list-kind')
export const isCaseload = ({ code }: fhir.List): boolean =>
  code?.coding?.some((one) => one.system === listKind && one.code === 'caseload') === true

const levels = codeTable(
  localSystem('caseload-acuity'),
  ['1', '2', '3', '4'].map((level) => [level, level] as const),
)
const toNumber: Codec<string, number> = { name: 'number', read: Number, write: String }
const acuity = chain(asConcept<string, fhir.CodeableConcept>(levels), toNumber)

const assignment = withHandle<fhir.ListEntry, Assignment>(
  shape<fhir.ListEntry, Omit<Assignment, 'handle'>>(
    'assignment',
    (entry) => {
      const said = extension(entry, local('assignment'))
      return {
        clientId: entry.item.as(idOf('Patient')),
        episodeId: extension(said, 'episode').valueReference.optional(idOf('EpisodeOfCare')),
        role: extension(said, 'role').valueCode.optional(oneOf(...assignmentRoles)),
        acuity: entry.flag.optional(acuity),
        weight: extension(said, 'weight').valueDecimal.optional(decimal),
        from: entry.date.optional(dateTime),
        to: extension(said, 'to').valueDate.optional(date),
        endReason: extension(said, 'endReason').valueString.optional(text),
        releasedBy: extension(said, 'releasedBy').valueReference.reference.optional(text),
        handoffNoteId: extension(said, 'handoffNote').valueReference.optional(idOf('DocumentReference')),
      }
    },
    { item: {} },
  ),
)

export default mapping<Caseload, { List: fhir.List }>({
  name: 'caseload.list',
  version: 1,
  domain: Caseload,
  owner: 'coordination',
  blank: {
    List: {
      resourceType: 'List',
      status: 'current',
      mode: 'working',
      code: { coding: [{ system: listKind, code: 'caseload' }] },
    },
  },
  fields: ({ List }) => ({
    identifiers: List.identifier.each(identifier, { by: ['handle'] }),
    name: List.title.optional(text),
    coordinatorId: List.source.optional(idOf('PractitionerRole')),
    capacityWeighted: extension(List, local('capacity')).valueInteger.optional(integer),
    assignments: List.entry.each(assignment, {
      by: ['handle'],
      only: { label: 'client', test: ({ item }) => item?.reference?.startsWith('Patient/') === true },
    }),
    statusReason: extension(List, local('status-reason')).valueCodeableConcept.optional(reasonText),
    state: List.status.as(oneOf(...caseloadStates)),
  }),
})
