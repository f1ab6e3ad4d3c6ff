/** Whom something is said to: how they can be reached, and in which languages. */
import organizationMapping from '../../../mappings/organization.organization.ts'
import relatedPerson from '../../../mappings/related-person.related-person.ts'
import type { Client, ContactPoint } from '../../domain/client.ts'
import type { Ref } from '../../domain/kernel.ts'
import { ask, type Steps } from '../../store/store.ts'
import { clientWith } from '../clients/client-facts.ts'
import { readStored } from '../read-as.ts'

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
    const person = readStored(relatedPerson, yield* ask({ ask: 'resource', type: 'RelatedPerson', id: who.id }))
    return person && { contacts: person.contacts, languages: [], hasDied: false }
  }
  if (who.type === 'Organization') {
    const organization = readStored(organizationMapping, yield* ask({ ask: 'resource', type: 'Organization', id: who.id }))
    return organization && { contacts: organization.contacts, languages: [], hasDied: false }
  }
  if (who.type !== 'Patient') return undefined
  const client = yield* clientWith(who.id)
  if (!client) return undefined
  const { contacts, languages, deceased = false, timeZone, communicationPreference } = client
  const preferred = languages.toSorted((a, b) => Number(b.preferred ?? false) - Number(a.preferred ?? false))
  return {
    contacts,
    languages: preferred.map(({ code }) => code),
    hasDied: deceased !== false,
    timeZone,
    preference: communicationPreference,
  }
}
