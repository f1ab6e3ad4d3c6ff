/** The fidelity report: what every mapping makes of the real resources in a folder. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { collections } from '../../flows/collections/index.ts'
import { type Fidelity, fidelityOf } from '../../lens/fidelity.ts'
import type { Io } from '../command.ts'
import { type Claimed, claimedIn, resourcesIn } from './samples.ts'

/** Folders of the corpora that hold resources; what is made to be refused stands elsewhere. */
const ofCorpora = ['1_igs', '2_clinical']

/** The folders that a report looks into: those of the corpora, or the one that was named. */
export function foldersOf(named: string | undefined, corpora: string | undefined): readonly string[] {
  if (named !== undefined) return existsSync(named) ? [named] : []
  return corpora === undefined ? [] : ofCorpora.map((name) => join(corpora, name)).filter(existsSync)
}

/** All that is claimed in the files of some folders. */
export function claimedBeneath(folders: readonly string[], readFile: Io['readFile']): readonly Claimed[] {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name)),
  )
  return files.flatMap((file) => claimedIn(resourcesIn(readFile(file) ?? '', file)))
}

/** One for every collection, in their order; those without a resource in the folders, too. */
export function fidelities(folders: readonly string[], readFile: Io['readFile']): readonly Fidelity[] {
  const claimed = Map.groupBy(claimedBeneath(folders, readFile), ({ collection }) => collection)
  return collections.map((collection) => fidelityOf(collection.mapping, claimed.get(collection) ?? []))
}

/** The faults that there are to be none of. */
export const faultless = ({ lost, homeless, readable, resources }: Fidelity): boolean =>
  lost.length === 0 && homeless.length === 0 && readable >= 0.95 * resources

const line = (name: string, ...numbers: readonly (number | string)[]): string =>
  `${name.padEnd(72)}${numbers.map((one) => String(one).padStart(11)).join('')}`

/** For people: element by element, then what could not be read, then a line for each mapping. */
export function* told(all: readonly Fidelity[]): Generator<string> {
  for (const { mapping, elements } of all.filter((one) => one.elements.size > 0)) {
    yield `${line(mapping, 'mapped', 'kept', 'told')}`
    for (const [path, { mapped, kept, told }] of [...elements].sort(([a], [b]) => (a < b ? -1 : 1)))
      yield line(`  ${path}`, mapped, kept, told)
    yield ''
  }
  yield line('mapping', 'resources', 'readable', 'unchanged', 'mapped', 'kept', 'told')
  for (const one of all) {
    const { mapped, kept, told } = one.counts
    yield one.resources === 0
      ? line(one.mapping, 'none here')
      : line(one.mapping, one.resources, one.readable, one.readable - one.lost.length, mapped, kept, told)
  }
  yield ''
  for (const { mapping, unreadable, lost, homeless } of all) {
    for (const { from, reason } of unreadable) yield `not readable: ${mapping}: ${from}: ${reason}`
    for (const { from, reason } of lost) yield `LOST: ${mapping}: ${from}: ${reason}`
    for (const name of homeless) yield `NO PLACE: ${mapping}: ${name}`
  }
}
