/** The laws can fail: each of these mappings breaks one, and is found out. */
import type * as fhir from '@medplum/fhirtypes'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Handle, list, Text, Uri } from '../../src/domain/kernel.ts'
import { type Codec, cannot } from '../../src/lens/codec.ts'
import { text, withHandle } from '../../src/lens/codecs.ts'
import { type Field, field } from '../../src/lens/field.ts'
import { mapping } from '../../src/lens/mapping.ts'
import type { Place } from '../../src/lens/place.ts'
import { shape } from '../../src/lens/shape.ts'
import type { AnyMapping } from './bases.ts'
import { laws } from './laws.ts'

type Parts = { Basic: fhir.Basic }
type At = Place<Parts, fhir.Basic>

const Domain = z.object({
  author: Text.optional(),
  names: list(z.object({ handle: Handle, value: Text.optional(), system: Uri.optional() })),
})
type Domain = z.infer<typeof Domain>

const item = withHandle<fhir.Identifier, Domain['names'][number]>(
  shape('Identifier', (at) => ({ value: at.value.optional(text), system: at.system.optional(text) })),
)

const right = {
  author: (at: At): Field<Parts, string | undefined> => at.author.display.optional(text),
  names: (at: At): Field<Parts, Domain['names']> => at.identifier.each(item, { by: ['handle'] }),
}

const made = (
  author: (at: At) => Field<Parts, string | undefined>,
  names: (at: At) => Field<Parts, Domain['names']>,
  domain: z.ZodType<Domain> = Domain,
) =>
  mapping<Domain, Parts>({
    name: 'basic',
    version: 1,
    domain,
    owner: 'shared',
    blank: { Basic: { resourceType: 'Basic', code: { text: 'note' } } },
    fields: ({ Basic }) => ({ author: author(Basic), names: names(Basic) }),
  }) as unknown as AnyMapping

const broken = (mapping: AnyMapping): string[] =>
  laws.flatMap(({ name, holds }) => {
    try {
      holds(mapping)
      return []
    } catch {
      return [name.split(':')[0]!]
    }
  })

/** Laws are tried with values drawn by chance: what thirty do not show, one of the next thirties does. */
const breaksInTheEnd = (mapping: AnyMapping, law: string): boolean =>
  Array.from({ length: 10 }).some(() => broken(mapping).includes(law))

const codec = (over: Partial<Codec<string, string>>): Codec<string, string> => ({ ...text, ...over })
/** Forgets that nothing changed, and does what it likes. */
const raw = (put: (parts: Parts, value: string | undefined) => Parts): Field<Parts, string | undefined> => ({
  ...field<Parts, string | undefined>({
    path: 'Basic.author.display',
    places: ['Basic.author.display'],
    get: ({ Basic }) => Basic.author?.display,
    put,
  }),
  put,
})

describe('a mapping that', () => {
  test('keeps the laws breaks none', () => expect(broken(made(right.author, right.names))).toEqual([]))

  test('reads what its schema does not know', () => {
    const short = Domain.extend({ author: Text.max(1).optional() })
    const author = (at: At) =>
      at.author.display.optional(
        codec({ read: (value) => `${value}${value}`, write: (value) => value.slice(0, value.length / 2) }),
      )
    expect(broken(made(author, right.names, short))).toContain('what is read is a value of the read schema')
  })

  test('makes a new version of what did not change', () => {
    const author = (at: At) => at.author.display.optional(codec({ read: () => Number.NaN as unknown as string }))
    expect(broken(made(author, right.names))).toContain('GetPut')
  })

  test('loses what it wrote', () => {
    const author = (at: At) => at.author.display.optional(codec({ write: (value) => value.slice(0, 1) }))
    expect(broken(made(author, right.names))).toContain('PutGet')
  })

  test('warns of what it wrote itself', () => {
    const author = (at: At) =>
      at.author.display.optional(
        codec({ read: (value, report) => (value.includes('a') ? text.read(value, report) : cannot(report, 'no a')) }),
      )
    expect(broken(made(author, right.names))).toContain('heard')
  })

  test('remembers what it wrote before', () => {
    const author = (at: At) =>
      at.author.display.optional(
        codec({ read: (value) => value.split('+')[0]!, write: (value, prior) => (prior ? `${value}+${prior}` : value) }),
      )
    expect(broken(made(author, right.names))).toContain('PutPut')
  })

  test('touches what is not in its table', () => {
    const author = () =>
      raw(({ Basic }, value) => ({
        Basic: { ...Basic, created: '2026-01-01', author: value === undefined ? {} : { display: value } },
      }))
    expect(broken(made(author, right.names))).toContain('frame')
  })

  test('aligns the items of a list by position', () => {
    const names = (at: At): Field<Parts, Domain['names']> =>
      at.identifier.each(
        { ...item, write: ({ handle: _, ...value }, prior) => ({ ...prior, ...value }) as fhir.Identifier },
        { by: () => '' },
      )
    expect(
      breaksInTheEnd(
        made(right.author, (at) => ({
          ...names(at),
          items: { by: 'handle', keyOf: (value) => (value as { handle: string }).handle },
        })),
        'items that stay in a list keep what only others know of them',
      ),
    ).toBe(true)
  })
})
