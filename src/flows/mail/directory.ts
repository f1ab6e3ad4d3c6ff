/** Those of the directory whom one writes to by Direct: how they are reached, and as whom a consent of the client's knows them. */
import type * as fhir from '@medplum/fhirtypes'
import careTeam from '../../../mappings/care-team.care-team.ts'
import organizationMapping from '../../../mappings/organization.organization.ts'
import { contactPoint } from '../../../mappings/shared/person.ts'
import { isPresent } from '../../domain/care-team.ts'
import type { ContactPoint } from '../../domain/client.ts'
import type { Disclosure } from '../../domain/disclosure.ts'
import type { Ref } from '../../domain/kernel.ts'
import type { Organization } from '../../domain/organization.ts'
import { isUnread, silently } from '../../lens/codec.ts'
import { ask, type Steps } from '../../store/store.ts'
import { namesOf } from '../delivery/permission.ts'
import { storedValue } from '../next-version.ts'
import { allOf, isActive, patientIs } from '../questions.ts'
import { readAs, readStored } from '../read-as.ts'
import { idIn, referenceTo, targetOf } from '../references.ts'

/** Somebody of the directory. */
export interface Listed {
  readonly contacts: readonly ContactPoint[]
  /** All that they are known as: `PractitionerRole/…`, their organization, and its identifiers (`system|value`). */
  readonly names: readonly string[]
  readonly recipient: NonNullable<Disclosure['recipient']>
  /** Bound by HIPAA, as far as anybody has said. */
  readonly isCovered: boolean
  /** Works for an insurer, or is one. */
  readonly isPayer: boolean
}

type Entry = fhir.Practitioner | fhir.PractitionerRole | fhir.Organization | fhir.HealthcareService
const kinds = new Set<string>(['Practitioner', 'PractitionerRole', 'Organization', 'HealthcareService'])

/** Undefined for whoever is not in the directory, or no longer active there. */
export function* listedIn(who: Ref | undefined): Steps<Listed | undefined> {
  const reference = referenceTo(who, 'Practitioner')
  const entry = yield* at(reference)
  if (!entry || entry.active === false) return undefined
  const person = entry.resourceType === 'PractitionerRole' ? entry.practitioner?.reference : undefined
  const organization = organizationOf(entry)
  const house = idIn(organization, 'Organization')
  const said = yield* organizationAt(organization)
  const telecom = [...(entry.telecom ?? []), ...((yield* at(person))?.telecom ?? [])]
  const contacts = telecom.map((one) => contactPoint.read(one, silently)).flatMap((one) => (isUnread(one) ? [] : [one]))
  const names = [reference, person, organization].filter((one) => one !== undefined)
  return {
    contacts,
    names: [...new Set([...names, ...(yield* namesOf(house))])],
    recipient: recipientOf(reference!, house),
    isCovered: said?.hipaaCovered !== false,
    isPayer: said?.types.some(({ codings }) => codings.some(({ code }) => payers.has(code))) === true,
  }
}

function* at(reference: string | undefined): Steps<Entry | undefined> {
  const target = targetOf(reference)
  if (!kinds.has(target.type)) return undefined
  return storedValue<Entry>(yield* ask({ ask: 'resource', ...target }))
}

function organizationOf(entry: Entry): string | undefined {
  if (entry.resourceType === 'Organization') return `Organization/${entry.id}`
  const house =
    entry.resourceType === 'HealthcareService'
      ? entry.providedBy
      : entry.resourceType === 'PractitionerRole'
        ? entry.organization
        : undefined
  return house?.reference
}

function* organizationAt(reference: string | undefined): Steps<Organization | undefined> {
  const house = yield* at(reference)
  return house?.resourceType === 'Organization' ? readAs(organizationMapping, house) : undefined
}

/** https://hl7.org/fhir/R4/valueset-organization-type.html */
const payers = new Set<string | undefined>(['ins', 'pay'])

/** The account of disclosures names people, and organizations; a service is its organization. */
function recipientOf(reference: string, house: string | undefined): Listed['recipient'] {
  const person = targetOf(reference)
  if (person.type.startsWith('Practitioner')) return person
  return house === undefined ? { external: { url: reference } } : { id: house }
}

/** Is one of them, by this name or that, in a care team of the client's that is at work? */
export function* treats(clientId: string, { names }: Listed, at: string): Steps<boolean> {
  const items = yield* allOf('CareTeam', patientIs(clientId), isActive)
  return items.some((stored) => {
    const members = (readStored(careTeam, stored)?.members ?? []).filter((one) => isPresent(one, at))
    return members.some(({ who, onBehalfOf }) =>
      [referenceTo(who, 'PractitionerRole'), referenceTo(onBehalfOf, 'Organization')].some(
        (one) => one !== undefined && names.includes(one),
      ),
    )
  })
}
