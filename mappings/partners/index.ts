/** The tables of partners, by the flavour of a connection; a flavour without one takes what the standard mappings write. */
import { onTop, type Partner } from '../../src/lens/partner.ts'
import { exportProfiles } from '../exports/index.ts'
import { epic } from './epic.ts'
import { hapi } from './hapi.ts'
import { oracleHealth } from './oracle-health.ts'

export const partners: Readonly<Record<string, Partner>> = Object.fromEntries(
  [epic, hapi, oracleHealth].map((partner) => [partner.flavour, partner]),
)

/** What a connection's partner wants said otherwise, and the state that is reported to by it. */
export const tableOf = ({ flavour, exportProfile = '' }: { readonly flavour: string; readonly exportProfile?: string }) =>
  onTop(partners[flavour], exportProfiles[exportProfile])
