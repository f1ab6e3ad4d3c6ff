/** The table of all collections of `/coordination`. Exactly one claims a resource, or none. */
import type { Resource } from '@medplum/fhirtypes'
import { advocacy } from './advocacy.ts'
import { appointments } from './appointments.ts'
import { assessments } from './assessments.ts'
import { authorizations } from './authorizations.ts'
import { carePlans } from './care-plans.ts'
import { careTeams } from './care-teams.ts'
import { caseloads } from './caseloads.ts'
import { clients } from './clients.ts'
import type { AnyCollection } from './collection.ts'
import { communications } from './communications.ts'
import { consents } from './consents.ts'
import { coverages } from './coverages.ts'
import { crises } from './crises.ts'
import { discharges } from './discharges.ts'
import { disclosures } from './disclosures.ts'
import { documents } from './documents.ts'
import { education } from './education.ts'
import { episodes } from './episodes.ts'
import { followUps } from './follow-ups.ts'
import { goals } from './goals.ts'
import { groupSessions } from './group-sessions.ts'
import { locations } from './locations.ts'
import { monthlyBundles } from './monthly-bundles.ts'
import { needs } from './needs.ts'
import { organizations } from './organizations.ts'
import { practitioners } from './practitioners.ts'
import { progress } from './progress.ts'
import { referrals } from './referrals.ts'
import { relatedPersons } from './related-persons.ts'
import { safetyPlans } from './safety-plans.ts'
import { serviceLines } from './service-lines.ts'
import { services } from './services.ts'
import { sessions } from './sessions.ts'
import { workItems } from './work-items.ts'

export const collections: readonly AnyCollection[] = [
  appointments,
  advocacy,
  assessments,
  authorizations,
  carePlans,
  careTeams,
  communications,
  caseloads,
  consents,
  crises,
  discharges,
  disclosures,
  documents,
  education,
  episodes,
  followUps,
  goals,
  groupSessions,
  monthlyBundles,
  needs,
  progress,
  referrals,
  safetyPlans,
  serviceLines,
  sessions,
  workItems,
  clients,
  coverages,
  locations,
  organizations,
  practitioners,
  relatedPersons,
  services,
]

const byName = new Map(collections.map((one) => [one.name, one]))
const byAnchor = new Map<string, AnyCollection[]>()
for (const one of collections) byAnchor.set(one.anchor, [...(byAnchor.get(one.anchor) ?? []), one])

export const collectionNamed = (name: string): AnyCollection | undefined => byName.get(name)

/** The collection that a resource is the anchor of. */
export const collectionOf = (resource: Resource): AnyCollection | undefined =>
  byAnchor.get(resource.resourceType)?.find((one) => one.claims(resource))

/** Types for which a write needs a look at the rules before it is made. */
const ruled = new Set(collections.filter((one) => one.sealed || one.after).map((one) => one.anchor))
export const hasRules = (type: string): boolean => ruled.has(type)
