/** Whom lines name, loaded once for a page and told in the words of a claim. What the caller may not read is only an id. */
import type {
  Claim,
  ClaimResponse,
  Location,
  Organization,
  Patient,
  Practitioner,
  PractitionerRole,
  Reference,
  Resource,
  ServiceRequest,
} from '@medplum/fhirtypes'
import authorizationMapping from '../../../mappings/authorization.claim.ts'
import clientMapping from '../../../mappings/client.patient.ts'
import locationMapping from '../../../mappings/location.location.ts'
import organizationMapping from '../../../mappings/organization.organization.ts'
import practitionerMapping from '../../../mappings/practitioner.practitioner.ts'
import type {
  BillingItem,
  MailAddress,
  NamedClinician,
  NamedFacility,
  NamedOrganization,
  NamedReferral,
} from '../../domain/billing-item.ts'
import type { HumanName, PostalAddress } from '../../domain/client.ts'
import type { Identifier } from '../../domain/kernel.ts'
import { taxonomyOf } from '../../domain/practitioner.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { visible } from '../fhir/visible.ts'
import { storedValue } from '../next-version.ts'
import { every, pointsAt } from '../questions.ts'
import { readAs } from '../read-as.ts'
import { idIn, plainId, typeOf } from '../references.ts'

export class Named {
  readonly #ctx: Context
  readonly #loaded = new Map<string, Promise<Resource | undefined>>()

  constructor(ctx: Context) {
    this.#ctx = ctx
  }

  /** The resource as it stands, if the caller may see it. */
  load<R extends Resource>(type: R['resourceType'], id: string): Promise<R | undefined> {
    const key = `${type}/${id}`
    const known = this.#loaded.get(key) ?? this.#look(type, id)
    this.#loaded.set(key, known)
    return known as Promise<R | undefined>
  }

