/** What single states want to be reported, by name. */
import type { ExportProfile } from '../../src/lens/partner.ts'
import { coloradoBha } from './us-co-bha.ts'

export const exportProfiles: Readonly<Record<string, ExportProfile>> = Object.fromEntries(
  [coloradoBha].map((profile) => [profile.flavour, profile]),
)
