/** What the server knows of terminology, for `/fhir/metadata?mode=terminology`. https://hl7.org/fhir/R4/terminologycapabilities.html */
import type { CapabilityFacts } from './capability-statement.ts'
import { ownTerminology } from './generated/terminology.ts'

const codeSystems = Object.values(ownTerminology).filter(({ resourceType }) => resourceType === 'CodeSystem')

/** It has the code systems of the house; those stored here count in searches, too. There are no operations on them. */
export const terminologyCapabilities = ({ base, software, date }: CapabilityFacts): object => ({
  resourceType: 'TerminologyCapabilities',
  status: 'active',
  date,
  description:
    'Searches take :in, :not-in, :below and :above, by these code systems, by the value sets of this gateway, and by CodeSystems and ' +
    'ValueSets that are stored here. There is no $expand, $validate-code, $lookup, $translate or $closure.',
  kind: 'instance',
  software,
  implementation: { description: 'Care coordination gateway', url: base },
  codeSystem: codeSystems.map(({ url }) => ({ uri: url })),
})
