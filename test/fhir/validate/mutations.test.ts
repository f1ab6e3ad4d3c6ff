/** What is valid is accepted, and no way of spoiling it goes unnoticed, at its place and with its strength. */
import { expect, test } from 'vitest'
import { isValid, validate } from '../../../src/fhir/validate/validate.ts'
import { examples } from './examples.ts'
import { mutantsOf } from './mutations.ts'

test.each(examples.map((example) => [example.id ?? example.resourceType, example] as const))('%s is valid', (_, example) => {
  expect(validate(example)).toEqual({ structure: [], rules: [] })
  expect(isValid(example)).toBe(true)
})

test('every mutant is refused by the fast way, and explained with its path by the other', () => {
  const kinds = new Map<string, number>()
  const unnoticed: string[] = []
  for (const mutant of examples.flatMap((example) => [...mutantsOf(example)])) {
    kinds.set(mutant.kind, (kinds.get(mutant.kind) ?? 0) + 1)
    const places = validate(mutant.resource)[mutant.strength].map(({ path }) => path)
    if (isValid(mutant.resource) || !places.includes(mutant.path))
      unnoticed.push(`${mutant.kind} at ${mutant.path}: told ${places.join(', ')}`)
  }
  expect(unnoticed).toEqual([])
  expect([...kinds.keys()].sort()).toEqual([
    ...[
      'array for a single value',
      'bad base64Binary',
      'bad boolean',
      'bad code',
      'bad date',
      'bad dateTime',
      'bad decimal',
      'bad instant',
    ],
    ...[
      'bad integer',
      'bad positiveInt',
      'bad resource-id',
      'bad time',
      'bad unsignedInt',
      'bad uri',
      'empty array',
      'empty object',
    ],
    ...[
      'empty or control character',
      'member that is no name',
      'neither value nor extension',
      'null',
      'object for a primitive',
      'only an id',
      'reference to another type',
    ],
    ...[
      'required removed',
      'single value for an array',
      'two types of a choice',
      'unknown element',
      'unknown resource type',
      'wrong type',
    ],
  ])
})

test('no message and no path repeats what was sent', () => {
  const told = examples
    .flatMap((example) => [...mutantsOf(example)])
    .flatMap(({ resource }) => {
      const { structure, rules } = validate(resource)
      return [...structure, ...rules].map(({ path, message }) => `${path} ${message}`)
    })
  const content = /Duarte|Inés|seven|no-such-code|Okafor|2023|Patience/
  expect(told.filter((text) => content.test(text))).toEqual([])
})
