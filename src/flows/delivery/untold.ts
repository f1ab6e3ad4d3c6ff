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
  return next
}

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
  return next
}

const plain = ({ extension: _, id: __, ...item }: Item): Item => item
