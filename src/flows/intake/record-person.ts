/**
 * What a hospital tells of a person whom somebody here knows: what was not known yet is added, nothing is overwritten, and nobody is made.
 * A merge of the hospital's numbers merges the records that carry them.
 */
import clientMapping from '../../../mappings/client.patient.ts'
import type { PatientReading } from '../../../mappings/hl7v2/adt-reading.ts'
import type { PersonReading } from '../../../mappings/hl7v2/person-message.ts'
import type { Client } from '../../domain/client.ts'
import type { Identifier } from '../../domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { mergeClients } from '../clients/merge-clients.ts'
import { clients } from '../collections/clients.ts'
import { consequences } from '../collections/consequences.ts'
import { hold } from '../collections/parts.ts'
import { endAll } from '../conflicts/ended.ts'
import type { Context } from '../context.ts'
import { restated, standingAs } from '../read-as.ts'
import { matchClient, unknownClient } from './match-discharge.ts'

export interface RecordedPerson {
  readonly about: readonly string[]
  readonly issues: readonly Issue[]
}

/** Everything is written when it answers. */
export function* recordPerson(ctx: Context, { change, people }: PersonReading, at: string): Steps<Result<RecordedPerson>> {
  const about: string[] = []
  const issues: Issue[] = []
  for (const { patient, formerly } of people) {
    const now = yield* matchClient(patient.identifiers)
    const former = change === 'merge' ? yield* matchClient(formerly) : { issues: [] }
    const unsure = [...now.issues, ...former.issues]
    if (unsure.length > 0) return fail('conflict', 'The person cannot be told for certain.', { issues: unsure })
    const clientId = now.clientId ?? former.clientId
    if (clientId === undefined) return unknownClient('PID-3')
    const before = yield* hold(clients, clientId)
    const puts = [...(yield* told(clientId, patient, formerly, issues, at))]
    if (former.clientId !== undefined && former.clientId !== clientId) {
      puts.push(...(yield* mergeClients({ survivor: clientId, former: former.clientId }, at)))
      yield* endAll(ctx, ({ resource }) => resource === `Patient/${former.clientId}`, 'merged-away')
    }
    const then = yield* consequences(ctx, puts, at, new Map(before.ok ? [[`clients/${clientId}`, before.value]] : []))
    if (!then.ok) return then
    about.push(`Patient/${clientId}`, ...puts.map(({ type, id }) => `${type}/${id}`))
  }
  return ok({ about: [...new Set(about)], issues })
}

/** Writes what is new of a client. */
function* told(
  clientId: string,
  patient: PatientReading,
  formerly: readonly Identifier[],
  issues: Issue[],
  at: string,
): Steps<readonly Put[]> {
  const client = standingAs(clientMapping, yield* ask({ ask: 'resource', type: 'Patient', id: clientId }))
  const puts = client ? restated(clientMapping, client, withNews(client.value, patient, formerly, issues), at) : []
  yield* write(...puts)
  return puts
}

const same = (a: Identifier, b: Identifier): boolean => a.system === b.system && a.value === b.value
const added = <T>(known: readonly T[], news: readonly T[], alike: (a: T, b: T) => boolean): readonly T[] => [
  ...known,
  ...news.filter((one) => !known.some((other) => alike(one, other))),
]

/** What is known stays: where the hospital says otherwise, a person decides. */
function withNews(client: Client, patient: PatientReading, formerly: readonly Identifier[], issues: Issue[]): Client {
  const differ = (field: string, ours: unknown, theirs: unknown): void => {
    if (ours !== undefined && theirs !== undefined && ours !== theirs)
      issues.push({ path: field, message: 'is otherwise than it is known here; left as it is', severity: 'warning' })
  }
  differ('PID-7', client.birthDate, patient.birthDate)
  differ('PID-8', client.gender, patient.gender)
  const identifiers = added(client.identifiers, patient.identifiers, same)
  const old = formerly.map((one) => ({ ...one, use: 'old' as const }))
  const retired = identifiers.map((one) => (old.some((other) => same(one, other)) ? { ...one, use: 'old' as const } : one))
  const { birthDate, gender, deceased } = patient
  return {
    ...client,
    identifiers: added(retired, old, same),
    names: client.names.length > 0 ? client.names : patient.names,
    contacts: added(client.contacts, patient.contacts, (a, b) => a.value === b.value),
    addresses: added(client.addresses, patient.addresses, (a, b) => a.lines.join() === b.lines.join() && a.city === b.city),
    ...(client.birthDate === undefined && birthDate !== undefined && { birthDate }),
    ...(client.gender === undefined && gender !== undefined && { gender }),
    ...((client.deceased ?? false) === false && deceased !== undefined && { deceased }),
  }
}
