/** The ways in which partners want an element said otherwise. */
import type { CodeableConcept } from '@medplum/fhirtypes'
import { equal } from '../../src/lens/equal.ts'
import type { Turn } from '../../src/lens/partner.ts'

/** An empty list is no list in FHIR. https://hl7.org/fhir/R4/json.html */
export const orNone = <V>(list: V[]): V[] | undefined => (list.length > 0 ? list : undefined)

/** Not sent; what the partner has of its own there stays the partner's. */
export const leftOut: Turn<never> = { say: () => undefined, hear: (_, ours) => ours }

/** Always there: this, where we have nothing to say. */
export const filled = <V>(value: V): Turn<V> => ({ say: (ours) => ours ?? value })

/** Sent where it is one of these, left out otherwise. */
export const onlyIf = <V>(...values: readonly V[]): Turn<V> => ({
  say: (ours) => (values.includes(ours as V) ? ours : undefined),
  hear: (theirs, ours) => theirs ?? (values.includes(ours as V) ? undefined : ours),
})

/** As many of a list as the partner takes; the others stay, behind as many as the partner has. */
export const atMost = <V>(count: number): Turn<V[]> => ({
  say: (ours) => (ours && ours.length > count ? ours.slice(0, count) : ours),
  hear: (theirs, ours = []) => (theirs?.length === count ? [...theirs, ...ours.slice(count)] : theirs),
})

/** Each item of a list with what the partner wants of it. An item that it did not touch is ours as it was. */
export const eachItem = <V>(say: (item: V) => V): Turn<V[]> => ({
  say: (ours) => (ours?.some((item) => say(item) !== item) ? ours.map(say) : ours),
  hear: (theirs, ours) => theirs?.map((item) => ours?.find((one) => equal(say(one), item)) ?? item),
})

/** Code for code, in the concepts of one system; `*`: any other. What the partner takes as it is has no entry. */
export function coded(system: string, codes: Readonly<Record<string, string>>): (concept: CodeableConcept) => CodeableConcept {
  const theirs = new Set(Object.values(codes))
  const codeFor = (code = ''): string | undefined =>
    Object.hasOwn(codes, code) ? codes[code] : theirs.has(code) ? code : codes['*']
  return (concept) => {
    const at = concept.coding?.findIndex((one) => one.system === system) ?? -1
    const coding = concept.coding?.[at]
    const code = coding && codeFor(coding.code)
    return code === undefined || code === coding!.code ? concept : { coding: [{ system, code }] }
  }
}

export const concept = (say: (value: CodeableConcept) => CodeableConcept): Turn<CodeableConcept> => ({
  say: (ours) => ours && say(ours),
})
