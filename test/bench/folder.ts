/** The folder of a store: one that is given is kept, and opened again if it is there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStores, type Stores } from '../../src/store/stores.ts'

const given = process.argv[3]
export const folder = given ?? mkdtempSync(join(tmpdir(), 'handoff-bench-'))

export const openFolder = (): Promise<Stores> =>
  openStores(`sqlite:${folder}`, { clock: () => Date.now(), newEpoch: () => 'bench' })

export function leaveFolder(): void {
  if (given === undefined) rmSync(folder, { recursive: true })
}
