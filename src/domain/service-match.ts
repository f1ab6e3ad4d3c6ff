/**
 * Which community services fit a need, best first, and why. Everything that was looked at is told as a reason; what rules a service out is
 * told, too. What is not known speaks neither for a service nor against it. A person chooses.
 */
import type { Coding } from './kernel.ts'
import { capacityAt, isVerificationDue, type ServiceOffering } from './service-offering.ts'

/** Degrees, WGS 84. */
export interface Spot {
  readonly lat: number
  readonly lon: number
}

/** Who looks for a service. Only what is known is here. */
export interface Seeker {
  readonly category: Coding
  /** Completed years. */
  readonly age?: number | undefined
  /** BCP 47, those preferred first. */
  readonly languages: readonly string[]
  readonly areas: {
    readonly postalCode?: string | undefined
    readonly county?: string | undefined
    readonly state?: string | undefined
  }
  readonly spot?: Spot | undefined
  /** Kinds and plan names of the coverages in force. */
  readonly insurance: readonly string[]
}

export interface Listing {
  readonly id: string
  readonly service: ServiceOffering
  readonly spots: readonly Spot[]
  readonly postalCodes: readonly string[]
  /** Referrals of anybody to it that were decided, and how many of them it took. */
  readonly decided: number
  readonly accepted: number
  /** It has turned down a referral for this very need. */
  readonly rejectedHere: boolean
}

type MatchAspect =
  | 'category'
  | 'distance'
  | 'language'
  | 'age'
  | 'insurance'
  | 'capacity'
  | 'verification'
  | 'acceptance'
  | 'rejected'

interface MatchReason {
  readonly about: MatchAspect
  readonly speaks: 'for' | 'against' | 'neither'
  /** It cannot be, whatever else speaks for it. */
  readonly rulesOut?: true
  readonly text: string
}

export interface Match {
  readonly serviceId: string
  readonly name?: string
  /** The sum of what its reasons weigh: a number to sort by, not a probability. */
  readonly score: number
  readonly km?: number
  readonly reasons: readonly MatchReason[]
}

interface Weighed extends MatchReason {
  readonly weight: number
}

const reason = (about: MatchAspect, weight: number, text: string): Weighed => ({
  about,
  speaks: weight > 0 ? 'for' : weight < 0 ? 'against' : 'neither',
  text,
  weight,
})
const out = (about: MatchAspect, text: string): Weighed => ({ about, speaks: 'against', rulesOut: true, text, weight: 0 })

const radians = (degrees: number): number => (degrees * Math.PI) / 180
/** As the crow flies, by the haversine formula. */
export function kmBetween(a: Spot, b: Spot): number {
  const half = (x: number): number => Math.sin(radians(x) / 2) ** 2
  const h = half(b.lat - a.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(b.lon - a.lon)
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(h)))
}

const same = (a: string | undefined, b: string): boolean => a !== undefined && a.trim().toLowerCase() === b.trim().toLowerCase()

function distance({ spot, areas }: Seeker, { service, spots, postalCodes }: Listing): Weighed & { readonly km?: number } {
  if (service.telehealth === true && spots.length === 0) return reason('distance', 1, 'is reached from home')
  if (spot && spots.length > 0) {
    const km = Math.round(Math.min(...spots.map((one) => kmBetween(spot, one))) * 10) / 10
    return { ...reason('distance', km <= 5 ? 3 : km <= 15 ? 2 : km <= 50 ? 0 : -2, `${km} km away`), km }
  }
  if (postalCodes.some((code) => same(areas.postalCode?.slice(0, 5), code.slice(0, 5))))
    return reason('distance', 2, 'same postal code')
  const covered = service.coverageAreas.find((area) => Object.values(areas).some((one) => same(one, area)))
  if (covered !== undefined) return reason('distance', 1, `serves ${covered}`)
  return reason('distance', 0, 'distance not known')
}

function language({ languages }: Seeker, { service }: Listing): Weighed {
  if (languages.length === 0 || service.languages.length === 0) return reason('language', 0, 'languages not known')
  const plain = (code: string): string => code.split('-', 1)[0]!.toLowerCase()
  const spoken = languages.find((one) => service.languages.some((other) => plain(one) === plain(other)))
  return spoken === undefined
    ? reason('language', -2, `${languages[0]} is not spoken`)
    : reason('language', 2, `${spoken} is spoken`)
}

