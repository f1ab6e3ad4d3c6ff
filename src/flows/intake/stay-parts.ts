/** What the parts of a stay must agree on beyond the mapping's table: whose they are, and how sensitive. */
import type { Coding, Condition, Encounter, Meta, Reference } from '@medplum/fhirtypes'
import { unknownSubject } from '../../../mappings/shared/stay.ts'
import type { Coding as Label } from '../../domain/kernel.ts'
import { equal } from '../../lens/equal.ts'
import type { StayParts } from '../follow-ups/stays.ts'

/** Conditions speak of the Encounter and its subject, and carry its labels; parts that agree are the very same objects. */
export function withSubject(id: string, parts: StayParts, labels: readonly Label[] = []): StayParts {
  const Encounter = labelled(parts.Encounter, labels)
  const subject: Reference = Encounter.subject ?? (unknownSubject as Reference)
  const encounter = `Encounter/${id}`
  const agree = (one: Condition): Condition => {
    const ours = labelled(one, Encounter.meta?.security ?? [])
    const own = names(ours.subject, subject)
    if (own && ours.encounter?.reference !== undefined) return ours
    return {
      ...ours,
      ...(!own && { subject: subject as Condition['subject'] }),
      encounter: ours.encounter ?? { reference: encounter },
    }
  }
  const conditions = parts.Condition.map(agree)
  const same = conditions.every((one, i) => one === parts.Condition[i])
  return same && Encounter === parts.Encounter ? parts : { Encounter, Condition: same ? parts.Condition : conditions }
}

/** Both mean the same: by reference where there is one. */
const names = (of: Reference | undefined, subject: Reference): boolean =>
  subject.reference === undefined ? equal(of, subject) : of?.reference === subject.reference

/** Labels are added, never taken away. https://hl7.org/fhir/R4/security-labels.html */
function labelled<R extends Encounter | Condition>(resource: R, labels: readonly Label[]): R {
  const security: readonly Coding[] = resource.meta?.security ?? []
  const missing = labels.filter((label) => !security.some((one) => one.system === label.system && one.code === label.code))
  if (missing.length === 0) return resource
  const meta: Meta = { ...resource.meta, security: [...security, ...(missing as Coding[])] }
  return { ...resource, meta }
}