  async #look(type: string, id: string): Promise<Resource | undefined> {
    if (!allowed(this.#ctx, 'read', type).ok) return undefined
    const stored = await this.#ctx.store.look({ ask: 'resource', type, id })
    return stored && visible(this.#ctx, stored) ? storedValue<Resource>(stored) : undefined
  }

  async client(id: string): Promise<BillingItem['client']> {
    const client = readAs(clientMapping, await this.load<Patient>('Patient', id))
    if (!client) return { id }
    const { names, birthDate, gender, addresses } = client
    return { id, ...nameOf(names), ...said({ birthDate, gender }), ...addressOf(addresses) }
  }

  async organization(id: string): Promise<NamedOrganization> {
    const organization = readAs(organizationMapping, await this.load<Organization>('Organization', id))
    if (!organization) return { id, identifiers: [] }
    const { name, npi, addresses, identifiers, contacts } = organization
    const taxId = identifiers.find(isTaxId)?.value
    const phone = contacts.find(({ system, use }) => system === 'phone' && use !== 'old')?.value
    return {
      id,
      ...said({ name, npi, taxId, phone }),
      ...addressOf(addresses),
      identifiers: identifiers.flatMap(({ system, value }) => (value === undefined ? [] : [{ ...said({ system }), value }])),
    }
  }

  async clinician(ref: NonNullable<ServiceLine['renderer']>): Promise<NamedClinician | undefined> {
    if (!('id' in ref)) return undefined
    const named = typeOf(ref) === undefined ? undefined : await this.load<PractitionerRole>('PractitionerRole', ref.id)
    const id = named ? (idIn(named.practitioner, 'Practitioner') ?? '') : ref.id
    const role = named ?? (await this.#onlyRole(id))
    const person = await this.load<Practitioner>('Practitioner', id)
    const reading = person && practitionerMapping.read({ Practitioner: person, PractitionerRole: role ? [role] : [] })
    if (!reading?.ok) return { id: ref.id }
    const { names, npi } = reading.value
    return { id: ref.id, ...nameOf(names), ...said({ npi, taxonomy: taxonomyOf(reading.value)[0]?.code }) }
  }

  async facility(ref: ServiceLine['facility']): Promise<NamedFacility | undefined> {
    const id = plainId(ref)
    if (id === undefined) return undefined
    const place = readAs(locationMapping, await this.load<Location>('Location', id))
    if (!place) return { id }
    const { name, identifiers, address } = place
    const npi = identifiers.find(({ system }) => system === 'http://hl7.org/fhir/sid/us-npi')?.value
    return { id, ...said({ name, npi }), ...addressOf(address ? [address] : []) }
  }

  /** `payer`: whose number of it is told. Whoever is no provider to a payer, for want of an NPI, is not told as the one who referred. */
  async referral(
    { referralId: id, renderer }: ServiceLine,
    payer: NamedOrganization | undefined,
  ): Promise<NamedReferral | undefined> {
    if (id === undefined) return undefined
    const request = await this.load<ServiceRequest>('ServiceRequest', id)
    const number = request?.identifier?.find(({ assigner }) => payer !== undefined && isAssigner(assigner, payer))?.value
    const role = idIn(request?.requester, 'PractitionerRole')
    const person = idIn(request?.requester, 'Practitioner')
    const who = role ?? person
    const by = who === undefined ? undefined : { id: who, ...(role !== undefined && { type: 'PractitionerRole' as const }) }
    const [referring, held] = [by && (await this.clinician(by)), renderer && (await this.clinician(renderer))]
    const isOther = referring?.npi !== undefined && referring.npi !== held?.npi
    return { id, ...said({ number, referring: isOther ? referring : undefined }) }
  }

  /** The payer's number for what was granted: of the item, or of all. */
  async authorization({
    authorizationId: id,
    authorizationItem: item,
    code,
  }: ServiceLine): Promise<BillingItem['authorization']> {
    if (id === undefined) return undefined
    const number = await this.#authorizationNumber(id, item, code)
    return { id, ...said({ item, number }) }
  }

  async #authorizationNumber(id: string, sequence: number | undefined, code: string): Promise<string | undefined> {
    const claim = await this.load<Claim>('Claim', id)
    if (!claim || !allowed(this.#ctx, 'read', 'ClaimResponse').ok) return undefined
    const about = pointsAt('request', `Claim/${id}`)
    const { items } = await this.#ctx.store.look(every('ClaimResponse', about))
    const newest = storedValue<ClaimResponse>(items.toSorted((a, b) => b.sequence - a.sequence)[0])
    const reading = authorizationMapping.read({ Claim: claim, ...(newest && { ClaimResponse: newest }) })
    if (!reading.ok) return undefined
    const { items: asked, answer } = reading.value
    const sequences = sequence === undefined ? asked.filter((one) => one.code === code).map((one) => one.sequence) : [sequence]
    const own = answer?.items.find((one) => sequences.includes(one.sequence) && one.decision?.number !== undefined)
    return own?.decision?.number ?? answer?.payerRef
  }

  async #onlyRole(practitioner: string): Promise<PractitionerRole | undefined> {
    if (!allowed(this.#ctx, 'read', 'PractitionerRole').ok) return undefined
    const of = pointsAt('practitioner', `Practitioner/${practitioner}`)
    const { items } = await this.#ctx.store.look(every('PractitionerRole', of))
    return items.length === 1 ? storedValue<PractitionerRole>(items[0]) : undefined
  }
}

/** By reference, or by name. */
const isAssigner = (assigner: Reference | undefined, { id, name }: NamedOrganization): boolean =>
  idIn(assigner, 'Organization') === id || (name !== undefined && assigner?.display === name)

/** Without members that say nothing. */
export const said = <T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> }

export function nameOf(names: readonly HumanName[]): { family?: string; given?: string } {
  const name = names.find(({ use }) => use === 'official') ?? names.find(({ use }) => use === 'usual') ?? names[0]
  return name ? said({ family: name.family, given: name.given.length > 0 ? name.given.join(' ') : undefined }) : {}
}

/** Where mail may go: never to an address that is kept secret for somebody's safety. */
function addressOf(addresses: readonly PostalAddress[]): { address?: MailAddress } {
  const open = addresses.filter(({ use, confidential, homeless }) => use !== 'old' && !confidential && !homeless)
  const one = open.find(({ use }) => use === 'billing') ?? open.find(({ use }) => use === 'home') ?? open[0]
  if (!one) return {}
  const { lines, city, state, postalCode, country } = one
  return { address: { lines, ...said({ city, state, postalCode, country }) } }
}

/** https://terminology.hl7.org/NamingSystem-USEIN.html */
const isTaxId = ({ system, type }: Identifier): boolean =>
  system === 'urn:oid:2.16.840.1.113883.4.4' || type?.codings.some(({ code }) => code === 'TAX') === true
