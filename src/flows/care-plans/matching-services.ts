/** `GET /coordination/services/matches?need=…`: which services fit a need, and why; those that turned it down before are ruled out. */
import type { Address, Patient, Task } from '@medplum/fhirtypes'
import clientMapping from '../../../mappings/client.patient.ts'
import coverageMapping from '../../../mappings/coverage.coverage.ts'
import locationMapping from '../../../mappings/location.location.ts'
import serviceMapping from '../../../mappings/service-offering.healthcare-service.ts'
import { core } from '../../../mappings/shared/extension.ts'
import { youngestAgeOn } from '../../domain/calendar.ts'
import type { Need } from '../../domain/need.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Referral } from '../../domain/referral.ts'
import { type Listing, type Match, matches, type Seeker, type Spot } from '../../domain/service-match.ts'
import { ask, lookThrough, type Steps, type Stored } from '../../store/store.ts'
import type { Seen } from '../collections/collection.ts'
import { collectionNamed } from '../collections/index.ts'
import { gather, hold } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { inSightOf, shown } from '../fhir/visible.ts'
import { storedValue } from '../next-version.ts'
import { allOf, askEach, hasToken, isActive, patientIs, pointsAt } from '../questions.ts'
import { readStored } from '../read-as.ts'

interface Matches {
  readonly items: readonly Match[]
  readonly ruledOut: readonly Match[]
}

/** https://hl7.org/fhir/R4/extension-geolocation.html */
function spotOf(address: Address | undefined): Spot | undefined {
  const parts = address?.extension?.find(({ url }) => url === core('geolocation'))?.extension ?? []
  const degrees = (name: string): number => Number(parts.find(({ url }) => url === name)?.valueDecimal?.toString() ?? Number.NaN)
  const [lat, lon] = [degrees('latitude'), degrees('longitude')]
  return Number.isNaN(lat) || Number.isNaN(lon) ? undefined : { lat, lon }
}

function* seekerOf(clientId: string, category: Seeker['category'], at: string, seen: Seen): Steps<Seeker> {
  const stored = yield* ask({ ask: 'resource', type: 'Patient', id: clientId })
  const client = readStored(clientMapping, stored)
  // Where somebody hides is nobody's measure of distance.
  const index = client?.addresses.findIndex(({ confidential, use }) => confidential !== true && use !== 'old') ?? -1
  const home = client?.addresses[index]
  const languages = (client?.languages ?? []).toSorted((a, b) => Number(b.preferred ?? false) - Number(a.preferred ?? false))
  const coverages = (yield* allOf('Coverage', patientIs(clientId), isActive)).filter(seen).flatMap((one) => {
    const { kind = [], planName = [] } = readStored(coverageMapping, one) ?? {}
    return [kind, planName].flat()
  })
  return {
    category,
    // Nobody is made too old whose birth is known by its year or month alone.
    age: client?.birthDate === undefined ? undefined : youngestAgeOn(client.birthDate, at.slice(0, 10)),
    languages: languages.map(({ code }) => code),
    areas: { postalCode: home?.postalCode, county: home?.county, state: home?.state },
    spot: spotOf(storedValue<Patient>(stored)?.address?.[index]),
    insurance: coverages,
  }
}

const taken: ReadonlySet<Task['status']> = new Set(['accepted', 'in-progress', 'on-hold', 'completed'])

function* listingsOf(services: readonly Stored[], rejected: ReadonlySet<string>, seen: Seen): Steps<readonly Listing[]> {
  const listings: Listing[] = []
  for (const stored of services) {
    const service = readStored(serviceMapping, stored)
    if (!service) continue
    const places = yield* askEach('Location', service.locations)
    const known = places.flatMap((one) => readStored(locationMapping, one) ?? [])
    const spots = known.flatMap(({ lat, lon }): Spot[] => (lat && lon ? [{ lat: Number(lat), lon: Number(lon) }] : []))
    const owner = pointsAt('owner', `HealthcareService/${stored.id}`)
    const status = (yield* allOf('Task', owner)).filter(seen).flatMap((one) => storedValue<Task>(one)?.status ?? [])
    const accepted = status.filter((one) => taken.has(one)).length
    listings.push({
      id: stored.id,
      service,
      spots,
      postalCodes: known.flatMap(({ address }) => address?.postalCode ?? []),
      accepted,
      decided: accepted + status.filter((one) => one === 'rejected').length,
      rejectedHere: rejected.has(stored.id),
    })
  }
  return listings
}

/** Services that turned down a referral for this need. */
function* rejectedFor(needId: string, clientId: string, seen: Seen): Steps<ReadonlySet<string>> {
  const referrals = collectionNamed('referrals')!
  const rejected = new Set<string>()
  for (const stored of yield* allOf('ServiceRequest', patientIs(clientId))) {
    if (!seen(stored) || !referrals.claims(storedValue(stored)!)) continue
    const held = yield* gather(referrals, stored, seen)
    if (!held.ok) continue
    const { state, reasons, target } = held.value.value as unknown as Referral
    if (state !== 'rejected' || !reasons.includes(needId) || !target || 'external' in target) continue
    if (!('type' in target) || target.type === undefined) rejected.add(target.id)
  }
  return rejected
}

export async function matchingServices(ctx: Context, need: string): Promise<Result<Matches>> {
  const may = allowed(
    ctx,
    'search-type',
    'Condition',
    'HealthcareService',
    'Location',
    'Patient',
    'Coverage',
    'ServiceRequest',
    'Task',
  )
  if (!may.ok) return may
  const { at } = await ctx.store.look({ ask: 'now' })
  return lookThrough(ctx.store, matchesOf(ctx, need, at))
}

function* matchesOf(ctx: Context, need: string, at: string): Steps<Result<Matches>> {
  const held = yield* hold(collectionNamed('needs')!, need)
  if (!held.ok) return held
  if (!shown(ctx, held.value.anchor)) return fail('not-found', 'There is no such member of needs.')
  const { category } = held.value.value as unknown as Need
  if (category?.code === undefined)
    return fail('rule-broken', 'A need without a category matches nothing.', {
      issues: [{ path: 'category', message: 'is not said' }],
    })
  return ok(yield* matchesFor(need, held.value.value as unknown as Need, at, inSightOf(ctx)))
}

/** By what is `seen` of the client, and of how services have answered others. None for a need without a category. */
export function* matchesFor(needId: string, { clientId, category }: Need, at: string, seen: Seen): Steps<Matches> {
  if (category?.code === undefined) return { items: [], ruledOut: [] }
  const ofCategory = hasToken('service-category', {
    code: category.code,
    ...(category.system !== undefined && { system: category.system }),
  })
  const services = (yield* allOf('HealthcareService', ofCategory)).filter(seen)
  const rejected = yield* rejectedFor(needId, clientId, seen)
  return matches(yield* seekerOf(clientId, category, at, seen), yield* listingsOf(services, rejected, seen), at)
}
