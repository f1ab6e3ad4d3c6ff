/** What a resource refers to by its reference parameters: the way of `_include`. https://hl7.org/fhir/R4/search.html#include */
import { extract, writtenReferences } from './extract.ts'
import { referenceSink } from './sinks.ts'

/** Targets of one reference parameter (`*`: of all), as the index has them, each once. */
export function targetsOf(resource: object, param: string): string[] {
  const targets = new Set<string>()
  extract(
    resource,
    referenceSink((target, name) => {
      if (param === '*' || name === param) targets.add(target)
    }),
  )
  return [...targets]
}

/** The same of one parameter as the resource has it written: with the version that a reference names. */
export function writtenTargetsOf(resource: object, param: string): string[] {
  const targets = new Set<string>()
  writtenReferences(resource, (target, name) => {
    if (name === param) targets.add(target)
  })
  return [...targets]
}
