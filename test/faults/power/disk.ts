/**
 * What a disk may hold after the power failed. What was synced is there. Of what was written since, any block of 512 or 4096 bytes may be
 * there or not; a name that was given or taken may have come back, unless its folder was synced.
 * https://www.usenix.org/conference/osdi14/technical-sessions/presentation/pillai
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Step } from './recorder.ts'

/** A number from 0 to below 1. */
export type Chance = () => number

interface File {
  readonly isFolder: boolean
  readonly synced: Uint8Array<ArrayBuffer>
  /** Since then, in order. */
  readonly open: Step[]
  readonly begun: Map<number, number>
}

export class Disk {
  /** What names mean now. */
  readonly #names = new Map<string, File>()
  /** What they meant when their folder was synced. */
  readonly #synced = new Map<string, File>()
  /** Folders whose sync has begun, by ticket: what names meant then. */
  readonly #begun = new Map<number, ReadonlyMap<string, File>>()
  readonly #forgets: (path: string) => boolean

  /** @param forgets paths whose syncs are not kept: a disk that lies */
  constructor(forgets: (path: string) => boolean = () => false) {
    this.#forgets = forgets
    this.#names.set('', folder())
    this.#synced.set('', folder())
  }

  take(step: Step): void {
    const { kind, path, at } = step
    if (kind === 'answer') return
    if (kind === 'rename') throw new Error('a store renames nothing')
    if (kind === 'unlink') return void this.#names.delete(path)
    if (kind === 'create') return void this.#names.set(path, at === 1 ? folder() : { ...folder(), isFolder: false })
    const file = this.#names.get(path)
    // A file that is still open though it has no name any more.
    if (file === undefined) return
    if (kind === 'write' || kind === 'truncate') return void file.open.push(step)
    if (this.#forgets(path)) return
    if (kind === 'sync-begins') {
      if (file.isFolder) this.#begun.set(at, new Map([...this.#names].filter(([name]) => parent(name) === path)))
      else file.begun.set(at, file.open.length)
    } else if (file.isFolder) this.#syncNames(path, at)
    else syncBytes(file, at)
  }

  #syncNames(path: string, ticket: number): void {
    for (const name of this.#synced.keys()) if (parent(name) === path) this.#synced.delete(name)
    for (const [name, file] of this.#begun.get(ticket) ?? []) this.#synced.set(name, file)
    this.#begun.delete(ticket)
  }

  /** Writes one of the disks that may be found beneath a folder. */
  failAt(target: string, chance: Chance): void {
    const names = new Map<string, File>()
    for (const name of new Set([...this.#synced.keys(), ...this.#names.keys()])) {
      const [before, now] = [this.#synced.get(name), this.#names.get(name)]
      const found = before === now || chance() < 0.5 ? before : now
      if (found) names.set(name, found)
    }
    for (const [name, file] of [...names].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      if (name !== '' && !names.has(parent(name))) names.delete(name)
      else if (file.isFolder) mkdirSync(join(target, name), { recursive: true })
      else writeFileSync(join(target, name), torn(file, chance))
    }
  }
}

const folder = (): File => ({ isFolder: true, synced: bytesOf(), open: [], begun: new Map() })
const parent = (name: string): string => (name === '' ? '\0' : dirname(name) === '.' ? '' : dirname(name))

function syncBytes(file: File, ticket: number): void {
  const count = file.begun.get(ticket) ?? 0
  file.begun.delete(ticket)
  for (const step of file.open.splice(0, count)) apply(file.synced, step)
  for (const [other, before] of file.begun) file.begun.set(other, Math.max(0, before - count))
}

/** Of blocks not synced so many are there: mostly all or nothing, for that is what happens; or anything between. */
function torn(file: File, chance: Chance): Uint8Array {
  const share = [0, 1, 0.5, chance()][Math.floor(chance() * 4)]!
  const size = chance() < 0.5 ? 512 : 4096
  const found = bytesOf(file.synced)
  for (const step of file.open) {
    if (step.kind === 'truncate' && chance() < share) apply(found, step)
    for (let from = step.at; step.kind === 'write' && from < step.at + step.bytes.length; ) {
      const to = Math.min(step.at + step.bytes.length, (Math.floor(from / size) + 1) * size)
      if (chance() < share) apply(found, { ...step, at: from, bytes: step.bytes.subarray(from - step.at, to - step.at) })
      from = to
    }
  }
  return found
}

/** Bytes that can grow: with zeros, as files do. */
function bytesOf(before = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(new ArrayBuffer(before.length, { maxByteLength: 2 ** 28 }))
  bytes.set(before)
  return bytes
}

function apply(bytes: Uint8Array<ArrayBuffer>, { kind, at, bytes: written }: Step): void {
  if (kind === 'truncate' || at + written.length > bytes.length) bytes.buffer.resize(at + written.length)
  bytes.set(written, at)
}
