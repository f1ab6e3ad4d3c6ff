/**
 * The original of a record that is specially protected is so, too: its Binary bears the same labels, in the same commit, whoever wrote
 * either, and so does one whose `securityContext` is such a record. https://hl7.org/fhir/R4/binary.html
 */
import type { Binary, Coding } from '@medplum/fhirtypes'
import { targetOf } from '../../fhir/redact.ts'
import { guardOf, labellingOf } from '../../fhir/search/labels.ts'
import type { Filter } from '../../fhir/search/query.ts'
import type { Put } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import { eachNamed } from '../fhir/named.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { allOf, askEach } from '../questions.ts'

export function* guardedOriginals(puts: readonly Put[], at: string): Steps<readonly Put[]> {
  /** What each Binary is labelled, by its id. */
  const labels = new Map<string, readonly Coding[]>()
  const note = (id: string, whole: object): void => {
    if (guardOf(whole) > 0) labels.set(id, [...(labels.get(id) ?? []), ...labellingOf(whole)])
  }
  for (const { resource } of puts) if (guardOf(resource) > 0) for (const id of binariesNamedIn(resource)) note(id, resource)
  // Written anew it has lost them, or it comes after its document.
  for (const { type, id } of puts)
    if (type === 'Binary') for (const whole of yield* allOf('DocumentReference', holding(id))) note(id, storedValue(whole)!)
  const within = new Map(puts.flatMap(({ type, id, resource }) => (type === 'Binary' ? contextOf(resource, id) : [])))
  yield* eachNamed([...new Set(within.values())], (found) => {
    for (const whole of found)
      for (const [id, name] of within) if (name === `${whole.type}/${whole.id}`) note(id, storedValue(whole) ?? {})
    return true
  })
  const found = yield* askEach('Binary', [...labels.keys()])
  return found.flatMap((stored) => {
    const binary = storedValue<Binary>(stored)
    const next = binary && withLabelsOf(binary, { meta: { security: [...labels.get(stored!.id)!] } })
    return next && next !== binary ? [nextOf(next, stored!.id, stored, at)] : []
  })
}

const holding = (id: string): Filter => ({ kind: 'uri', param: 'location', values: [`Binary/${id}`] })

/** The record by whose rules a Binary is to be shown. https://hl7.org/fhir/R4/binary-definitions.html#Binary.securityContext */
function contextOf(binary: object, id: string): (readonly [id: string, name: string])[] {
  const name = targetOf((binary as Binary).securityContext?.reference)
  return name === undefined ? [] : [[id, name]]
}

/** Ids of the Binaries that are named anywhere in it, by an attachment's URL or by a reference. */
function binariesNamedIn(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value) binariesNamedIn(item, found)
  else if (typeof value === 'object' && value !== null) {
    const { url, reference } = value as { url?: unknown; reference?: unknown }
    for (const named of [url, reference]) {
      const [type, id] = (typeof named === 'string' ? targetOf(named) : undefined)?.split('/') ?? []
      if (type === 'Binary' && id !== undefined) found.add(id)
    }
    for (const member of Object.values(value)) binariesNamedIn(member, found)
  }
  return found
}
