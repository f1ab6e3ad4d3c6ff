/** Whom something is said to: how they can be reached, and in which languages. */
import type { Organization, Patient, RelatedPerson } from '@medplum/fhirtypes'
import clientMapping from '../../../mappings/client.patient.ts'
import organizationMapping from '../../../mappings/organization.organization.ts'
import relatedPerson from '../../../mappings/related-person.related-person.ts'
import type { Client, ContactPoint } from '../../domain/client.ts'
import type { Ref } from '../../domain/kernel.ts'
import { ask, type Steps } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'

interface Addressee {
  readonly contacts: readonly ContactPoint[]
  /** The preferred one first. */
  readonly languages: readonly string[]
  readonly hasDied: boolean
  readonly timeZone?: string | undefined
  readonly preference?: Client['communicationPreference']
}

/** A client, somebody in a client's life, or an organization; nobody else's addresses are looked up. */
export function* addressee(who: Ref | undefined): Steps<Addressee | undefined> {
  if (!who || !('id' in who)) return undefined
  if (who.type === 'RelatedPerson') {
    const stored = storedValue<RelatedPerson>(yield* ask({ ask: 'resource', type: 'RelatedPerson', id: who.id }))
    const reading = stored && relatedPerson.read({ RelatedPerson: stored })
    return reading?.ok ? { contacts: reading.value.contacts, languages: [], hasDied: false } : undefined
  }
  if (who.type === 'Organization') {
    const stored = storedValue<Organization>(yield* ask({ ask: 'resource', type: 'Organization', id: who.id }))
    const reading = stored && organizationMapping.read({ Organization: stored })
    return reading?.ok ? { contacts: reading.value.contacts, languages: [], hasDied: false } : undefined
  }
  if (who.type !== 'Patient') return undefined
  const stored = storedValue<Patient>(yield* ask({ ask: 'resource', type: 'Patient', id: who.id }))
  const reading = stored && clientMapping.read({ Patient: stored })
  if (!reading?.ok) return undefined
  const { contacts, languages, deceased = false, timeZone, communicationPreference } = reading.value
  const preferred = languages.toSorted((a, b) => Number(b.preferred ?? false) - Number(a.preferred ?? false))
  return {
    contacts,
    languages: preferred.map(({ code }) => code),
    hasDied: deceased !== false,
    timeZone,
    preference: communicationPreference,
  }
}
