/**
 * What of a client's record others are not sent. Addresses that nobody is to know, and contacts that are not safe, go to nobody: whoever
 * knew them could tell, or call. What is written down for the work with a client goes to those who treat them, and to nobody else.
 */
import { local } from '../../../mappings/shared/extension.ts'
import type { Connection } from '../../connectors/connector.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { equal } from '../../lens/equal.ts'

interface Said {
  readonly url?: string
  readonly valueBoolean?: boolean
  readonly valueCode?: string
}
type Item = Readonly<Record<string, unknown>>

const listed = (value: unknown): readonly Item[] => (Array.isArray(value) ? value : [])
const saidOf = (item: Item): readonly Said[] => listed(item.extension) as readonly Said[]

const secret: Readonly<Record<string, (said: Said) => boolean>> = {
  telecom: ({ url, valueCode }) => url === local('contact-safety') && valueCode === 'no',
  address: ({ url, valueBoolean }) => url === local('confidential-address') && valueBoolean === true,
}
const isSecret = (name: string, item: Item): boolean => saidOf(item).some((said) => secret[name]!(said))

const forTreatment: ReadonlySet<unknown> = new Set(
  ['legal-status', 'jurisdiction', 'cultural-note', 'communication-preference'].map(local),
)
const treats: ReadonlySet<Connection['kind']> = new Set(['ehr', 'hospital'])

/** The resource as it may be sent to a partner of this kind. */
export function withoutUntold(resource: JsonObject, kind: Connection['kind']): JsonObject {
  const next: Record<string, unknown> = { ...resource }
  const keep = (name: string, isTold: (item: Item) => boolean): void => {
    const all = listed(resource[name])
    const told = all.filter(isTold)
    if (told.length === all.length) return
    if (told.length > 0) next[name] = told
    else delete next[name]
  }
  for (const name of Object.keys(secret)) keep(name, (item) => !isSecret(name, item))
  if (!treats.has(kind)) keep('extension', ({ url }) => !forTreatment.has(url))
  if (resource.resourceType === 'Patient') tellContacts(next, kind)
  return next
}

/** Whom to call about a client is for those who treat them; by which number it is not safe to, for nobody. */
function tellContacts(patient: Record<string, unknown>, kind: Connection['kind']): void {
  const all = listed(patient.contact)
  const told = treats.has(kind) ? all.map(open).filter(isWhole) : []
  if (told.length === 0) delete patient.contact
  else if (told.length < all.length || told.some((one, i) => one !== all[i])) patient.contact = told
}

const secretAddress = ({ address }: Item): boolean => address !== undefined && isSecret('address', address as Item)

/** A contact without what is not safe to know. */
function open(contact: Item): Item {
  const telecom = listed(contact.telecom)
  const safe = telecom.filter((item) => !isSecret('telecom', item))
  if (safe.length === telecom.length && !secretAddress(contact)) return contact
  const { telecom: _, address, ...rest } = contact
  return {
    ...rest,
    ...(safe.length > 0 && { telecom: safe }),
    ...(address !== undefined && !secretAddress(contact) && { address }),
  }
}

/** https://hl7.org/fhir/R4/patient-definitions.html#Patient.contact, pat-1 */
const isWhole = ({ name, telecom, address, organization }: Item): boolean =>
  [name, telecom, address, organization].some((one) => one !== undefined)

/**
 * What a partner has, with what it was never sent in its place, so that nobody takes for removed what was not told. `ours` and `base`:
 * both sides as last agreed.
 */
export function withUntold(theirs: JsonObject, ours: JsonObject, base: JsonObject): JsonObject {
  const next: Record<string, unknown> = { ...theirs }
  for (const name of Object.keys(secret)) {
    const known = listed(base[name]).map(plain)
    const isUntold = (item: Item): boolean => isSecret(name, item) && !known.some((one) => equal(one, plain(item)))
    if (!listed(ours[name]).some(isUntold)) continue
    const rest = [...listed(theirs[name])]
    const all = listed(ours[name]).flatMap((item) => (isUntold(item) ? [item] : rest.splice(0, 1)))
    next[name] = [...all, ...rest]
  }
  if (theirs.resourceType === 'Patient' && listed(ours.contact).some((one) => open(one) !== one)) {
    const rest = [...listed(theirs.contact)]
    const all = listed(ours.contact).flatMap((one) =>
      open(one) === one ? rest.splice(0, 1) : isWhole(open(one)) ? rest.splice(0, 1).map((told) => closed(told, one)) : [one],
    )
    next.contact = [...all, ...rest]
  }
  return next
}

/** What the partner has of a contact, with what it was never sent. */
const closed = (theirs: Item, ours: Item): Item => ({
  ...theirs,
  ...(listed(ours.telecom).some((item) => isSecret('telecom', item)) && {
    telecom: [...listed(theirs.telecom), ...listed(ours.telecom).filter((item) => isSecret('telecom', item))],
  }),
  ...(secretAddress(ours) && { address: ours.address }),
})

const plain = ({ extension: _, id: __, ...item }: Item): Item => item
