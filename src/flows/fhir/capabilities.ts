/** What this server can do. https://hl7.org/fhir/R4/http.html#capabilities */
import { canonicalBase } from '../../../mappings/shared/extension.ts'
import { type CapabilityFacts, capabilityStatement } from '../../fhir/capability-statement.ts'
import type { FlowSettings } from '../context.ts'
import { software } from '../software.ts'

/** Always the same, and long. */
const texts = new WeakMap<FlowSettings, string>()

/** The CapabilityStatement's text; open to all, asked before anybody has a token. A process has the same limits for everybody. */
export function capabilities(settings: FlowSettings, limits: CapabilityFacts['limits']): string {
  const known = texts.get(settings)
  if (known !== undefined) return known
  const text = JSON.stringify(
    capabilityStatement({
      base: `${settings.baseUrl}/fhir`,
      canonical: canonicalBase,
      version: software.version,
      date: software.date,
      limits,
    }),
  )
  texts.set(settings, text)
  return text
}
