/** What a gateway can do, as the guide asks it of any: the statement that a running one gives, of the types that have a profile of ours. */
import { canonicalBase } from '../../mappings/shared/extension.ts'
import { capabilityStatement } from '../../src/fhir/capability-statement.ts'
import { published, software } from '../../src/flows/software.ts'
import { type Definition, definition } from './canonical.ts'

interface Statement {
  readonly rest: readonly [{ readonly resource: readonly { readonly type: string }[] }]
  readonly [element: string]: unknown
}

export function guidesStatement(profiles: ReadonlyMap<string, readonly string[]>): Definition {
  const facts = {
    base: canonicalBase,
    canonical: canonicalBase,
    software,
    date: published,
    limits: { entries: 0, bundle: 0, resource: 0, page: 0 },
  }
  const { date, fhirVersion, format, patchFormat, rest } = capabilityStatement(facts) as Statement
  const { documentation: _, ...server } = rest[0] as Statement['rest'][0] & { readonly documentation?: string }
  return definition(
    'CapabilityStatement',
    'warm-handoff',
    { title: 'Gateway', description: 'What a care-coordination gateway can do for resources of the profiles here.' },
    {
      ...{ date, kind: 'requirements', fhirVersion, format, patchFormat },
      rest: [{ ...server, resource: server.resource.filter(({ type }) => profiles.has(type)) }],
    },
  )
}
