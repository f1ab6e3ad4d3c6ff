/** `Location.near`: how far a place is from a point. https://hl7.org/fhir/R4/location.html#search */
import type { NearFilter, Point } from './query.ts'
import { splitEscaped } from './values.ts'

/** Metres. `mi` and UCUM's miles are told apart by nobody who drives. */
const units: Readonly<Record<string, number>> = { km: 1000, m: 1, mi: 1609.344, '[mi_i]': 1609.344, '[mi_us]': 1609.347 }

/** Metres that are near where a search does not say. */
const usual = 50_000

/** `latitude|longitude`, `latitude|longitude|distance`, `latitude|longitude|distance|units`; kilometres where no units are given. */
export function pointOf(text: string): Point | undefined {
  const [lat = '', long = '', distance = '', unit = '', ...rest] = splitEscaped(text, '|')
  const [latitude, longitude, far] = [lat, long, distance].map(decimal)
  const metres = units[unit === '' ? 'km' : unit]
  if (rest.length > 0 || latitude === undefined || longitude === undefined || metres === undefined) return undefined
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined
  if (distance !== '' && (far === undefined || far < 0)) return undefined
  return { latitude, longitude, metres: far === undefined ? usual : far * metres }
}

const decimal = (text: string): number | undefined => (/^[-+]?\d{1,12}(\.\d{1,20})?$/.test(text) ? Number(text) : undefined)

/** A place without a position is near nothing. */
export function isNear(resource: object, { points }: Pick<NearFilter, 'points'>): boolean {
  const { position } = resource as { position?: { latitude?: unknown; longitude?: unknown } }
  const [latitude, longitude] = [position?.latitude, position?.longitude].map((each) =>
    each === undefined ? Number.NaN : Number(each),
  )
  return points.some((point) => metresBetween(point, { latitude: latitude!, longitude: longitude! }) <= point.metres)
}

/** Mean radius of the earth, in metres: the sphere is wrong by half a hundredth at most. */
const radius = 6_371_008.8
const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** Along a great circle, by the haversine formula. */
function metresBetween(a: Omit<Point, 'metres'>, b: Omit<Point, 'metres'>): number {
  const half = (angle: number): number => Math.sin(radians(angle) / 2) ** 2
  const h =
    half(b.latitude - a.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(b.longitude - a.longitude)
  return 2 * radius * Math.asin(Math.min(1, Math.sqrt(h)))
}
