/** What a resource refers to by its reference parameters: the way of `_include`. https://hl7.org/fhir/R4/search.html#include */
import { extract, referenceSink } from './extract.ts'

/** Targets of one reference parameter (`*`: of all), as the index has them, each once. */
export function targetsOf(resource: object, param: string): string[] {
  const targets = new Set<string>()
  const sink = referenceSink((target, name) => {
    if (param === '*' || name === param) targets.add(target)
  })
  extract(resource, sink)
  return [...targets]
}
