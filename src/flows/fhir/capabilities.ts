/** What this server can do. https://hl7.org/fhir/R4/http.html#capabilities */
import { canonicalBase } from '../../../mappings/shared/extension.ts'
import { type CapabilityFacts, capabilityStatement } from '../../fhir/capability-statement.ts'
import type { FlowSettings } from '../context.ts'
import { release } from '../release.ts'

/** The CapabilityStatement's text; open to all, asked before anybody has a token. */
export const capabilities = (settings: FlowSettings, limits: CapabilityFacts['limits']): string =>
  JSON.stringify(
    capabilityStatement({
      base: `${settings.baseUrl}/fhir`,
      canonical: canonicalBase,
      version: release.version,
      date: release.date,
      limits,
    }),
  )
