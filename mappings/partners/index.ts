/** The tables of partners, by the flavour of a connection; a flavour without one takes what the standard mappings write. */
import type { Partner } from '../../src/lens/partner.ts'
import { epic } from './epic.ts'
import { hapi } from './hapi.ts'
import { oracleHealth } from './oracle-health.ts'

export const partners: Readonly<Record<string, Partner>> = Object.fromEntries(
  [epic, hapi, oracleHealth].map((partner) => [partner.flavour, partner]),
)
