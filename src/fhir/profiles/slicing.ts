/** Slices: which of them a value belongs to, and whether there are as many as there have to be. https://hl7.org/fhir/R4/profiling.html#slicing */
import type { ElementDefinitionSlicingDiscriminator } from '@medplum/fhirtypes'
import type { Node, Scope } from '../validate/rule.ts'
import type { Field } from '../validate/shape.ts'
import { codeOf, type Known } from './definition.ts'
import { along, nodesAt, stepsOf, urlOf } from './discriminator.ts'
import type { Sorter } from './members.ts'
import { referredType } from './referred.ts'
import type { Element } from './tree.ts'
import { type Test, valueTest } from './values.ts'

/** Undefined where it cannot be told. */
type Belongs = (value: unknown, field: Field, scope: Scope) => boolean | undefined

export interface SlicingTools {
  readonly known: Known
  readonly rootOf: (canonical: string) => Element | undefined
  /** The type of what a profile is about. */
  readonly typeOf: (canonical: string) => string | undefined
  /** Is the value valid against the profile? Undefined for one that is not known. */
  readonly isValid: (value: unknown, canonical: string, scope: Scope) => boolean | undefined
  /** Anybody may have written them. */
  readonly isBounded?: true
}

const byUrl: readonly ElementDefinitionSlicingDiscriminator[] = [{ type: 'value', path: 'url' }]
/** `valueQuantity` is a slice of a choice. */
const byType: readonly ElementDefinitionSlicingDiscriminator[] = [{ type: 'type', path: '$this' }]

/** Sorts values into the slices of `element`; undefined where the profile leaves it to a reader. */
export function sorter(
  fields: readonly Field[],
  element: Element,
  slices: readonly Element[],
  tools: SlicingTools,
): Sorter | undefined {
  const isExtension = fields[0]?.type === 'Extension'
  const discriminators = element.slicing?.discriminator ?? (isExtension ? byUrl : fields.length > 1 ? byType : [])
  if (isExtension && discriminators.every(({ type, path }) => type === 'value' && path === 'url')) {
    const places = new Map(slices.map((slice, at) => [urlOf(slice), at]))
    return (value) => places.get((value as { readonly url?: string } | undefined)?.url) ?? -1
  }
  const tests = slices.map((slice) => discriminators.map((one) => discriminated(one, slice, tools)))
  if (discriminators.length === 0 || tests.some((list) => list.includes(undefined))) return undefined
  return (value, field, walk) => {
    let none: -1 | undefined = -1
    for (const [at, list] of tests.entries()) {
      const answers = list.map((test) => test!(value, field, walk))
      if (answers.every((answer) => answer === true)) return at
      if (!answers.includes(false)) none = undefined
    }
    return none
  }
}

function discriminated(
  { type, path = '' }: ElementDefinitionSlicingDiscriminator,
  slice: Element,
  tools: SlicingTools,
): Belongs | undefined {
  const steps = stepsOf(path)
  const said = along(slice, steps, tools.rootOf)
  const isResolved = steps.some((step) => 'resolve' in step)
  if (said === undefined) return undefined
  switch (type) {
    case 'value':
    case 'pattern': {
      const test = isResolved ? undefined : deepTest(said, tools.known)
      return test && ((value, _, scope) => nodesAt(value, steps, scope).some((node) => test(node, scope)))
    }
    case 'exists':
      if (said.max === 0) return (value, _, scope) => nodesAt(value, steps, scope).length === 0
      return said.min === 1 ? (value, _, scope) => nodesAt(value, steps, scope).length > 0 : undefined
    case 'type':
    case 'profile': {
      const profiles = (said.types ?? []).flatMap(
        ({ code, profile, targetProfile }) => (isResolved ? targetProfile : profile) ?? (type === 'type' && code ? [code] : []),
      )
      if (profiles.length === 0) return undefined
      if (type === 'profile' && !isResolved)
        return (value, _, scope) =>
          anyOf(profiles.map((one) => anyOf(nodesAt(value, steps, scope).map((node) => tools.isValid(node, one, scope)))))
      const types = profiles.map((one) => tools.typeOf(one) ?? one)
      return (value, field, scope) => {
        const is = steps.length === 0 ? field.type : typeAt(nodesAt(value, steps, scope)[0], isResolved, scope)
        return is === undefined ? undefined : types.includes(codeOf(String(is)))
      }
    }
  }
}

const anyOf = (answers: readonly (boolean | undefined)[]): boolean | undefined =>
  answers.includes(true) ? true : answers.includes(undefined) ? undefined : false

const typeAt = (node: unknown, isResolved: boolean, scope: Scope): unknown =>
  isResolved ? referredType(node, scope) : ((node ?? {}) as Node).resourceType

/** Fixed values, patterns and codes of the element, or else of what is below it. */
function deepTest(element: Element, known: Known): Test | undefined {
  const own = valueTest(element, known).map(({ test }) => test)
  const below = [...element.children].flatMap(([name, child]): Test[] => {
    const test = deepTest(child, known)
    return test ? [(value, scope) => nodesAt(value, [{ member: name }], scope).some((node) => test(node, scope))] : []
  })
  const tests = own.length > 0 ? own : below
  return tests.length === 0 ? undefined : (value, scope) => tests.every((test) => test(value, scope))
}
