/**
 * Where it comes from: one Provenance for all that a message wrote, naming the message and the tables (with their versions) by which it was
 * read and written. One for a message, not for a resource: what hospitals send must stay cheap to take. https://hl7.org/fhir/R4/provenance.html
 */
import type { Provenance, Resource } from '@medplum/fhirtypes'
import { ccdaTable } from '../../../mappings/ccda/reading.ts'
import { notificationTable } from '../../../mappings/davinci/notification.ts'
import { v2Table } from '../../../mappings/hl7v2/reading.ts'
import { guardOf } from '../../fhir/search/labels.ts'
import type { Table } from '../../lens/mapping.ts'
import type { Message, Put } from '../../store/change.ts'
import { collectionOf } from '../collections/index.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import type { Context } from '../context.ts'
import { nextOf } from '../next-version.ts'

/** What messages of a kind are read by. */
const readBy: Readonly<Record<Message['kind'], Table | undefined>> = {
  hl7v2: v2Table,
  'fhir-message': notificationTable,
  ccda: ccdaTable,
  'fhir-resource': undefined,
}

const participant = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type'

/** `puts` are what the message wrote in this commit, one at least. */
export function provenanceOf(ctx: Context, { id, kind, source }: Message, puts: readonly Put[], at: string): Put {
  const { canonicalBase } = ctx.settings
  const writtenBy = puts.flatMap(({ resource }): Table[] => [collectionOf(resource as Resource)?.mapping ?? []].flat())
  const tables = [readBy[kind] ?? [], ...writtenBy]
    .flat()
    .map(({ name, version }) => `${canonicalBase}/StructureMap/${name}|${version}`)
  const provenance: Provenance = {
    resourceType: 'Provenance',
    target: puts.map((put) => ({ reference: `${put.type}/${put.id}/_history/${put.version}` })),
    recorded: at,
    ...(tables.length > 0 && { policy: [...new Set(tables)] }),
    agent: [
      {
        type: { coding: [{ system: participant, code: 'transmitter' }] },
        who: { type: 'Organization', display: source === '' ? 'unknown' : source },
      },
    ],
    entity: [{ role: 'source', what: { identifier: { system: `${canonicalBase}/NamingSystem/message`, value: id } } }],
  }
  // Where a message came from tells of what it told.
  const whole = puts.map(({ resource }) => resource as Resource).filter((one) => guardOf(one) > 0)
  const labelled = whole.reduce<Provenance>(withLabelsOf, provenance)
  return nextOf(labelled, ctx.newId('prv'), undefined, at)
}
