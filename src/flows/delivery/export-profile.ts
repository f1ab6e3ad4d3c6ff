/**
 * Reports to a state: a connection may have one of its forms (`mappings/exports`), and is then sent what that asks for, of those who live there,
 * while it is asked for. All else holds as for any partner: what needs the client's consent waits for it, and is accounted for.
 */
import { exportProfiles } from '../../../mappings/exports/index.ts'
import type { Connection } from '../../connectors/connector.ts'
import { stateOf } from '../../domain/client.ts'
import type { Issue } from '../../domain/problem.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { concerns } from '../../fhir/search/patients-of.ts'
import type { Steps } from '../../store/store.ts'
import { clientWith } from '../clients/client-facts.ts'

const elsewhere = 'Nothing was sent: the report is of clients of another state.'
export const over = 'The form of this report is no longer asked for: the connection wants the one that came after it.'

/** Why a record is not reported at this instant; undefined where it is, or the connection is for no report. */
export function* outsideOf({ exportProfile = '' }: Connection, resource: JsonObject, at: string): Steps<string | undefined> {
  const profile = exportProfiles[exportProfile]
  if (!profile) return undefined
  if (isOver(profile, at)) return over
  for (const id of concerns(resource)) {
    const client = yield* clientWith(id)
    if (!client || stateOf(client) !== profile.jurisdiction) return elsewhere
  }
  return undefined
}

const isOver = ({ until }: { readonly until?: string }, at: string): boolean => until !== undefined && at.slice(0, 10) > until

/** What stands against a connection for such reports, at this instant. */
export function unfitForReports({ exportProfile, push, pull }: Connection, at: string): readonly Issue[] {
  if (exportProfile === undefined) return []
  const profile = Object.hasOwn(exportProfiles, exportProfile) ? exportProfiles[exportProfile] : undefined
  if (!profile)
    return [{ path: 'exportProfile', message: `is none of those that there are: ${Object.keys(exportProfiles).join(', ')}` }]
  const types = Object.keys(profile.rows)
  return [
    ...(at.slice(0, 10) < profile.from ? [{ path: 'exportProfile', message: `is not asked for before ${profile.from}` }] : []),
    ...(isOver(profile, at) ? [{ path: 'exportProfile', message: `was asked for until ${profile.until}` }] : []),
    ...(push.every((type) => types.includes(type))
      ? []
      : [{ path: 'push', message: `is of ${types.join(', ')} for this report` }]),
    ...(pull.length > 0 ? [{ path: 'pull', message: 'is not for reports: they go out' }] : []),
  ]
}
