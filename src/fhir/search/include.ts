/** What a resource refers to by one of its reference parameters: the way of `_include`. https://hl7.org/fhir/R4/search.html#include */
import { extract } from './extract.ts'
import type { Sink } from './index-row.ts'

const nothing = (): void => {}

/** Targets of one reference parameter, as the index has them. */
export function targetsOf(resource: object, param: string): string[] {
  const targets: string[] = []
  const sink: Sink = {
    token: nothing,
    reference: (name, target) => {
      if (name === param) targets.push(target)
    },
    string: nothing,
    date: nothing,
    number: nothing,
    quantity: nothing,
    uri: nothing,
    present: nothing,
  }
  extract(resource, sink)
  return targets
}
