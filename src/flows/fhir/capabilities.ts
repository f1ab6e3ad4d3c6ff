/** What this server can do. https://hl7.org/fhir/R4/http.html#capabilities */
import { canonicalBase } from '../../../mappings/shared/extension.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type CapabilityFacts, capabilityStatement } from '../../fhir/capability-statement.ts'
import { terminologyCapabilities } from '../../fhir/terminology-capabilities.ts'
import type { FlowSettings } from '../context.ts'
import { published, software } from '../software.ts'

/** All that there is is normative or not by the page of the standard that it is on: who wants to know that part alone is told all. */
const told = { full: capabilityStatement, normative: capabilityStatement, terminology: terminologyCapabilities }

/** Always the same, and long. */
const texts = new WeakMap<FlowSettings, Map<string, string>>()

/**
 * The text of the CapabilityStatement, or by `mode` of the TerminologyCapabilities; open to all, asked before anybody has a token. A process
 * has the same limits for everybody. Problem: `invalid`.
 */
export function capabilities(settings: FlowSettings, limits: CapabilityFacts['limits'], asked?: string): Result<string> {
  const mode = asked || 'full'
  if (!(mode === 'full' || mode === 'normative' || mode === 'terminology'))
    return fail('invalid', 'The mode is full, normative or terminology.')
  const known = texts.get(settings) ?? new Map()
  texts.set(settings, known)
  const text: string = known.get(mode) ?? JSON.stringify(told[mode](facts(settings, limits)))
  known.set(mode, text)
  return ok(text)
}

const facts = ({ baseUrl, security }: FlowSettings, limits: CapabilityFacts['limits']): CapabilityFacts => ({
  base: `${baseUrl}/fhir`,
  canonical: canonicalBase,
  software,
  date: published,
  ...(security && { security }),
  limits,
})
