/** What a changed table makes otherwise of real resources than the one before, told before it is switched on. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { collections } from '../../flows/collections/index.ts'
import { changes, type Difference, madeOf } from '../../lens/difference.ts'
import type { AnyMapping } from '../../lens/trace.ts'
import type { Claimed } from './samples.ts'

/** A mapping from its file. Fails where there is none, or it maps what no collection holds. */
export async function mappingIn(file: string): Promise<Result<AnyMapping>> {
  const path = resolve(file)
  if (!existsSync(path)) return fail('unreadable', `${file} cannot be read.`)
  const { default: mapping } = (await import(pathToFileURL(path).href)) as { default?: Partial<AnyMapping> }
  const known = collections.some((one) => one.mapping.name === mapping?.name)
  return typeof mapping?.read === 'function' && known
    ? ok(mapping as AnyMapping)
    : fail('unreadable', `${file} exports no mapping of a collection (by its name), and no reading of messages.`)
}

/** Lines, and in the end how many were different. */
export type Line = Generator<string, number>

/** Line by line; the last one counts. */
export function* diff(before: AnyMapping, after: AnyMapping, claimed: readonly Claimed[]): Line {
  const own = claimed.filter(({ collection }) => collection.mapping.name === before.name)
  let different = 0
  for (const { from, parts } of own) {
    const found = changes(madeOf(before, parts), madeOf(after, parts))
    if (found.length === 0) continue
    different++
    yield from
    yield* toldOf(found)
  }
  const versions = `${before.name}: version ${before.version} → ${after.name} version ${after.version}`
  yield `${versions}: ${different} of ${own.length} resources read or written otherwise`
  return different
}

export function* toldOf(found: readonly Difference[]): Generator<string> {
  for (const { path, before, after } of found) yield `  ${path}  ${shown(before)} → ${shown(after)}`
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))
