/** What this server can do. https://hl7.org/fhir/R4/http.html#capabilities */
import { capabilityStatement } from '../../fhir/capability-statement.ts'
import type { Context } from '../context.ts'
import { release } from '../release.ts'

/** Open to all: asked before anybody has a token. */
export function capabilities(ctx: Context): string {
  return JSON.stringify(
    capabilityStatement({ base: `${ctx.settings.baseUrl}/fhir`, version: release.version, date: release.date }),
  )
}
