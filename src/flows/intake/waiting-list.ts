/**
 * What waits for a person to become known here: messages that tell of nobody's stay, documents that could not be filed, stays on the board
 * of unmatched ones. As soon as a client bears one of the hospital's identifiers, it goes on, in the order in which it came.
 */
import { sha256Hex } from '../../digest.ts'
import type { Identifier } from '../../domain/kernel.ts'
import type { TokenValue } from '../../fhir/search/query.ts'
import type { Change, Message } from '../../store/change.ts'
import { ask, askAll, rest, type Steps, write } from '../../store/store.ts'
import { withAny } from '../questions.ts'
import { tokensOf } from './match-discharge.ts'

const keyOf = ({ system, code }: TokenValue): string => sha256Hex(`${system}|${code}`)
const read = (text: string | undefined): readonly string[] => (text === undefined ? [] : (JSON.parse(text) as string[]))
const joined = (some: readonly string[], more: readonly string[]): readonly string[] => [...new Set([...some, ...more])]

/** Under each identifier of the person that it tells of. One that bears another message's key is never applied. */
export function* waitFor({ id, key }: Message, identifiers: readonly Identifier[]): Steps<void> {
  if (key.includes('|!')) return
  for (const token of tokensOf(identifiers)) {
    const where = { kind: 'waiting', key: keyOf(token) }
    const others = read(yield* ask({ ask: 'record', ...where }))
    if (!others.includes(id)) yield* write({ change: 'remember', ...where, text: JSON.stringify([...others, id]) })
  }
}

const free = { kind: 'released', key: 'all' } as const

/** What may go on, oldest first: ids of messages, `Encounter/…` of stays, `DocumentReference/…` of what brought a document. */
export const released = { ask: 'record', ...free } as const
export const listed = read

/** These may go on at once. */
export function* enlist(ids: readonly string[]): Steps<readonly Change[]> {
  const before = read(yield* ask(released))
  return ids.length > 0 ? [{ change: 'remember', ...free, text: JSON.stringify(joined(before, ids)) }] : []
}

/** Somebody here bears these identifiers from now on. */
export function* release(identifiers: readonly Pick<Identifier, 'system' | 'value'>[]): Steps<readonly Change[]> {
  const tokens = tokensOf(identifiers)
  if (tokens.length === 0) return []
  const keys: string[] = []
  for (const [i, token] of tokens.entries()) {
    yield* rest(i)
    keys.push(keyOf(token))
  }
  const texts = yield* askAll(keys.map((key) => ({ ask: 'record' as const, kind: 'waiting', key })))
  const stays = yield* withAny('Encounter', 'subject:identifier', tokens)
  const ids = [...stays.map(({ id }) => `Encounter/${id}`), ...texts.flatMap(read).toSorted()]
  return [
    ...keys.flatMap((key, i): Change[] => (texts[i] === undefined ? [] : [{ change: 'forget', kind: 'waiting', key }])),
    ...(yield* enlist(ids)),
  ]
}

/** The same of what only messages wait for. */
export function* releaseMessages(identifier: Pick<Identifier, 'system' | 'value'>): Steps<readonly Change[]> {
  const key = tokensOf([identifier]).map(keyOf)[0]!
  const text = yield* ask({ ask: 'record', kind: 'waiting', key })
  return text === undefined ? [] : [{ change: 'forget', kind: 'waiting', key }, ...(yield* enlist(read(text)))]
}

/** It has gone on. */
export function* done(id: string): Steps<void> {
  const others = read(yield* ask(released)).filter((one) => one !== id)
  yield* write(others.length > 0 ? { change: 'remember', ...free, text: JSON.stringify(others) } : { change: 'forget', ...free })
}
