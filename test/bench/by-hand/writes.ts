/** Writing by hand: elements of a value, afresh or onto what stood there, which keeps what the value does not know. */
import type * as fhir from '@medplum/fhirtypes'
import { local } from '../../../mappings/shared/extension.ts'
import type { PostalAddress } from '../../../src/domain/client.ts'
import type { Coding, Concept, Identifier } from '../../../src/domain/kernel.ts'
import { equal } from '../../../src/lens/equal.ts'
import { handleOf } from '../../../src/lens/handle.ts'
import type { Report } from './checks.ts'

const nobody: Report = Object.assign([], { push: () => 0 })

/** An object without the members that say nothing. */
export function said<T extends object>(element: Maybe<T>): T {
  const next = {} as T
  for (const key in element) if (element[key] !== undefined) next[key] = element[key] as T[typeof key]
  return next
}

export type Maybe<T> = { [K in keyof T]: T[K] | undefined }

/** Items onto those of their key; what says the same stays the same object, what cannot be read stays where it is. */
export function list<E extends object | string, V>(
  prior: readonly E[] | undefined,
  values: readonly V[],
  read: (item: E, report: Report) => V | undefined,
  keyOf: (value: V) => string,
  write: (value: V, prior?: E) => E,
): E[] | undefined {
  if (!Array.isArray(prior)) return values.length > 0 ? values.map((value) => write(value)) : undefined
  const claimed = prior.map((item) => (item === null ? undefined : read(item, nobody)))
  const free = new Map<string, number[]>()
  for (let i = 0; i < claimed.length; i++) {
    const value = claimed[i]
    if (value === undefined) continue
    const key = keyOf(value)
    const same = free.get(key)
    if (same) same.push(i)
    else free.set(key, [i])
  }
  const written = values.map((value) => {
    const from = free.get(keyOf(value))?.shift()
    if (from === undefined) return write(value)
    return equal(claimed[from], value) ? prior[from]! : write(value, prior[from])
  })
  const next: E[] = []
  let used = 0
  for (let i = 0; i < prior.length; i++) {
    if (claimed[i] === undefined) next.push(prior[i]!)
    else if (used < written.length) next.push(written[used++]!)
  }
  while (used < written.length) next.push(written[used++]!)
  if (next.length === prior.length && next.every((item, i) => item === prior[i])) return prior as E[]
  return next.length > 0 ? next : undefined
}

/** Changed content under the handle that it had: that is its element id from now on. */
export function named<E extends { id?: string }>(element: E, handle: string | undefined): E {
  return handle === undefined || handle === handleOf(element) ? element : { ...element, id: handle }
}

/** The first extension of a url with this value, or none. */
export function setExtension<K extends keyof fhir.Extension>(
  extensions: fhir.Extension[] | undefined,
  url: string,
  member: K,
  value: fhir.Extension[K] | undefined,
): fhir.Extension[] | undefined {
  const index = extensions ? extensions.findIndex((one) => one?.url === url) : -1
  if (value === undefined) {
    if (index < 0) return extensions
    const rest = extensions!.filter((one) => one?.url !== url)
    return rest.length > 0 ? rest : undefined
  }
  if (index < 0) return [...(extensions ?? []), { url, [member]: value }]
  const now = extensions![index]!
  return equal(now[member], value) ? extensions : extensions!.with(index, { ...now, [member]: value })
}

export const writeCoding = ({ system, version, code, display, userSelected }: Coding, prior?: fhir.Coding): fhir.Coding =>
  said<fhir.Coding>({ ...prior, system, version, code, display, userSelected })

export const writeConcept = (value: Concept, prior?: fhir.CodeableConcept): fhir.CodeableConcept => {
  const coding = value.codings.length > 0 ? value.codings.map((one, i) => writeCoding(one, prior?.coding?.[i])) : undefined
  return said<fhir.CodeableConcept>({ ...prior, coding, text: value.text })
}

type Times = { readonly start?: string | undefined; readonly end?: string | undefined }
export const writePeriod = ({ start, end }: Times, prior?: fhir.Period): fhir.Period =>
  said<fhir.Period>({ ...prior, start, end })

function writeWho(display: string | undefined, prior: fhir.Identifier['assigner']): fhir.Identifier['assigner'] {
  if (display === prior?.display) return prior
  const { display: _, ...rest } = prior ?? {}
  return display === undefined ? (Object.keys(rest).length > 0 ? rest : undefined) : { ...rest, display }
}

export const writeIdentifier = (value: Identifier, prior?: fhir.Identifier): fhir.Identifier =>
  named(
    said<fhir.Identifier>({
      ...prior,
      system: value.system,
      value: value.value,
      use: value.use,
      type: value.type && writeConcept(value.type, prior?.type),
      assigner: writeWho(value.assigner, prior?.assigner),
      period: value.period && writePeriod(value.period, prior?.period),
    }),
    value.handle,
  )

export function writeAddress(value: Omit<PostalAddress, 'handle'>, prior?: fhir.Address): fhir.Address {
  const homeless = setExtension(prior?.extension, local('homeless'), 'valueBoolean', value.homeless)
  return said<fhir.Address>({
    ...prior,
    use: value.use,
    text: value.text,
    line: value.lines.length > 0 ? [...value.lines] : undefined,
    city: value.city,
    district: value.county,
    state: value.state,
    postalCode: value.postalCode,
    country: value.country,
    extension: setExtension(homeless, local('confidential-address'), 'valueBoolean', value.confidential),
    period: value.period && writePeriod(value.period, prior?.period),
  })
}

/** The very same if nothing changed. (Members that are `undefined` do not show in JSON.) */
export function unlessSame<T extends object>(next: Maybe<T>, now: T | undefined): T {
  if (now === undefined) return next as T
  for (const key in next) if (next[key] !== now[key] && !equal(next[key], now[key])) return next as T
  return now
}