/** One way to be eligible is enough. */
function age(seeker: Seeker, { service }: Listing): Weighed {
  const limits = service.eligibility.filter(({ ageMin, ageMax }) => ageMin !== undefined || ageMax !== undefined)
  if (limits.length === 0 || limits.length < service.eligibility.length) return reason('age', 0, 'for every age')
  const { age: years } = seeker
  if (years === undefined) return reason('age', 0, 'has limits of age; the age is not known')
  const fits = limits.some(({ ageMin = 0, ageMax = Number.POSITIVE_INFINITY }) => years >= ageMin && years <= ageMax)
  return fits ? reason('age', 1, 'within its limits of age') : out('age', 'outside of its limits of age')
}

function insurance(seeker: Seeker, { service }: Listing): Weighed {
  if (service.cost === 'free') return reason('insurance', 2, 'free')
  const taken = service.eligibility.flatMap((one) => one.insurance)
  const mine = taken.find((one) => seeker.insurance.some((other) => same(other, one)))
  if (mine !== undefined) return reason('insurance', 2, `takes ${mine}`)
  if (service.cost === 'sliding') return reason('insurance', 1, 'asks for what people can pay')
  if (taken.length === 0) return reason('insurance', 0, 'insurance not known')
  return reason('insurance', -2, 'takes none of the coverages in force')
}

function capacity({ service }: Listing, at: string): Weighed {
  const { status, waitDays } = capacityAt(service, at)
  if (status === 'closed') return out('capacity', 'takes nobody now')
  if (status === 'open') return reason('capacity', 3, 'has room')
  if (status === 'limited') return reason('capacity', 2, 'has little room')
  if (status === 'waitlist')
    return reason('capacity', -1, waitDays === undefined ? 'has a waiting list' : `waits ${waitDays} days`)
  return reason('capacity', 0, 'no word of its room within a week')
}

function acceptance({ decided, accepted }: Listing): Weighed {
  if (decided === 0) return reason('acceptance', 0, 'no referral to it was decided yet')
  return reason('acceptance', (2 * accepted) / decided - 1, `took ${accepted} of ${decided} referrals`)
}

/** `undefined` where it is no service for this need, or is not offered at all. `at`: an instant. */
function matchOf(seeker: Seeker, listing: Listing, at: string): (Match & { readonly ruledOut: boolean }) | undefined {
  const { service } = listing
  const { system, code } = seeker.category
  const offered = service.state === 'active' || service.state === 'unverified'
  if (!offered || code === undefined) return undefined
  if (!service.categories.some((one) => one.system === system && one.code === code)) return undefined
  const far = distance(seeker, listing)
  const isStale = service.state === 'unverified' || isVerificationDue(service, at)
  const weighed: readonly Weighed[] = [
    reason('category', 0, `is for ${seeker.category.display ?? code}`),
    ...(listing.rejectedHere ? [out('rejected', 'turned this need down already')] : []),
    far,
    language(seeker, listing),
    age(seeker, listing),
    insurance(seeker, listing),
    capacity(listing, at),
    isStale ? reason('verification', -1, 'not verified lately') : reason('verification', 0, 'verified'),
    acceptance(listing),
  ]
  const score = Math.round(weighed.reduce((sum, { weight }) => sum + weight, 0) * 100) / 100
  return {
    serviceId: listing.id,
    ...(service.name !== undefined && { name: service.name }),
    score,
    ...(far.km !== undefined && { km: far.km }),
    reasons: weighed.map(({ about, speaks, rulesOut, text }) => ({ about, speaks, ...(rulesOut && { rulesOut }), text })),
    ruledOut: weighed.some(({ rulesOut }) => rulesOut),
  }
}

const bare = ({ ruledOut: _, ...match }: Match & { readonly ruledOut: boolean }): Match => match

/** The services for a need: those that can be, best first (the nearer, then by id, among equals), and those ruled out. */
export function matches(
  seeker: Seeker,
  listings: readonly Listing[],
  at: string,
): { readonly items: readonly Match[]; readonly ruledOut: readonly Match[] } {
  const all = listings
    .flatMap((listing) => matchOf(seeker, listing, at) ?? [])
    .toSorted((a, b) => b.score - a.score || (a.km ?? Infinity) - (b.km ?? Infinity) || (a.serviceId < b.serviceId ? -1 : 1))
  return { items: all.filter((one) => !one.ruledOut).map(bare), ruledOut: all.filter((one) => one.ruledOut).map(bare) }
}
