/** The checker of histories is checked: it explains what can be explained, and nothing else. */
import { describe, expect, it } from 'vitest'
import { type Operation, unexplained } from './checker.ts'
import type { Answer, Part } from './registers.ts'

const on = (to: string) => ({
  put: (mark: string, ifMatch?: number): Part => ({ ...{ do: 'put', to, mark }, ...(ifMatch !== undefined && { ifMatch }) }),
  patch: (mark: string): Part => ({ do: 'patch', to, mark }),
  delete: (ifMatch?: number): Part => ({ ...{ do: 'delete', to }, ...(ifMatch !== undefined && { ifMatch }) }),
  create: (mark: string): Part => ({ do: 'create', to, mark }),
  read: { do: 'read', to } as Part,
  look: { do: 'look', to } as Part,
  history: { do: 'history', to } as Part,
  find: { do: 'find', to } as Part,
})
const [a, b] = [on('a'), on('b')]

/** From so far to so far along the line, and what was said; nothing: no answer. */
type Told = readonly [time: string, parts: Part | readonly Part[], ...answer: readonly string[]]

function operation([time, parts, ...said]: Told): Operation {
  const [asked, answered] = [time.indexOf('<'), time.lastIndexOf('>')]
  const answer: Answer | undefined = said.length === 0 ? undefined : said[0] === 'refused' ? 'refused' : said
  return { ...{ asked, answered, parts: [parts].flat() }, ...(answer && { answer }) }
}
const judged = (...told: readonly Told[]) => unexplained(told.map(operation)).flat()

describe('is explained', () => {
  it('what was done one after the other', () =>
    expect(
      judged(
        ['<>               ', a.read, 'never'],
        ['   <>            ', a.put('x'), '201 1'],
        ['      <>         ', a.patch('y'), '200 2'],
        ['         <>      ', a.delete(2), '204 3'],
        ['           <>    ', a.patch('z'), 'refused'],
        ['             <>  ', a.read, 'gone'],
        ['               <>', a.history, 'x,y,'],
      ),
    ).toEqual([]))

  it('what overlapped, in the order that its answers tell', () =>
    expect(judged(['<      >', a.put('x'), '200 2'], ['<      >', a.put('y'), '201 1'], ['  < >   ', a.read, '1 y'])).toEqual([]))

  it.each([
    ['and was not done', '1 x'],
    ['and was done', '2 y'],
  ])('what got no answer %s', (_, saw) =>
    expect(judged(['<>      ', a.put('x'), '201 1'], ['   <  > ', a.put('y')], ['       <>', a.read, saw])).toEqual([]),
  )
})

/** Each is a mistake that a store could make. */
const wrong: readonly (readonly [what: string, ...told: readonly Told[]])[] = [
  ['an old value is read', ['<>      ', a.put('x'), '201 1'], ['   <>   ', a.put('y'), '200 2'], ['      <>', a.read, '1 x']],
  ['what was acknowledged is lost', ['<>   ', a.put('x'), '201 1'], ['   <>', a.read, 'never']],
  [
    'a value goes and comes again',
    ['<         >', a.put('x'), '201 1'],
    ['  <>       ', a.read, '1 x'],
    ['     <>    ', a.read, 'never'],
  ],
  [
    'two change the same version',
    ['<>      ', a.put('x'), '201 1'],
    ['   <  > ', a.put('y', 1), '200 2'],
    ['   <  > ', a.put('z', 1), '200 2'],
  ],
  [
    'two change the same version, and are told of two',
    ['<>      ', a.put('x'), '201 1'],
    ['   <  > ', a.put('y', 1), '200 2'],
    ['   <  > ', a.put('z', 1), '200 3'],
  ],
  ['a condition that held is refused', ['<>    ', a.put('x'), '201 1'], ['   < >', a.put('y', 1), 'refused']],
  [
    'what was refused is read',
    ['<>      ', a.put('x'), '201 1'],
    ['   <>   ', a.put('y', 9), 'refused'],
    ['      <>', a.read, '2 y'],
  ],
  ['a version is left out', ['<>   ', a.put('x'), '201 1'], ['   <>', a.put('y'), '200 3']],
  ['what was deleted is read', ['<>      ', a.put('x'), '201 1'], ['   <>   ', a.delete(), '204 2'], ['      <>', a.read, '1 x']],
  [
    'what was deleted is patched',
    ['<>      ', a.put('x'), '201 1'],
    ['   <>   ', a.delete(), '204 2'],
    ['      <>', a.patch('y'), '200 3'],
  ],
  ['a deletion is told of nothing', ['<>   ', a.put('x'), '201 1'], ['   <>', a.delete(), '204']],
  [
    'a history has another past',
    ['<>      ', a.put('x'), '201 1'],
    ['   <>   ', a.put('y'), '200 2'],
    ['      <>', a.history, 'z,y'],
  ],
  ['two create the same', ['<  >', on('a').create('x'), '201 x'], ['<  >', on('a').create('y'), '201 y']],
  ['the loser is told of nobody', ['<  >', on('a').create('x'), '201 x'], ['<  >', on('a').create('y'), '200 z']],
  ['what was created is not found', ['<>   ', on('a').create('x'), '201 x'], ['   <>', a.find, '']],
  [
    'half of a transaction is seen',
    ['<       >', [a.put('x'), b.put('x')], '201 1', '201 1'],
    ['  <  >   ', [a.look, b.look], '1 x', ''],
  ],
  [
    'a transaction that was refused is done by half',
    ['<>      ', a.put('x'), '201 1'],
    ['   <>   ', [a.put('y'), b.put('y', 4)], 'refused'],
    ['      <>', a.read, '2 y'],
  ],
  [
    'two see two transactions in another order',
    ['<       >', a.put('x'), '201 1'],
    ['<       >', b.put('y'), '201 1'],
    ['  <  >   ', [a.look, b.look], '1 x', ''],
    ['  <  >   ', [a.look, b.look], '', '1 y'],
  ],
  [
    'what got no answer is done after it was given up',
    ['<  >         ', a.put('x')],
    ['     <>      ', a.read, 'never'],
    ['        <>   ', a.read, '1 x'],
  ],
  [
    'what got no answer is done twice',
    ['<   >        ', a.put('x')],
    ['     <>      ', a.put('y'), '200 2'],
    ['        <>   ', a.history, 'x,y,x'],
  ],
]

describe('is not explained', () => {
  it.each(wrong.map(([what, ...told]) => ({ what, told })))('$what', ({ told }) => expect(judged(...told)).toContain('a'))

  it('one register, whatever the others tell', () =>
    expect(judged(['<>   ', b.put('x'), '201 1'], ['<>   ', a.put('x'), '201 1'], ['   <>', a.read, 'never'])).toEqual(['a']))
})
