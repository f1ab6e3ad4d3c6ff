/** What a mapping makes of every value: told by the table, and by asking it again. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { date, oneOf, text } from '../../src/lens/codecs.ts'
import { fidelityOf } from '../../src/lens/fidelity.ts'
import { type Field, field } from '../../src/lens/field.ts'
import { mapping } from '../../src/lens/mapping.ts'
import { shape } from '../../src/lens/shape.ts'
import { type AnyMapping, trace } from '../../src/lens/trace.ts'

interface Name {
  family?: string
  suffix?: string[]
}
interface Person {
  resourceType: 'Person'
  gender?: 'female' | 'male'
  birthDate?: string
  name?: Name[]
  photo?: { url: string }
}
const Domain = z.object({
  gender: z.enum(['female', 'male']).optional(),
  born: z.string().optional(),
  names: z.array(z.object({ family: z.string() })).readonly(),
})
type Domain = z.infer<typeof Domain>

const spec = {
  name: 'person',
  version: 1,
  domain: Domain,
  owner: 'shared',
  blank: { Person: { resourceType: 'Person' } as Person },
} as const
const person = mapping<Domain, { Person: Person }>({
  ...spec,
  fields: ({ Person }) => ({
    gender: Person.gender.optional(oneOf('female', 'male')),
    born: Person.birthDate.optional(date),
    names: Person.name.each(
      shape<Name, { family: string }>('name', (at) => ({ family: at.family.as(text) })),
      { by: ['family'] },
    ),
  }),
}) as unknown as AnyMapping

const parts = {
  Person: {
    resourceType: 'Person',
    gender: 'x-other',
    birthDate: '1984-03-17',
    name: [{ family: 'Stone', suffix: ['Jr.'] }, { suffix: ['Sr.'] }],
    photo: { url: 'https://photos.example/1' },
  },
}

test('every value is mapped, kept, or told as not representable', () => {
  const reading = person.read(parts)
  if (!reading.ok) throw new Error('unreadable')
  expect(trace(person, parts, reading.warnings).map(({ path, fate, fields }) => [path, fate, ...fields])).toEqual([
    ['Person.gender', 'told'],
    ['Person.birthDate', 'mapped', 'born'],
    ['Person.name[0].family', 'mapped', 'names'],
    ['Person.name[0].suffix[0]', 'kept'],
    ['Person.name[1].suffix[0]', 'told'],
    ['Person.photo.url', 'kept'],
  ])
})

test('a report sums them up, and nothing is lost', () => {
  const { resources, readable, unreadable, lost, homeless, elements } = fidelityOf(person, [
    { from: 'a', parts },
    { from: 'b', parts: { Person: 'no person' } },
  ])
  expect({ resources, readable, lost, homeless }).toEqual({ resources: 2, readable: 2, lost: [], homeless: [] })
  expect(unreadable).toEqual([])
  expect(elements.get('Person.name.suffix')).toEqual({ mapped: 0, kept: 1, told: 1 })
})

test('a mapping that loses something, says nothing of it, or has no place for a field is found out', () => {
  const forgetful = {
    ...person,
    // `gender` reads nothing, whatever stands there; `born` says that it stands nowhere.
    fields: { ...person.fields, gender: field({ ...(person.fields.gender as Field<unknown, unknown>), get: () => undefined }) },
    rows: person.rows.map((row) => (row.field === 'born' ? { ...row, places: [] } : row)),
    read: () => ({ ok: true, value: { born: '1984-03-17', names: [] }, warnings: [] }),
    write: () => ({ Person: { resourceType: 'Person' } }),
  } as unknown as AnyMapping
  const { lost, homeless } = fidelityOf(forgetful, [{ from: 'a', parts }])
  expect(lost.map(({ reason }) => reason)).toEqual(['Person written back otherwise', 'gender reads nothing, and says nothing'])
  expect(homeless).toEqual(['born'])
})

test('a part that is a list is read like any other', () => {
  const Notes = z.object({ notes: z.array(z.string()).readonly() })
  type Notes = z.infer<typeof Notes>
  interface Parts {
    Person: Person
    Note: readonly { text?: string; by?: string }[]
  }
  const noted = mapping<Notes, Parts>({
    ...spec,
    domain: Notes,
    blank: { Person: { resourceType: 'Person' }, Note: [] },
    fields: () => ({
      notes: field<Parts, readonly string[]>({
        path: 'Note',
        places: ['Note'],
        codec: 'texts',
        get: ({ Note }) => Note.flatMap(({ text }) => text ?? []),
        put: (parts) => parts,
      }) as Field<Parts, readonly string[]>,
    }),
  }) as unknown as AnyMapping
  const found = trace(noted, { Person: parts.Person, Note: [{ text: 'Hello', by: 'Ann' }] }, [])
  expect(found.filter(({ path }) => path.startsWith('Note')).map(({ path, fate }) => [path, fate])).toEqual([
    ['Note[0].text', 'mapped'],
    ['Note[0].by', 'kept'],
  ])
})
